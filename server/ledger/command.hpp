// SPDX-License-Identifier: Apache-2.0
// A request to move credits of one organization, complete: its time is already in it. What it makes
// gets its id from the entry that makes it (entry_id.hpp). Amounts are positive; ids are those of
// the organization's own grants, charges and holds, or lead to nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <variant>

#include "base/credits.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"
#include "server/ledger/entry.hpp"
#include "server/ledger/grant_terms.hpp"
#include "server/ledger/hold_status.hpp"
#include "server/ledger/spending.hpp"

namespace farthing::ledger {

// An `effective_at` in the past means the command's time.
struct CreateGrant {
  GrantTerms terms;
};

// Takes back what is neither spent nor held, and what is held as soon as it is released.
struct VoidGrant {
  Id128 grant;
};

struct CreateCharge {
  Credits amount;
};

// `ttl` is from kMinHoldTtl to kMaxHoldTtl.
struct PlaceHold {
  Credits amount;
  std::chrono::seconds ttl = kDefaultHoldTtl;
  OverCapture over_capture = OverCapture::reject;
};

// `ttl` is from kMinHoldTtl to kMaxHoldTtl, and counts from now. A hold never gets shorter by it.
struct ExtendHold {
  Id128 hold;
  std::chrono::seconds ttl = kDefaultHoldTtl;
};

struct CaptureHold {
  Id128 hold;
  std::optional<Credits> amount;  // nothing: all that is left
  bool is_final = true;           // whether the rest is released
};

struct ReleaseHold {
  Id128 hold;
};

struct RefundCharge {
  Id128 charge;                   // or the charge that a capture made
  std::optional<Credits> amount;  // nothing: all that is left
};

// Sets how far below zero `available` may go from now on; zero or more. What is owed already stays.
struct SetOverdraftLimit {
  Credits limit;
};

using Action = std::variant<CreateGrant, VoidGrant, CreateCharge, PlaceHold, ExtendHold,
                            CaptureHold, ReleaseHold, RefundCharge, SetOverdraftLimit>;

// Returns the hold that the action is about, or null.
inline const Id128* find_hold_of(const Action& action) {
  if (const auto* extend = std::get_if<ExtendHold>(&action)) return &extend->hold;
  if (const auto* capture = std::get_if<CaptureHold>(&action)) return &capture->hold;
  if (const auto* release = std::get_if<ReleaseHold>(&action)) return &release->hold;
  return nullptr;
}

// Says whether an organization may begin to spend. What has begun may be ended in any case.
enum class Standing : std::uint8_t { enabled, disabled };

struct Command {
  OrganizationId organization;
  Instant at;  // set by the store: not before any entry of the organization
  Origin origin;
  Action action;
  // Whether the key presented for the caller speaks for nobody who may spend here. This is found
  // out beforehand but refused by `decide`, so that a replay is answered whatever has become of the
  // key.
  bool has_invalid_caller_key = false;
  // How much the caller's key may spend; null: as much as there is. Only charges and holds are
  // refused for it; a capture beyond what the hold has counts, but is not refused.
  std::shared_ptr<const SpendCaps> caller_caps = {};
  Standing standing = Standing::enabled;  // of the organization; set by the store, as `at` is
};

// Returns what the action asks to spend now or to set aside.
inline std::optional<Credits> find_spending(const Action& action) {
  if (const auto* charge = std::get_if<CreateCharge>(&action)) return charge->amount;
  if (const auto* hold = std::get_if<PlaceHold>(&action)) return hold->amount;
  return {};
}

// Returns the caller's key whose caps the command must keep to, if there is one.
inline std::optional<ApiKeyId> find_capped_key(const Command& command) {
  if (!command.caller_caps || !find_spending(command.action)) return {};
  return command.origin.caller_key;
}

}  // namespace farthing::ledger
