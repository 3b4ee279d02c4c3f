// SPDX-License-Identifier: Apache-2.0
// A second ledger of one organization, written from the description of the rules: it keeps every
// lot, charge and hold there ever was in plain lists, searches all of them for every answer, and
// predicts for each command the entries that must come of it. It shares no code with server/ledger
// and takes from there only the types of the commands. Slow on purpose; one thread; copies are
// independent.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "server/ledger/command.hpp"

namespace farthing::model {

// Amounts count 10⁻⁹ credits, instants count microseconds, and ids are their 16 bytes.
class ModelLedger {
 public:
  struct Part {
    std::string grant;
    std::int64_t amount = 0;
    bool has_ended = false;

    friend bool operator==(const Part&, const Part&) = default;
  };
  struct Lot {
    std::string grant;
    std::int64_t granted = 0;
    std::int64_t spent = 0;  // by charges, less what was refunded
    std::int64_t held = 0;   // by open holds
    std::int64_t ended = 0;  // expired or voided, whenever it came back
    std::int64_t effective_us = 0;
    std::optional<std::int64_t> expires_us;
    std::int32_t priority = 0;
    bool is_activated = false;  // at its grant, or by an entry
    bool is_voided = false;

    std::int64_t remaining() const { return granted - spent - held - ended; }
    bool is_spendable() const { return is_activated && !is_voided && remaining() > 0; }
    bool is_over_at(std::int64_t us) const {
      return is_voided || (expires_us && *expires_us <= us);
    }
  };
  struct Charge {
    std::string id;
    std::string caller;  // whose key it was made for; empty: none
    std::int64_t at_us = 0;
    std::int64_t amount = 0;
    std::int64_t refunded = 0;
    std::int64_t owed = 0;
    std::vector<Part> paid;  // and not refunded
  };
  struct Hold {
    std::string id;
    std::string caller;  // as of a charge
    std::int64_t amount = 0;
    std::int64_t captured = 0;
    std::int64_t released = 0;
    std::int64_t expires_us = 0;
    std::string over_capture;
    std::string state = "open";
    std::vector<Part> parts;

    std::int64_t left() const;
  };
  // One spending of a caller's key: a charge or, below zero, the refund of one.
  struct Spent {
    std::string caller;
    std::int64_t at_us = 0;
    std::int64_t amount = 0;
    std::int64_t charged_us = 0;  // when what is refunded was charged
  };
  // The spending of a caller's key at one moment.
  struct Spending {
    std::int64_t held = 0;
    std::int64_t total = 0;
    std::int64_t month = 0;
    std::int64_t day = 0;

    friend bool operator==(const Spending&, const Spending&) = default;
  };
  // The spending in two parts: on the day of an instant, less what was refunded on it, whenever
  // that was spent; and on all days before, which count nothing on that day.
  struct SpendingParts {
    Spending before;
    Spending today;
  };
  // An entry that must come.
  struct Expected {
    std::string kind;
    std::int64_t at_us = 0;
    std::string subject;
    std::string parent;  // empty: none
    std::int64_t amount = 0;
    std::vector<Part> lots;
    std::vector<std::string> returning;  // grants
    std::optional<Hold> hold;
    std::int64_t available = 0;
    std::int64_t held = 0;
    bool is_continued = false;
  };
  struct Refusal {
    std::string name;
    std::string field;
    std::map<std::string, std::string> details;
  };
  struct Prediction {
    std::vector<Expected> entries;
    std::size_t due = 0;  // so many of them are not the command's own
    std::string caller;   // the caller's key that its own name; empty: none
    std::optional<Refusal> refusal;
  };

  explicit ModelLedger(std::string organization) : organization_(std::move(organization)) {}

  // Returns what must come of the command; the ledger is then as it must be after it.
  Prediction take(const ledger::Command& command);
  std::vector<Expected> take_due(std::int64_t at_us);

  std::int64_t available() const;
  std::int64_t held() const;
  std::int64_t limit() const { return limit_; }
  const std::vector<Lot>& lots() const { return lots_; }
  const std::vector<Charge>& charges() const { return charges_; }
  const std::vector<Hold>& holds() const { return holds_; }
  // Return the spending at an instant that is not before the last entry.
  Spending spending(const std::string& caller, std::int64_t at_us) const;
  SpendingParts spending_parts(const std::string& caller, std::int64_t at_us) const;
  // Returns all callers that have spent or held anything.
  std::set<std::string> callers() const;
  // Returns when something falls due next.
  std::optional<std::int64_t> next_due_us() const;

 private:
  using Maybe = std::optional<Refusal>;

  Maybe take(const ledger::CreateGrant& action, std::vector<Expected>& out);
  Maybe take(const ledger::VoidGrant& action, std::vector<Expected>& out);
  Maybe take(const ledger::CreateCharge& action, std::vector<Expected>& out);
  Maybe take(const ledger::PlaceHold& action, std::vector<Expected>& out);
  Maybe take(const ledger::ExtendHold& action, std::vector<Expected>& out);
  Maybe take(const ledger::CaptureHold& action, std::vector<Expected>& out);
  Maybe take(const ledger::ReleaseHold& action, std::vector<Expected>& out);
  Maybe take(const ledger::RefundCharge& action, std::vector<Expected>& out);
  Maybe take(const ledger::SetOverdraftLimit& action, std::vector<Expected>& out);

  Expected& push(std::vector<Expected>& out, std::string kind, std::string subject,
                 std::int64_t amount);
  void push_release(std::vector<Expected>& out, Hold& hold, const std::string& state);
  void push_repays(std::vector<Expected>& out);
  void finish_entry(Expected& entry) const;
  std::string own_id() const;

  std::vector<Part> spend(std::int64_t amount);
  std::vector<Part> set_aside(std::int64_t amount);
  std::vector<Lot*> payers();
  Lot* find_lot(const std::string& grant);
  Hold* find_hold(const std::string& id);
  std::int64_t spendable() const;
  std::int64_t debt() const;
  bool fits(std::int64_t more) const;
  Refusal insufficient(std::int64_t required) const;
  Maybe find_overdraft_refusal(std::int64_t amount) const;
  Maybe find_hold_refusal(const Hold* hold) const;
  static Maybe find_refusal_by_standing(const ledger::Command& command);
  Maybe find_cap_refusal(const ledger::Command& command) const;
  std::string caller_of(const ledger::Command& command);

  std::string organization_;
  std::vector<Lot> lots_;
  std::vector<Charge> charges_;
  std::vector<Hold> holds_;
  std::vector<Spent> spent_;
  std::string caller_;  // of the command that is taken
  std::int64_t limit_ = 0;
  std::uint64_t last_seq_ = 0;
  std::int64_t now_us_ = 0;  // of the entry that is being made
};

}  // namespace farthing::model
