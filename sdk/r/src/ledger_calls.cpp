// SPDX-License-Identifier: Apache-2.0
#include "ledger_calls.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <farthing/client.hpp>

#include "call_forms.hpp"
#include "client_options.hpp"
#include "failure_value.hpp"
#include "interrupt.hpp"
#include "key_calls.hpp"
#include "r_value.hpp"

namespace farthing::r {
namespace {

CallResult get_user(const Request& r) {
  return one(r.client.get_user(r.in.text("user"), r.options));
}

CallResult list_users(const Request& r) {
  return page(r.client.list_users(page_of(r.in), r.options));
}

CallResult create_user(const Request& r) {
  return written(r.client.create_user({.email = r.in.text("email"),
                                       .name = r.in.optional_text("name"),
                                       .profile_picture = r.in.optional_text("profile_picture")},
                                      r.options));
}

CallResult set_default_organization(const Request& r) {
  return written(r.client.set_default_organization(
      {.user = r.in.text("user"), .organization = r.in.text("organization")}, r.options));
}

CallResult get_organization(const Request& r) {
  return one(r.client.get_organization(r.in.text("organization"), r.options));
}

CallResult get_organization_balance(const Request& r) {
  return one(r.client.get_organization_balance(r.in.text("organization"), r.options));
}

CallResult list_organizations(const Request& r) {
  return page(r.client.list_organizations(page_of(r.in), r.options));
}

CallResult create_organization(const Request& r) {
  return written(r.client.create_organization({.name = r.in.text("name")}, r.options));
}

CallResult change_organization(const Request& r) {
  return written(
      r.client.change_organization({.organization = r.in.text("organization"),
                                    .name = r.in.optional_text("name"),
                                    .overdraft_limit = optional_amount(r.in, "overdraft_limit")},
                                   r.options));
}

CallResult list_members(const Request& r) {
  return page(r.client.list_members(
      {.organization = r.in.text("organization"), .page = page_of(r.in)}, r.options));
}

CallResult put_member(const Request& r) {
  return written(r.client.put_member({.organization = r.in.text("organization"),
                                      .user = r.in.text("user"),
                                      .role = r.in.text("role")},
                                     r.options));
}

sdk::Remarks remarks_of(const Arguments& in) {
  sdk::Remarks remarks{.reason = in.optional_text("reason"),
                       .metadata = in.optional_text("metadata")};
  const std::vector<std::string> names = texts_of(in.get("tag_names"));
  const std::vector<std::string> values = texts_of(in.get("tag_values"));
  for (std::size_t i = 0; i < names.size(); ++i) {
    remarks.tags.push_back({.name = names[i], .value = values.at(i)});
  }
  return remarks;
}

CallResult get_grant(const Request& r) {
  return one(r.client.get_grant(r.in.text("grant"), r.options));
}

CallResult list_grants(const Request& r) {
  return page(r.client.list_grants(
      {.organization = r.in.text("organization"), .page = page_of(r.in)}, r.options));
}

CallResult create_grant(const Request& r) {
  sdk::CreateGrant grant{.organization = r.in.text("organization"),
                         .amount = amount_of(r.in),
                         .category = r.in.optional_text("category"),
                         .effective_at = r.in.optional_text("effective_at"),
                         .expires_at = r.in.optional_text("expires_at"),
                         .payment_reference = r.in.optional_text("payment_reference"),
                         .remarks = remarks_of(r.in)};
  if (const auto price = optional_amount(r.in, "price_amount", "price_paid")) {
    grant.price_paid = {.amount = *price, .currency = r.in.text("price_currency")};
  }
  if (const auto priority = r.in.optional_number("priority")) {
    grant.priority = static_cast<std::int64_t>(*priority);
  }
  return written(r.client.create_grant(grant, r.options));
}

CallResult void_grant(const Request& r) {
  return written(
      r.client.void_grant({.grant = r.in.text("grant"), .remarks = remarks_of(r.in)}, r.options));
}

CallResult get_charge(const Request& r) {
  return one(r.client.get_charge(r.in.text("charge"), r.options));
}

CallResult list_charges(const Request& r) {
  return page(r.client.list_charges(
      {.organization = r.in.text("organization"), .page = page_of(r.in)}, r.options));
}

CallResult create_charge(const Request& r) {
  return written(r.client.create_charge({.organization = r.in.text("organization"),
                                         .api_key = r.in.optional_text("api_key"),
                                         .amount = amount_of(r.in),
                                         .operation = r.in.optional_text("operation"),
                                         .model = r.in.optional_text("model"),
                                         .remarks = remarks_of(r.in)},
                                        r.options));
}

CallResult refund_charge(const Request& r) {
  return written(r.client.refund_charge({.charge = r.in.text("charge"),
                                         .amount = optional_amount(r.in, "amount"),
                                         .remarks = remarks_of(r.in)},
                                        r.options));
}

CallResult get_hold(const Request& r) {
  return one(r.client.get_hold(r.in.text("hold"), r.options));
}

CallResult place_hold(const Request& r) {
  return written(r.client.place_hold({.organization = r.in.text("organization"),
                                      .api_key = r.in.optional_text("api_key"),
                                      .amount = amount_of(r.in),
                                      .ttl = ttl_of(r.in),
                                      .over_capture = r.in.optional_text("over_capture"),
                                      .operation = r.in.optional_text("operation"),
                                      .model = r.in.optional_text("model"),
                                      .remarks = remarks_of(r.in)},
                                     r.options));
}

CallResult capture_hold(const Request& r) {
  return written(r.client.capture_hold({.hold = r.in.text("hold"),
                                        .amount = optional_amount(r.in, "amount"),
                                        .is_final = r.in.flag("final"),
                                        .remarks = remarks_of(r.in)},
                                       r.options));
}

CallResult extend_hold(const Request& r) {
  return written(r.client.extend_hold({.hold = r.in.text("hold"),
                                       .ttl = ttl_of(r.in).value_or(std::chrono::seconds(0)),
                                       .remarks = remarks_of(r.in)},
                                      r.options));
}

CallResult release_hold(const Request& r) {
  return written(
      r.client.release_hold({.hold = r.in.text("hold"), .remarks = remarks_of(r.in)}, r.options));
}

CallResult get_outcome(const Request& r) {
  auto outcome =
      r.client.get_outcome(r.in.text("organization"), r.in.text("idempotency_key"), r.options);
  if (!outcome) return std::move(outcome.error());
  const cpp11::sexp columns = r_columns(outcome->entries);
  return r_list({{"columns", columns}, {"failure", R_NilValue}});
}

CallResult list_entries(const Request& r) {
  return page(r.client.list_entries({.organization = r.in.text("organization"),
                                     .kind = r.in.optional_text("kind"),
                                     .from = r.in.optional_text("from"),
                                     .to = r.in.optional_text("to"),
                                     .operation = r.in.optional_text("operation"),
                                     .key = r.in.optional_text("key"),
                                     .page = page_of(r.in)},
                                    r.options));
}

struct NamedCall {
  std::string_view name;
  CallResult (*make)(const Request&);
};

constexpr NamedCall kCalls[] = {
    {"get_user", get_user},
    {"list_users", list_users},
    {"create_user", create_user},
    {"set_default_organization", set_default_organization},
    {"get_organization", get_organization},
    {"get_organization_balance", get_organization_balance},
    {"list_organizations", list_organizations},
    {"create_organization", create_organization},
    {"change_organization", change_organization},
    {"list_members", list_members},
    {"put_member", put_member},
    {"get_api_key", get_api_key},
    {"list_api_keys", list_api_keys},
    {"create_api_key", create_api_key},
    {"change_api_key", change_api_key},
    {"rotate_api_key", rotate_api_key},
    {"revoke_api_key", revoke_api_key},
    {"revoke_leaked_api_key", revoke_leaked_api_key},
    {"verify_api_key", verify_api_key},
    {"get_grant", get_grant},
    {"list_grants", list_grants},
    {"create_grant", create_grant},
    {"void_grant", void_grant},
    {"get_charge", get_charge},
    {"list_charges", list_charges},
    {"create_charge", create_charge},
    {"refund_charge", refund_charge},
    {"get_hold", get_hold},
    {"place_hold", place_hold},
    {"capture_hold", capture_hold},
    {"extend_hold", extend_hold},
    {"release_hold", release_hold},
    {"get_outcome", get_outcome},
    {"list_entries", list_entries},
};

CallResult make_call(std::string_view name, const Request& request) {
  for (const NamedCall& call : kCalls) {
    if (call.name != name) continue;
    try {
      return call.make(request);
    } catch (const BadAmount& problem) {
      const std::string field = problem.what();
      return sdk::Failure{.kind = sdk::FailureKind::usage,
                          .message = "`" + field + "` must be a decimal with at most 9 places",
                          .field = field};
    } catch (const NullCharacter& problem) {
      return decoding_failure(problem.what());
    }
  }
  return sdk::Failure{.kind = sdk::FailureKind::usage,
                      .message = "there is no call named `" + std::string(name) + "`"};
}

}  // namespace

SEXP ledger_call(SEXP settings, SEXP call, SEXP arguments) {
  const sdk::Client client(client_options(settings));
  const sdk::CallOptions options = call_options(settings);
  const std::string name(cpp11::r_string(STRING_ELT(call, 0)));
  auto answer = make_call(name, {client, Arguments(arguments), options});
  if (answer) return *answer;
  if (answer.error().kind == sdk::FailureKind::cancelled) deliver_interrupt();
  const cpp11::sexp failure = r_failure(answer.error());
  return r_list({{"columns", R_NilValue}, {"failure", failure}});
}

}  // namespace farthing::r
