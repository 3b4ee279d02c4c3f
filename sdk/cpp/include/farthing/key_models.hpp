// SPDX-License-Identifier: Apache-2.0
// A server's answers about a secret that is presented to it: by a service that asks about its
// caller's key, or by whoever has found one. Instants, ids, `from_json` and `to_json` are as in
// models.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <farthing/export.hpp>
#include <farthing/failure.hpp>
#include <farthing/fields.hpp>
#include <farthing/ledger_models.hpp>

namespace farthing::sdk {

// The state of a key under one of its spend caps.
struct SpendCapStatus {
  Credits cap{};
  Credits spent{};  // in the period, less what was refunded
  Credits held{};   // by open holds, which count under every cap
  Credits left{};
  std::optional<std::string> resets_at{};  // when the day or the month ends

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("cap", &SpendCapStatus::cap);
    visit("spent", &SpendCapStatus::spent);
    visit("held", &SpendCapStatus::held);
    visit("left", &SpendCapStatus::left);
    visit("resets_at", &SpendCapStatus::resets_at);
  }
};

// The state under each cap that the key has.
struct SpendCapStatuses {
  std::optional<SpendCapStatus> day{};
  std::optional<SpendCapStatus> month{};
  std::optional<SpendCapStatus> total{};

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("day", &SpendCapStatuses::day);
    visit("month", &SpendCapStatuses::month);
    visit("total", &SpendCapStatuses::total);
  }
};

// A key that is good for what was asked, and whom it speaks for.
struct VerifiedKey {
  std::string id{};
  std::optional<std::string> name{};
  std::vector<std::string> scopes{};
  std::optional<std::string> expires_at{};
  std::string user{};  // an id
  std::string email{};
  std::string organization{};  // an id
  std::string organization_name{};
  std::string role{};
  LedgerBalance balance{};  // of the organization, now
  std::optional<SpendCapStatuses> spend_caps{};
};

// The reason why a key is not good for what was asked, as its holder is to be told.
struct KeyRefusal {
  std::int64_t status = 0;  // 401, 402, 403, 404 or 429: what the holder's own request would get
  Error error{};            // its `id` is empty
};

// Holds either `verified` or `refusal`.
struct FARTHING_API KeyVerdict {
  std::optional<VerifiedKey> verified{};
  std::optional<KeyRefusal> refusal{};

  bool is_valid() const { return verified.has_value(); }

  static Result<KeyVerdict> from_json(std::string_view json);
  std::string to_json() const;
};

// The outcome of reporting a leaked secret.
struct FARTHING_API LeakedKey {
  bool is_revoked = false;  // false: it is no secret, or worked no longer
  // What to do next, if anything: after the last admin key, how to get another one.
  std::optional<std::string> message{};

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("revoked", &LeakedKey::is_revoked);
    visit("message", &LeakedKey::message);
  }

  static Result<LeakedKey> from_json(std::string_view json);
  std::string to_json() const;
};

}  // namespace farthing::sdk
