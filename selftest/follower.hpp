// SPDX-License-Identifier: Apache-2.0
// One organization of a trial: its random history, and the auditor that follows what a store books
// for it. Only the store knows which of several requests came first: its entries are taken in their
// order, and each outcome is given to the request that it names. Every entry and every answer must
// then be what the model says, and no request may be booked after another that began later than its
// answer. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/auditor.hpp"
#include "model/history.hpp"
#include "selftest/questions.hpp"
#include "selftest/round.hpp"

namespace farthing::selftest {

class Follower {
 public:
  explicit Follower(std::uint64_t seed);

  OrganizationId organization() const { return history_.organization(); }
  const model::ModelLedger& model() const { return auditor_.model(); }
  // Returns the last entry that was followed, if there was one.
  const std::optional<ledger::Entry>& last() const { return last_; }
  // Returns how often each thing was seen, by name of entry kind or error.
  std::map<std::string, int> seen() const;

  // Returns the next request of the history, at an instant not before `now`; now and then one that
  // was sent before, or another under the same key.
  ledger::Command next_command(Instant now);

  // Follows all that was booked since the last time. `instants` are those that the clock has shown
  // meanwhile, in order. Returns what is wrong, one sentence each, the first deviation first.
  std::vector<std::string> follow(std::span<const ledger::Entry> entries, const Round& round,
                                  std::span<const Instant> instants);

 private:
  // A request of a round.
  struct Asked {
    const Step* step = nullptr;
    std::size_t index = 0;  // in its step

    const Booking& booking() const { return step->bookings[index]; }
    // Returns whether this request was surely decided before `other`.
    bool precedes(const Asked& other) const;
  };
  // The entries of a request's outcome, behind those of what was due before it.
  struct Booked {
    std::span<const ledger::Entry> entries;
    std::size_t due = 0;
    Asked asked;

    std::span<const ledger::Entry> own() const { return entries.subspan(due); }
  };

  std::vector<Asked> requests_of(const Round& round) const;
  std::vector<Booked> assign(std::span<const ledger::Entry> entries, std::span<const Asked> asked);
  std::optional<Asked> find_asker(const ledger::Entry& entry, std::span<const Asked> asked) const;
  void audit(const Booked& booked, std::span<const Instant> instants);
  void check_answers(std::span<const Asked> asked, std::span<const Booked> booked);
  void check_order(std::span<const Booked> booked);
  void check_repeat(const Asked& asked, std::span<const Booked> booked);
  Questions make_questions(const Round& round, std::span<const Asked> asked,
                           std::span<const Booked> booked);
  void add_question(Questions& questions, Question question, const Asked& asked,
                    std::span<const Booked> booked);
  void complain(std::string complaint) { complaints_.push_back(std::move(complaint)); }
  void take_complaints_of_auditor();

  model::History history_;
  model::Auditor auditor_;
  std::size_t heard_ = 0;              // so many of the auditor's complaints
  std::vector<ledger::Command> sent_;  // that may be sent again
  std::optional<ledger::Entry> last_;
  std::map<std::string, int> refusals_;  // by name of the error
  std::vector<std::string> complaints_;  // of the round that is followed
};

}  // namespace farthing::selftest
