// SPDX-License-Identifier: Apache-2.0
// The arguments of the calls of `Client`. A field without a comment means what the model's field of
// that name means. An empty optional is not sent, and the server's default applies.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <farthing/credits.hpp>
#include <farthing/idempotency_key.hpp>
#include <farthing/ledger_models.hpp>
#include <farthing/models.hpp>
#include <farthing/secret.hpp>

namespace farthing::sdk {

struct CreateUser {
  std::string email{};
  std::optional<std::string> name{};
  std::optional<std::string> profile_picture{};
};

struct CreateOrganization {
  std::string name{};
};

// An empty field stays as it is.
struct ChangeOrganization {
  std::string organization{};
  std::optional<std::string> name{};
  std::optional<Credits> overdraft_limit{};  // how far below zero it may go; zero or more
};

// Makes a user a member of an organization, or changes the role of one.
struct PutMember {
  std::string organization{};
  std::string user{};
  std::string role{};  // `OWNER`, `ACCOUNTANT` or `MEMBER`
};

// Makes a user a member of an organization; the server refuses it (`already_exists`) for a user who
// is one. Exactly one of `user` and `email` names the user.
struct AddMember {
  std::string organization{};
  std::optional<std::string> user{};
  std::optional<std::string> email{};
  std::optional<std::string> role{};  // as in `PutMember`; `MEMBER` when empty
};

struct RemoveMember {
  std::string organization{};
  std::string user{};
};

struct SetDefaultOrganization {
  std::string user{};
  std::string organization{};
};

// A value that a request keeps (the default), removes (`Clear{}`) or replaces.
struct Keep {};
struct Clear {};
template <class T>
using Clearable = std::variant<Keep, Clear, T>;

// A change of each spend cap.
struct SpendCapsChange {
  Clearable<Credits> day{};
  Clearable<Credits> month{};
  Clearable<Credits> total{};
};

struct CreateApiKey {
  // The owner of the new key; empty means the user of the key that asks. A key of scope `admin`
  // must name one.
  std::string user{};
  std::optional<std::string> name{};
  std::vector<std::string> scopes{};            // `user`, `service`, `admin`; empty: the default
  std::optional<std::string> expires_at{};      // RFC 3339
  std::vector<std::string> allowed_networks{};  // IPv4 or IPv6: "192.0.2.0/24"; empty: anywhere
  std::optional<RateLimit> rate_limit{};        // with the scope `admin` only
  std::optional<SpendCaps> spend_caps{};        // each 0 or more
};

// An empty field stays as it is.
struct ChangeApiKey {
  std::string api_key{};  // its id
  std::optional<std::string> name{};
  std::vector<std::string> scopes{};
  Clearable<std::string> expires_at{};
  Clearable<std::vector<std::string>> allowed_networks{};  // cleared: anywhere; an empty list: 400
  Clearable<RateLimit> rate_limit{};                       // cleared: that of its scopes
  SpendCapsChange spend_caps{};                            // each 0 or more
};

struct RotateApiKey {
  std::string api_key{};  // its id
  // How long the present secret still works: 0 s to 30 days, a day when empty.
  std::optional<std::chrono::seconds> overlap{};
};

// The question of a service about its caller's key. An empty field is not checked, unless it has a
// default.
struct VerifyApiKey {
  Secret api_key{};
  std::optional<std::string> organization{};  // the user's default one when empty
  std::optional<std::string> scope{};         // that the key must have; `user` when empty
  std::optional<std::string> address{};       // the caller's, IPv4 or IPv6
  std::optional<Credits> could_spend{};       // of what the caller is about to be charged for
};

// What a request may say of any movement, besides what it moves.
struct Remarks {
  std::vector<Tag> tags{};                // at most 5, of names that the operator has declared
  std::optional<std::string> reason{};    // for people, 1 to 500 characters
  std::optional<std::string> metadata{};  // the text of a JSON object of at most 16 KiB
};

struct CreateGrant {
  std::string organization{};
  Credits amount{};
  std::optional<std::string> category{};
  std::optional<std::int64_t> priority{};
  std::optional<std::string> effective_at{};
  std::optional<std::string> expires_at{};
  std::optional<Price> price_paid{};
  std::optional<std::string> payment_reference{};  // of the payment system, 1 to 255 characters
  Remarks remarks{};
};

struct VoidGrant {
  std::string grant{};
  Remarks remarks{};
};

// `api_key` is the caller's, which a service may present: the server then checks it and books in
// one round trip. If the key is not good, the error is `caller_key_invalid`.
struct CreateCharge {
  std::string organization{};
  std::optional<Secret> api_key{};
  Credits amount{};
  std::optional<std::string> operation{};
  std::optional<std::string> model{};
  Remarks remarks{};
};

// One charge of a batch.
struct KeyedCharge {
  // The key of this charge alone, as a request of its own would carry it. It is fresh unless it is
  // given: keep it to send the same charge again.
  std::string idempotency_key = make_idempotency_key();
  CreateCharge charge{};
};

// Without an amount, all that is left of the charge is refunded.
struct RefundCharge {
  std::string charge{};
  std::optional<Credits> amount{};
  Remarks remarks{};
};

struct PlaceHold {
  std::string organization{};
  std::optional<Secret> api_key{};  // of the caller, as of a charge
  Credits amount{};
  std::optional<std::chrono::seconds> ttl{};  // until it runs out; 1 s to 24 h
  std::optional<std::string> over_capture{};
  std::optional<std::string> operation{};
  std::optional<std::string> model{};
  Remarks remarks{};
};

// Without an amount, all that is left of the hold is captured.
struct CaptureHold {
  std::string hold{};
  std::optional<Credits> amount{};
  bool is_final = true;  // the rest is released
  Remarks remarks{};
};

// Lets the hold run at least `ttl` from now, and never shorter than before.
struct ExtendHold {
  std::string hold{};
  std::chrono::seconds ttl{0};
  Remarks remarks{};
};

struct ReleaseHold {
  std::string hold{};
  Remarks remarks{};
};

// The part of a list that is wanted: `cursor` is the `next` of the page before.
struct PageRequest {
  std::optional<int> limit{};  // 1 to 1000
  std::optional<std::string> cursor{};
};

struct ListApiKeys {
  std::optional<std::string> user{};  // of all users when empty
  PageRequest page{};
};

struct ListMembers {
  std::string organization{};
  PageRequest page{};
};

// Filters may be combined; a page that is filtered may hold less than its limit, or nothing, and
// still have a `next`.
struct ListAuditLog {
  std::optional<std::string> actor{};   // id of the user who acted or of the key that was used
  std::optional<std::string> target{};  // id of what was changed, or of its organization
  std::optional<std::string> kind{};
  std::optional<std::string> from{};  // not before this instant
  std::optional<std::string> to{};    // before this instant
  PageRequest page{};
};

struct ListGrants {
  std::string organization{};
  PageRequest page{};
};

struct ListCharges {
  std::string organization{};
  PageRequest page{};
};

// Filters may be combined; empty ones let everything through. A page that is filtered may hold less
// than its limit, or nothing, and still have a `next`.
struct ListEntries {
  std::string organization{};
  std::optional<std::string> kind{};
  std::optional<std::string> from{};  // not before this instant
  std::optional<std::string> to{};    // before this instant
  std::optional<std::string> operation{};
  std::optional<std::string> key{};  // id of the API key that asked, or of the caller's
  PageRequest page{};
  // Applies to CSV only: true leaves texts as they are. Otherwise texts that a spreadsheet would
  // run as formulas get an apostrophe in front.
  bool raw = false;
};

struct GetOrganizationBalance {
  std::string organization{};
  std::optional<std::string> at{};  // any instant that is past, RFC 3339; now when empty
};

// An empty `from` means the beginning, an empty `to` means now.
struct GetStatement {
  std::string organization{};
  std::optional<std::string> from{};  // RFC 3339
  std::optional<std::string> to{};    // just before it; not in the future
};

}  // namespace farthing::sdk
