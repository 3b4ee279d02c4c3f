// SPDX-License-Identifier: Apache-2.0
#include "server/api/movement_fields.hpp"

#include <algorithm>
#include <utility>

#include "base/json/utf8.hpp"
#include "server/api/body_reader.hpp"
#include "server/api/json_fields.hpp"
#include "server/api/presented_key_field.hpp"
#include "server/http/ascii.hpp"
#include "server/service/tag_names.hpp"

namespace farthing::api {
namespace {

using enum Presence;

bool is_currency(std::string_view text) {
  constexpr std::size_t kLetters = 3;
  return text.size() == kLetters &&
         std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

// What is in the currency's unit has nine places, as credits have.
Result<ledger::Price> read_price(const JsonValue& value, std::string_view field) {
  const Error wrong = must_be(field,
                              "an object with amount, zero or a positive decimal with at most 9 "
                              "places, and currency, three capital letters as in ISO 4217");
  const JsonValue::Object* object = value.as_object();
  if (object == nullptr || object->size() != 2) return wrong;
  const auto amount = std::ranges::find(*object, "amount", &JsonMember::name);
  const auto currency = std::ranges::find(*object, "currency", &JsonMember::name);
  if (amount == object->end() || currency == object->end()) return wrong;
  const auto paid = read_limit(amount->value, field);
  const std::string_view* code = currency->value.as_string();
  if (!paid || code == nullptr || !is_currency(*code)) return wrong;
  return ledger::Price{.nano = paid->nano(), .currency = std::string(*code)};
}

std::string name_of_tag(std::string_view field, std::string_view name) {
  return std::string(field).append(".").append(name);
}

}  // namespace

const BodySpec<service::Remarks>& remarks_spec() {
  using service::Remarks;
  static const BodySpec<Remarks> spec{
      field(optional, "tags", &Remarks::tags, read_tags),
      field(optional, "reason", &Remarks::reason, TextReader{ledger::kMaxReason}),
      field(optional, "metadata", &Remarks::metadata, read_metadata),
  };
  return spec;
}

const BodySpec<service::Payment>& payment_spec() {
  using service::Payment;
  static const BodySpec<Payment> spec{
      field(optional, "price_paid", &Payment::price_paid, read_price),
      field(optional, "payment_reference", &Payment::payment_reference,
            TextReader{ledger::kMaxPaymentReference}),
  };
  return spec;
}

const BodySpec<service::NewCharge>& charge_spec() {
  using Charge = service::NewCharge;
  static const BodySpec<Charge> spec =
      BodySpec<Charge>{
          field(required, "organization", &Charge::organization,
                ParsedReader{OrganizationId::parse, "the id of an organization"}),
          field(optional, kCallerKeyField, &Charge::caller_key, read_presented_key),
          field(required, "amount", &Charge::amount, read_amount),
          field(optional, "operation", &Charge::operation, TextReader{255}),
          field(optional, "model", &Charge::model, TextReader{255}),
      }
          .with(&Charge::remarks, remarks_spec());
  return spec;
}

Result<std::vector<ledger::Tag>> read_tags(const JsonValue& value, std::string_view field) {
  const JsonValue::Object* object = value.as_object();
  if (object == nullptr || object->size() > ledger::kMaxTags) {
    return must_be(field, "an object with at most 5 tags, such as {\"project\": \"atlas\"}");
  }
  std::vector<ledger::Tag> tags;
  for (const JsonMember& member : *object) {
    // A name that none can have may be of any length, and is not sent back.
    if (!service::is_tag_name(member.name)) {
      return must_be(field,
                     "an object whose names are those of tags: at most 32 of a-z, 0-9 and _, the "
                     "first a letter");
    }
    auto text = TextReader{ledger::kMaxTagValue}(member.value, name_of_tag(field, member.name));
    if (!text) return std::move(text).error();
    tags.push_back({.name = std::string(member.name), .value = *std::move(text)});
  }
  std::ranges::sort(tags);
  return tags;
}

Result<Done> expect_declared(const Call& call, const service::Remarks& remarks) {
  for (const ledger::Tag& tag : remarks.tags) {
    if (std::ranges::find(call.tag_names, tag.name) != call.tag_names.end()) continue;
    std::string message = "The operator has not declared a tag \"" + tag.name + "\" (tag_names).";
    if (call.tag_names.empty()) {
      message += " There are none.";
    } else {
      message += " The tags are:";
      for (const std::string& name : call.tag_names) message += " " + name;
      message += ".";
    }
    return bad_field(name_of_tag("tags", tag.name), std::move(message));
  }
  return Done{};
}

Result<service::Remarks> read_remarks(const Call& call) {
  service::Remarks remarks;
  if (auto done = read_optional_body(call.request, remarks_spec(), remarks); !done) {
    return done.error();
  }
  if (auto done = expect_declared(call, remarks); !done) return done.error();
  return remarks;
}

}  // namespace farthing::api
