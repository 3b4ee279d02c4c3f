// SPDX-License-Identifier: Apache-2.0
// The ledger's rules told as stories: commands and what they led to, both as one line of text, so
// that a test of a rule is a table. Instants are whole seconds since the start of the story. Every
// command has a number; what it makes is called by it.
//
//   "5 grant 1 12.5 priority=50 effective=10 expires=20"    at second 5
//   "7 charge 2 3"                                          at second 7
//   "7 hold 3 10 ttl=60 over=overdraft"
//   "8 extend 4 hold=3 ttl=90"
//   "8 capture 5 4 hold=3 final=no"                         "all": as much as is left
//   "9 release 6 hold=3"
//   "9 refund 7 all charge=2"
//   "9 void 8 grant=1"
//   "9 limit 9 100"
//   "9 charge 10 3 caller=1 day=5 month=20 total=50"        by a caller's key that has caps
//   "9 charge 11 3 standing=disabled"                       while the organization is disabled
//
// and the entries that follow, numbered, dated, with what was available (and held) after them; a
// "+" says that the outcome goes on, a "!" that a part ended with its lot, "owed" is debt:
//
//   "#1 5 grant 1 12.5 = 0"
//   "#3 15 charge 2 3 from 1:3 = 9.5"
//   "#4 15 capture 5 of 3 4 from 1:4 = 9.5 held 6"
//   "#5 16 refund 7 of 2 3 to 1:3! = 9.5"
//   "refused insufficient_credits required=3 available=0 held=0 next_grant_at=10"
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "base/error.hpp"
#include "server/ledger/booked.hpp"
#include "server/ledger/command.hpp"
#include "server/ledger/entry.hpp"
#include "server/ledger/record_book.hpp"
#include "server/ledger/state.hpp"

namespace farthing::model {

// 2026-01-01T00:00:00Z and so many seconds.
Instant second(std::int64_t seconds);
// An id whose last bytes are `number`.
Id128 id(std::uint32_t number);

std::string describe(const Error& error);

class Story {
 public:
  Story();

  // Decides one command and says what came of it: the lines of its entries and of a refusal, with
  // "; " between them.
  std::string tell(const std::string& line);
  // Books what is due at that second, as the background does.
  std::string sweep(std::int64_t at_second);

  // What `tell` would decide.
  ledger::Command read(const std::string& text) const;
  std::string describe(const ledger::Entry& entry) const;
  // The id of what a command made under this number; one that leads to nothing if none did.
  Id128 id_of(std::uint32_t number) const;

  const ledger::OrganizationState& state() const { return state_; }
  const ledger::RecordBook& records() const { return records_; }
  std::span<const ledger::Entry> entries() const { return booked_.entries(); }

 private:
  void keep_records();
  std::string describe_from(std::size_t first) const;
  std::string number_of(const Id128& id) const;

  ledger::OrganizationState state_;
  ledger::RecordBook records_;
  std::size_t recorded_ = 0;       // so many of what was booked are in the records
  std::size_t recorded_past_ = 0;  // the same of what left the state
  ledger::Booked booked_;
  std::map<std::uint32_t, Id128> ids_;
  std::map<Id128, std::uint32_t> numbers_;
};

}  // namespace farthing::model
