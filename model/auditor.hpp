// SPDX-License-Identifier: Apache-2.0
// An independent auditor of one organization's ledger: for each command it asks the model for the
// outcome that must come and compares entry by entry, field by field, the chain of hashes included;
// between commands it compares states, balances and records with the model. From server/ledger it
// takes only the types of what it is shown. Slow on purpose; one thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "model/comparison.hpp"
#include "model/model_ledger.hpp"
#include "server/ledger/command.hpp"
#include "server/ledger/entry.hpp"
#include "server/ledger/record_book.hpp"
#include "server/ledger/state.hpp"

namespace farthing::model {

class Auditor {
 public:
  explicit Auditor(OrganizationId organization);

  // The outcome that the rules made of one command: the entries that were booked, what was due
  // included, and the refusal if there was one.
  struct Outcome {
    std::span<const ledger::Entry> entries;
    const Error* refusal = nullptr;
  };

  // Predicts the outcome of `command`, whose idempotency key is new, and compares.
  void audit(const ledger::Command& command, const Outcome& outcome);
  // Audits a sweep that booked what was due at `at`.
  void audit_sweep(Instant at, std::span<const ledger::Entry> entries);
  // Audits a request whose key was used before: `entries` is the outcome that it got, nothing for a
  // refusal.
  void audit_replay(const ledger::Origin& origin,
                    std::optional<std::span<const ledger::Entry>> entries);
  // Audit the state after what was audited last, and the records.
  void audit_state(const ledger::OrganizationState& state);
  void audit_records(const ledger::RecordBook& records);
  // Audits what state and records together say of each caller's key at `at`, which is not before
  // the last entry.
  void audit_spending(const ledger::OrganizationState& state, const ledger::RecordBook& records,
                      Instant at);
  // Audits a balance read at `at`, which is not before the last entry.
  void audit_balance(Instant at, const ledger::Balance& balance);

  // Returns the ledger as it must be after what was audited last.
  const ModelLedger& model() const { return model_; }
  // Returns whether that idempotency key has led to an outcome.
  bool knows(const std::string& idempotency_key) const {
    return outcomes_.contains(idempotency_key);
  }

  // Returns what was found wrong so far, one sentence each.
  const std::vector<std::string>& complaints() const { return complaints_; }
  // Returns how often each thing was seen, by name of entry kind or error, which shows what a
  // history reached.
  const std::map<std::string, int>& seen() const { return seen_; }

 private:
  void compare(const std::vector<ModelLedger::Expected>& expected,
               std::span<const ledger::Entry> entries);
  void compare(const ModelLedger::Expected& expected, const ledger::Entry& entry);
  void check_origins(const ledger::Command& command, const ModelLedger::Prediction& prediction,
                     std::span<const ledger::Entry> entries);
  void extend_chain(const ledger::Entry& entry);
  void check_conservation();
  void see(const ModelLedger::Expected& expected);
  void expect(bool condition, const std::string& complaint);
  void expect_none(const Complaints& complaints);

  ModelLedger model_;
  std::map<std::string, std::vector<std::string>> outcomes_;  // by idempotency key
  std::map<std::string, ledger::Origin> origins_;
  std::uint64_t last_seq_ = 0;
  std::int64_t last_us_ = 0;
  std::string last_hash_ = std::string(32, '\0');
  std::vector<std::string> complaints_;
  std::map<std::string, int> seen_;
};

}  // namespace farthing::model
