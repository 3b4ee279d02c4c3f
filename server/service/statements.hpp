// SPDX-License-Identifier: Apache-2.0
// Statements: what the ledger of an organization was at two instants, signed with the server's key.
// Both ends name an entry and its hash, so with the entries between them, which anybody may carry,
// the signature proves all of it (docs/reference/proof.md). Safe to call from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/ed25519.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"
#include "server/ledger/state.hpp"
#include "server/store/store.hpp"

namespace farthing::service {

// The state of a ledger behind one of its entries, as far as a statement tells it.
struct LedgerEnd {
  std::uint64_t seq = 0;  // 0: before the first
  Digest hash{};
  ledger::Balance balance;
};

// The entries from `from` on and before `to`.
struct Statement {
  OrganizationId organization;
  Instant from;
  Instant to;
  Instant issued_at;
  LedgerEnd opening;
  LedgerEnd closing;
};

// The period of a statement; nothing: from the beginning, until now.
struct StatementPeriod {
  std::optional<Instant> from;
  std::optional<Instant> to;
};

class Statements {
 public:
  // `store` must outlive this and every pending answer. Without a key there are no statements.
  Statements(store::Store& store, std::optional<SigningKey> key)
      : store_(store), key_(std::move(key)) {}

  // Makes a statement; `not_found` without a key. Refuses a period that ends in the future, or
  // before it begins. The answer is `unavailable` while something that fell due within it is not
  // booked yet.
  void make(OrganizationId organization, StatementPeriod period, Reply<Statement> reply) const;

  // Returns the key by which statements are checked; `not_found` without a key.
  Result<VerificationKey> verification_key() const;
  // There must be a key.
  std::string sign(std::string_view text) const { return key_->sign(text); }

 private:
  store::Store& store_;
  const std::optional<SigningKey> key_;
};

}  // namespace farthing::service
