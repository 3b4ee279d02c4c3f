// SPDX-License-Identifier: Apache-2.0
#include "ledger_calls.hpp"

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <farthing/client.hpp>

#include "client_options.hpp"
#include "failure_value.hpp"
#include "interrupt.hpp"
#include "ledger_frames.hpp"
#include "r_value.hpp"
#include "sdk/cpp/src/json_writer.hpp"

namespace farthing::r {
namespace {

// What a call needs: the client, what it is given, and how it shall go about it.
struct Request {
  const sdk::Client& client;
  const Arguments& in;
  const sdk::CallOptions& options;
};

using Answer = sdk::Result<cpp11::sexp>;

// A wrong amount of the caller's, by the name of the argument.
class BadAmount : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

// A decimal as text, or a number whose shortest digits are meant; nothing when there is neither.
std::optional<Credits> optional_amount(const Arguments& in, const char* name) {
  std::string digits = in.text(name);
  if (digits.empty()) {
    const auto number = in.optional_number(name);
    if (!number) return {};
    sdk::append_json_double(digits, *number);
  }
  const auto amount = Credits::parse_number(digits);
  if (!amount) throw BadAmount(name);
  return amount;
}

Credits amount_of(const Arguments& in) {
  const auto amount = optional_amount(in, "amount");
  if (!amount) throw BadAmount("amount");
  return *amount;
}

std::optional<std::chrono::seconds> ttl_of(const Arguments& in) {
  const auto ttl = in.optional_number("ttl_s");
  if (!ttl) return {};
  return std::chrono::seconds(static_cast<std::int64_t>(*ttl));
}

std::vector<std::string> texts_of(SEXP value) {
  std::vector<std::string> texts;
  if (value == R_NilValue) return texts;
  for (const cpp11::r_string text : cpp11::strings(value)) texts.emplace_back(text);
  return texts;
}

sdk::PageRequest page_of(const Arguments& in) {
  sdk::PageRequest page{.cursor = in.optional_text("cursor")};
  if (const auto limit = in.optional_number("limit")) page.limit = static_cast<int>(*limit);
  return page;
}

// The three forms of an answer.
template <class T>
Answer one(sdk::Result<T> model) {
  if (!model) return std::move(model.error());
  const cpp11::sexp columns = r_columns(std::vector<T>{std::move(*model)});
  return r_list({{"columns", columns}, {"failure", R_NilValue}});
}

template <class T>
Answer page(sdk::Result<sdk::Page<T>> page) {
  if (!page) return std::move(page.error());
  const cpp11::sexp columns = r_columns(page->items);
  const cpp11::sexp next = r_scalar(page->next);
  return r_list({{"columns", columns}, {"failure", R_NilValue}, {"next", next}});
}

template <class T>
Answer written(sdk::Result<sdk::Receipt<T>> receipt) {
  if (!receipt) return std::move(receipt.error());
  const cpp11::sexp columns = r_columns(std::vector<T>{static_cast<const T&>(*receipt)});
  const cpp11::sexp replayed = r_scalar(receipt->is_replayed);
  const cpp11::sexp idempotency_key = r_scalar(std::string_view(receipt->idempotency_key));
  const cpp11::sexp request_id = r_scalar(std::string_view(receipt->request_id));
  return r_list({{"columns", columns},
                 {"failure", R_NilValue},
                 {"replayed", replayed},
                 {"idempotency_key", idempotency_key},
                 {"request_id", request_id}});
}

Answer get_user(const Request& r) { return one(r.client.get_user(r.in.text("user"), r.options)); }

Answer list_users(const Request& r) { return page(r.client.list_users(page_of(r.in), r.options)); }

Answer create_user(const Request& r) {
  return written(r.client.create_user({.email = r.in.text("email"),
                                       .name = r.in.optional_text("name"),
                                       .profile_picture = r.in.optional_text("profile_picture")},
                                      r.options));
}

Answer set_default_organization(const Request& r) {
  return written(r.client.set_default_organization(
      {.user = r.in.text("user"), .organization = r.in.text("organization")}, r.options));
}

Answer get_organization(const Request& r) {
  return one(r.client.get_organization(r.in.text("organization"), r.options));
}

Answer get_organization_balance(const Request& r) {
  return one(r.client.get_organization_balance(r.in.text("organization"), r.options));
}

Answer list_organizations(const Request& r) {
  return page(r.client.list_organizations(page_of(r.in), r.options));
}

Answer create_organization(const Request& r) {
  return written(r.client.create_organization({.name = r.in.text("name")}, r.options));
}

Answer change_organization(const Request& r) {
  return written(
      r.client.change_organization({.organization = r.in.text("organization"),
                                    .name = r.in.optional_text("name"),
                                    .overdraft_limit = optional_amount(r.in, "overdraft_limit")},
                                   r.options));
}

Answer list_members(const Request& r) {
  return page(r.client.list_members(
      {.organization = r.in.text("organization"), .page = page_of(r.in)}, r.options));
}

Answer put_member(const Request& r) {
  return written(r.client.put_member({.organization = r.in.text("organization"),
                                      .user = r.in.text("user"),
                                      .role = r.in.text("role")},
                                     r.options));
}

Answer get_api_key(const Request& r) {
  return one(r.client.get_api_key(r.in.text("api_key"), r.options));
}

Answer list_api_keys(const Request& r) {
  return page(r.client.list_api_keys({.user = r.in.optional_text("user"), .page = page_of(r.in)},
                                     r.options));
}

// Whole numbers, as R has checked; nothing when there is none.
std::optional<sdk::RateLimit> rate_of(const Arguments& in) {
  const auto requests = in.optional_number("requests");
  const auto per_s = in.optional_number("per_s");
  if (!requests || !per_s) return {};
  return sdk::RateLimit{.requests = static_cast<std::int64_t>(*requests),
                        .per_s = static_cast<std::int64_t>(*per_s)};
}

Answer create_api_key(const Request& r) {
  return written(
      r.client.create_api_key({.user = r.in.text("user"),
                               .name = r.in.optional_text("name"),
                               .scopes = texts_of(r.in.get("scopes")),
                               .expires_at = r.in.optional_text("expires_at"),
                               .allowed_networks = texts_of(r.in.get("allowed_networks")),
                               .rate_limit = rate_of(r.in)},
                              r.options));
}

Answer change_api_key(const Request& r) {
  sdk::ChangeApiKey change{.api_key = r.in.text("api_key"),
                           .name = r.in.optional_text("name"),
                           .scopes = texts_of(r.in.get("scopes"))};
  if (auto expires_at = r.in.optional_text("expires_at")) {
    change.expires_at = *std::move(expires_at);
  }
  if (SEXP networks = r.in.get("allowed_networks"); networks != R_NilValue) {
    change.allowed_networks = texts_of(networks);
  }
  if (const auto rate = rate_of(r.in)) change.rate_limit = *rate;
  for (const std::string& name : texts_of(r.in.get("clear"))) {
    if (name == "expires_at") change.expires_at = sdk::Clear{};
    if (name == "allowed_networks") change.allowed_networks = sdk::Clear{};
    if (name == "rate_limit") change.rate_limit = sdk::Clear{};
  }
  return written(r.client.change_api_key(change, r.options));
}

Answer rotate_api_key(const Request& r) {
  sdk::RotateApiKey rotation{.api_key = r.in.text("api_key")};
  if (const auto overlap = r.in.optional_number("overlap_s")) {
    rotation.overlap = std::chrono::seconds(static_cast<std::int64_t>(*overlap));
  }
  return written(r.client.rotate_api_key(rotation, r.options));
}

Answer revoke_leaked_api_key(const Request& r) {
  return one(r.client.revoke_leaked_api_key(r.in.text("secret"), r.options));
}

Answer revoke_api_key(const Request& r) {
  return written(r.client.revoke_api_key(r.in.text("api_key"), r.options));
}

Answer get_grant(const Request& r) {
  return one(r.client.get_grant(r.in.text("grant"), r.options));
}

Answer list_grants(const Request& r) {
  return page(r.client.list_grants(
      {.organization = r.in.text("organization"), .page = page_of(r.in)}, r.options));
}

Answer create_grant(const Request& r) {
  sdk::CreateGrant grant{.organization = r.in.text("organization"),
                         .amount = amount_of(r.in),
                         .category = r.in.optional_text("category"),
                         .effective_at = r.in.optional_text("effective_at"),
                         .expires_at = r.in.optional_text("expires_at"),
                         .metadata = r.in.optional_text("metadata")};
  if (const auto priority = r.in.optional_number("priority")) {
    grant.priority = static_cast<std::int64_t>(*priority);
  }
  return written(r.client.create_grant(grant, r.options));
}

Answer verify_api_key(const Request& r) {
  return one(r.client.verify_api_key({.api_key = r.in.text("api_key"),
                                      .organization = r.in.optional_text("organization"),
                                      .scope = r.in.optional_text("scope"),
                                      .address = r.in.optional_text("address"),
                                      .cost = optional_amount(r.in, "cost")},
                                     r.options));
}

Answer void_grant(const Request& r) {
  return written(r.client.void_grant(r.in.text("grant"), r.options));
}

Answer get_charge(const Request& r) {
  return one(r.client.get_charge(r.in.text("charge"), r.options));
}

Answer list_charges(const Request& r) {
  return page(r.client.list_charges(
      {.organization = r.in.text("organization"), .page = page_of(r.in)}, r.options));
}

Answer create_charge(const Request& r) {
  return written(r.client.create_charge({.organization = r.in.text("organization"),
                                         .api_key = r.in.optional_text("api_key"),
                                         .amount = amount_of(r.in),
                                         .operation = r.in.optional_text("operation"),
                                         .engine = r.in.optional_text("engine"),
                                         .metadata = r.in.optional_text("metadata")},
                                        r.options));
}

Answer refund_charge(const Request& r) {
  return written(r.client.refund_charge(
      {.charge = r.in.text("charge"), .amount = optional_amount(r.in, "amount")}, r.options));
}

Answer get_hold(const Request& r) { return one(r.client.get_hold(r.in.text("hold"), r.options)); }

Answer place_hold(const Request& r) {
  return written(r.client.place_hold({.organization = r.in.text("organization"),
                                      .api_key = r.in.optional_text("api_key"),
                                      .amount = amount_of(r.in),
                                      .ttl = ttl_of(r.in),
                                      .over_capture = r.in.optional_text("over_capture"),
                                      .operation = r.in.optional_text("operation"),
                                      .engine = r.in.optional_text("engine"),
                                      .metadata = r.in.optional_text("metadata")},
                                     r.options));
}

Answer capture_hold(const Request& r) {
  return written(r.client.capture_hold({.hold = r.in.text("hold"),
                                        .amount = optional_amount(r.in, "amount"),
                                        .is_final = r.in.flag("final")},
                                       r.options));
}

Answer extend_hold(const Request& r) {
  return written(r.client.extend_hold(
      {.hold = r.in.text("hold"), .ttl = ttl_of(r.in).value_or(std::chrono::seconds(0))},
      r.options));
}

Answer release_hold(const Request& r) {
  return written(r.client.release_hold(r.in.text("hold"), r.options));
}

Answer get_outcome(const Request& r) {
  auto outcome =
      r.client.get_outcome(r.in.text("organization"), r.in.text("idempotency_key"), r.options);
  if (!outcome) return std::move(outcome.error());
  const cpp11::sexp columns = r_columns(outcome->entries);
  return r_list({{"columns", columns}, {"failure", R_NilValue}});
}

Answer list_entries(const Request& r) {
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
  Answer (*make)(const Request&);
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

Answer make_call(std::string_view name, const Request& request) {
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
