// SPDX-License-Identifier: Apache-2.0
// Moves credits: checks and completes a request and has the store settle it. Every movement is made
// under an idempotency key. Safe to call from any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/callback.hpp"
#include "base/credits.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"
#include "server/ledger/grant_terms.hpp"
#include "server/ledger/hold_status.hpp"
#include "server/service/caller_keys.hpp"
#include "server/service/requester.hpp"
#include "server/store/store.hpp"

namespace farthing::service {

// What a request may say of any movement, besides what it moves. Empty means that it does not say it.
struct Remarks {
  std::vector<ledger::Tag> tags = {};  // at most ledger::kMaxTags, by name, each name once
  std::string reason = {};             // for people, at most ledger::kMaxReason characters
  std::string metadata = {};           // a JSON object in canonical form
};

// What is known of the payment for a grant.
struct Payment {
  std::optional<ledger::Price> price_paid = {};
  std::string payment_reference = {};  // at most ledger::kMaxPaymentReference characters, or empty
};

// `amount` is positive.
struct NewGrant {
  OrganizationId organization;
  Credits amount;
  ledger::GrantCategory category = ledger::GrantCategory::paid;
  std::int32_t priority = ledger::kDefaultPriority;
  std::optional<Instant> effective_at;  // nothing: at once
  std::optional<Instant> expires_at;    // nothing: never
  Payment payment = {};
  Remarks remarks = {};
};

// `amount` is positive. `operation` and `model` say what was paid for; they may be empty.
struct NewCharge {
  OrganizationId organization;
  std::optional<PresentedKey> caller_key;  // the caller's, to be checked before it is charged
  Credits amount;
  std::string operation;
  std::string model;
  Remarks remarks = {};
};

// All but `ttl` is as in NewCharge. `ttl` is from ledger::kMinHoldTtl to ledger::kMaxHoldTtl.
struct NewHold {
  OrganizationId organization;
  std::optional<PresentedKey> caller_key;  // as in NewCharge
  Credits amount;
  std::chrono::seconds ttl = ledger::kDefaultHoldTtl;
  ledger::OverCapture over_capture = ledger::OverCapture::reject;
  std::string operation;
  std::string model;
  Remarks remarks = {};
};

struct Capture {
  std::optional<Credits> amount;  // nothing: all that is left
  bool is_final = true;           // whether the rest is released
  Remarks remarks = {};
};

struct Refund {
  std::optional<Credits> amount;  // nothing: all that is left
  Remarks remarks = {};
};

// One of a batch: it has an idempotency key of its own.
struct KeyedCharge {
  std::string idempotency_key;
  NewCharge charge;
};

class Metering {
 public:
  // `store` must outlive this and every pending answer.
  explicit Metering(store::Store& store) : store_(store), caller_keys_(store) {}

  // Refusals are those of `ledger::decide`, and `not_found` for the organization. A caller's key
  // that is presented does not make a request another one, and only counts where the idempotency
  // key has led to nothing yet.
  void create_grant(Requester requester, NewGrant grant, Reply<ledger::Outcome> reply);
  void void_grant(Requester requester, GrantId grant, Remarks remarks,
                  Reply<ledger::Outcome> reply);
  void create_charge(Requester requester, NewCharge charge, Reply<ledger::Outcome> reply);
  // Settles one or more charges, of any organizations. Each stands alone and is what create_charge
  // would make of it. The reply has one result for each, in order.
  void create_charges(ApiKeyId requester, std::vector<KeyedCharge> charges,
                      Callback<void(std::vector<Result<ledger::Outcome>>)> reply);
  void place_hold(Requester requester, NewHold hold, Reply<ledger::Outcome> reply);
  // Makes the hold run for at least `ttl` from now, which is bounded as in NewHold.
  void extend_hold(Requester requester, HoldId hold, std::chrono::seconds ttl, Remarks remarks,
                   Reply<ledger::Outcome> reply);
  void capture_hold(Requester requester, HoldId hold, Capture capture,
                    Reply<ledger::Outcome> reply);
  void release_hold(Requester requester, HoldId hold, Remarks remarks,
                    Reply<ledger::Outcome> reply);
  void refund_charge(Requester requester, ChargeId charge, Refund refund,
                     Reply<ledger::Outcome> reply);
  // `limit` is zero or more. `name` is the name that the same request gives the organization, if it
  // does: a part of what it asks for.
  void set_overdraft_limit(Requester requester, OrganizationId organization, Credits limit,
                           const std::optional<std::string>& name, Reply<ledger::Outcome> reply);

 private:
  void settle(ledger::Command command, const std::optional<PresentedKey>& caller_key,
              Reply<ledger::Outcome> reply);

  store::Store& store_;
  CallerKeys caller_keys_;
};

}  // namespace farthing::service
