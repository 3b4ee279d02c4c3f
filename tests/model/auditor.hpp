// SPDX-License-Identifier: Apache-2.0
// An independent auditor of one organization's ledger. It knows the rules from their description
// only and shares no code with server/ledger: it keeps every lot there ever was in a plain list,
// looks all of them over for every answer, writes the canonical bytes and the chain's hashes by
// itself, and says for each command what must come of it. From server/ledger it takes the types of
// what it is shown. For tests; slow on purpose; one thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "server/ledger/command.hpp"
#include "server/ledger/entry.hpp"
#include "server/ledger/state.hpp"

namespace farthing::model {

class Auditor {
 public:
  // What the rules made of one command: the entries that were booked, what was due included, and
  // the refusal if there was one.
  struct Outcome {
    std::span<const ledger::Entry> entries;
    const Error* refusal = nullptr;
  };

  // Predicts what `command`, whose idempotency key is new, must lead to, compares, and takes it
  // over.
  void audit(const ledger::Command& command, const Outcome& outcome);
  // The same for a sweep that booked what was due at `at`.
  void audit_sweep(Instant at, std::span<const ledger::Entry> entries);
  // A request whose key was used before: `first` is what it got, nothing for a refusal.
  void audit_replay(const ledger::Origin& origin, const ledger::Entry* first);
  // The state after what was audited last.
  void audit_state(const ledger::OrganizationState& state);
  // A balance read at `at`, which is not before the last entry.
  void audit_balance(Instant at, const ledger::Balance& balance);

  // What was found wrong so far, one sentence each.
  const std::vector<std::string>& complaints() const { return complaints_; }
  // How often each thing was seen, by name of entry kind or error: shows what a history reached.
  const std::map<std::string, int>& seen() const { return seen_; }

 private:
  struct Lot {
    std::string grant;
    std::int64_t granted = 0;
    std::int64_t spent = 0;
    std::int64_t expired = 0;
    std::int64_t effective_us = 0;
    std::optional<std::int64_t> expires_us;
    std::int32_t priority = 0;
    bool is_activated = false;  // at its grant, or by an entry

    std::int64_t remaining() const { return granted - spent - expired; }
  };
  struct Expected {
    std::string kind;
    std::int64_t at_us = 0;
    std::string subject;
    std::int64_t amount = 0;
    std::vector<std::pair<std::string, std::int64_t>> lots;
  };
  struct Refusal {
    std::string name;
    std::string field;
    std::map<std::string, std::string> details;
  };

  std::vector<Expected> take_due(std::int64_t at_us, std::vector<std::int64_t>& available);
  std::optional<Refusal> take_grant(const ledger::Command& command,
                                    const ledger::CreateGrant& action,
                                    std::vector<Expected>& expected);
  std::optional<Refusal> take_charge(const ledger::Command& command,
                                     const ledger::CreateCharge& action,
                                     std::vector<Expected>& expected);
  void compare(const std::vector<Expected>& expected, const std::vector<std::int64_t>& available,
               std::span<const ledger::Entry> entries);
  void compare_refusal(const std::optional<Refusal>& expected, const Error* refusal);
  void check_origin(const ledger::Origin& origin, const ledger::Entry& entry);
  void extend_chain(const ledger::Entry& entry);
  void check_lots();
  std::int64_t available() const;
  std::optional<std::int64_t> next_grant_us() const;
  void expect(bool condition, const std::string& complaint);

  std::vector<Lot> lots_;
  std::map<std::string, ledger::Entry> outcomes_;  // by idempotency key
  std::uint64_t last_seq_ = 0;
  std::int64_t last_us_ = 0;
  std::string last_hash_ = std::string(32, '\0');
  std::vector<std::string> complaints_;
  std::map<std::string, int> seen_;
};

}  // namespace farthing::model
