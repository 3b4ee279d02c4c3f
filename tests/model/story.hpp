// SPDX-License-Identifier: Apache-2.0
// The ledger's rules told as stories: commands and what they led to, both as one line of text, so
// that a test of a rule is a table. What a command makes is called by the number that the command
// gives it, instants are whole seconds since the start of the story.
//
//   "5 grant 1 12.5 priority=50 effective=10 expires=20"    at second 5
//   "7 charge 2 3"                                          at second 7
//
// and the entries that follow, numbered, dated, with what was available after them:
//
//   "#1 5 grant 1 12.5 = 0"
//   "#3 15 charge 2 3 from 1:3 = 9.5"
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
  ledger::Command read(const std::string& line) const;
  std::string describe(const ledger::Entry& entry) const;
  // The id of what a command made under this number. There must be one.
  const Id128& id_of(std::uint32_t number) const { return ids_.at(number); }

  const ledger::OrganizationState& state() const { return state_; }
  std::span<const ledger::Entry> entries() const { return booked_.entries(); }

 private:
  std::string describe_from(std::size_t first) const;
  std::string number_of(const Id128& id) const;

  ledger::OrganizationState state_;
  ledger::Booked booked_;
  std::map<std::uint32_t, Id128> ids_;
};

}  // namespace farthing::model
