// SPDX-License-Identifier: Apache-2.0
// The models of the ledger: grants, charges, holds, refunds, balances and entries. Instants, ids,
// `from_json` and `to_json` as in models.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <farthing/credits.hpp>
#include <farthing/export.hpp>
#include <farthing/failure.hpp>

namespace farthing::sdk {

// A lot of credits given to an organization.
struct FARTHING_API Grant {
  std::string id{};
  std::string organization{};
  Credits amount{};
  Credits remaining{};
  std::string category{};  // `paid` or `promotional`
  std::int64_t priority = 0;
  std::string effective_at{};
  std::optional<std::string> expires_at{};
  std::optional<std::string> metadata{};  // a JSON object, as text
  std::string created_at{};

  static Result<Grant> from_json(std::string_view json);
  std::string to_json() const;
};

// What one grant paid, or in an entry of another kind set aside or got back.
struct GrantShare {
  std::string grant{};
  Credits amount{};
};

struct LedgerBalance {
  Credits available{};  // spendable now
  Credits held{};       // set aside for jobs that are not done
};

// The balance of an organization at an instant.
struct FARTHING_API OrganizationBalance {
  Credits available{};  // spendable then
  Credits held{};       // set aside for jobs that were not done
  std::string as_of{};

  static Result<OrganizationBalance> from_json(std::string_view json);
  std::string to_json() const;
};

// Credits spent at once.
struct FARTHING_API Charge {
  std::string id{};
  std::string organization{};
  Credits amount{};
  std::optional<std::string> operation{};
  std::optional<std::string> engine{};
  std::optional<std::string> metadata{};  // a JSON object, as text
  std::vector<GrantShare> grants{};       // in burn order
  LedgerBalance balance{};                // after it
  std::string created_at{};

  static Result<Charge> from_json(std::string_view json);
  std::string to_json() const;
};

// Who asked for an entry.
struct EntryKey {
  std::string id{};                     // of the API key that the request came with
  std::optional<std::string> caller{};  // of the caller's API key, if it was presented beside that
};

// One movement in the ledger of an organization.
struct FARTHING_API LedgerEntry {
  std::int64_t seq = 0;  // from 1 in every organization, without gaps
  std::string kind{};    // `grant`, `charge`, …: those of the server, which may get more
  Credits amount{};      // what moved; of a limit, the limit
  Credits available{};   // after it; below zero by what is owed
  Credits held{};        // after it
  std::string at{};
  std::string ref{};              // id of what it made, or else of what it changed
  std::optional<EntryKey> key{};  // none when it fell due by itself
  std::optional<std::string> operation{};
  std::optional<std::string> engine{};
  std::optional<std::string> metadata{};  // a JSON object, as text
  std::vector<GrantShare> grants{};       // in burn order
  std::string hash{};  // SHA-256 over the hash of the entry before and this one, in hex

  static Result<LedgerEntry> from_json(std::string_view json);
  std::string to_json() const;
};

}  // namespace farthing::sdk
