// SPDX-License-Identifier: Apache-2.0
#include "selftest/follower.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace farthing::selftest {
namespace {

// A request to be sent again is chosen among this many of the last ones.
constexpr std::size_t kRemembered = 200;

bool is_reuse(const Booking& booking) {
  const Error* refusal = booking.find_refusal();
  return refusal != nullptr && refusal->code == ErrorCode::idempotency_key_reused;
}

std::string name_of(const ledger::Entry& entry) {
  return "entry " + std::to_string(entry.seq) + " (" + std::string(to_string(entry.kind)) + ")";
}

}  // namespace

Follower::Follower(std::uint64_t seed) : history_(seed), auditor_(history_.organization()) {}

std::map<std::string, int> Follower::seen() const {
  std::map<std::string, int> all = auditor_.seen();
  for (const auto& [name, times] : refusals_) all[name] += times;
  return all;
}

ledger::Command Follower::next_command(Instant now) {
  history_.follow(now);
  // What is due counts, booked or not: the next request must not depend on whether the store has
  // swept.
  model::ModelLedger present = model();
  present.take_due(now.us());
  const ledger::Balance balance{.available = Credits::from_nano(present.available()),
                                .held = Credits::from_nano(present.held())};
  ledger::Command command = history_.next_command(balance);
  if (!sent_.empty() && history_.draw(8) == 0) {
    // The most recent ones are preferred because they may still be on their way.
    const std::size_t recent = history_.draw(2) == 0 ? 6 : kRemembered;
    const std::size_t back = history_.draw(std::min(recent, sent_.size()));
    const ledger::Command& earlier = sent_[sent_.size() - 1 - back];
    const Instant at = command.at;
    if (history_.draw(3) == 0) {
      command.origin.idempotency_key = earlier.origin.idempotency_key;
    } else {
      command = earlier;
      command.at = at;
    }
    return command;
  }
  if (sent_.size() == 2 * kRemembered) sent_.erase(sent_.begin(), sent_.begin() + kRemembered);
  sent_.push_back(command);
  return command;
}

// A request in doubt may take effect at any later time, so it precedes nothing.
bool Follower::Asked::precedes(const Asked& other) const {
  if (step == other.step) return index < other.index;
  if (index < step->bookings.size() && booking().is_in_doubt()) return false;
  return step->returned < other.step->called;
}

std::vector<std::string> Follower::follow(std::span<const ledger::Entry> entries,
                                          const Round& round, std::span<const Instant> instants) {
  complaints_.clear();
  const std::vector<Asked> asked = requests_of(round);
  const std::vector<Booked> booked = assign(entries, asked);
  if (!complaints_.empty()) return std::move(complaints_);
  check_order(booked);
  Questions questions = make_questions(round, asked, booked);
  std::size_t followed = 0;
  Instant last_at = last_ ? last_->at : Instant();
  const auto instants_since = [&] {
    return instants.subspan(
        static_cast<std::size_t>(std::ranges::lower_bound(instants, last_at) - instants.begin()));
  };
  for (std::size_t i = 0; i < booked.size(); ++i) {
    questions.try_at(i, model(), instants_since());
    audit(booked[i], instants);
    followed += booked[i].entries.size();
    last_at = booked[i].entries.back().at;
  }
  questions.try_at(booked.size(), model(), instants_since());
  if (const auto due = entries.subspan(followed); !due.empty()) {
    auditor_.audit_sweep(due.back().at, due);
    take_complaints_of_auditor();
  }
  if (!entries.empty()) last_ = entries.back();
  check_answers(asked, booked);
  for (std::string& complaint : questions.complain()) complain(std::move(complaint));
  return std::move(complaints_);
}

std::vector<Follower::Asked> Follower::requests_of(const Round& round) const {
  std::vector<Asked> asked;
  for (const Step* step : round.steps()) {
    for (std::size_t i = 0; i < step->bookings.size(); ++i) {
      if (step->bookings[i].command.organization == organization()) asked.push_back({step, i});
    }
  }
  return asked;
}

// Splits the entries into outcomes; those behind the last outcome fell due by themselves.
std::vector<Follower::Booked> Follower::assign(std::span<const ledger::Entry> entries,
                                               std::span<const Asked> asked) {
  std::vector<Booked> all;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].origin.idempotency_key.empty()) continue;
    const std::size_t own = i;
    while (entries[i].is_continued && i + 1 < entries.size()) ++i;
    const auto asker = find_asker(entries[own], asked);
    if (!asker) {
      complain(name_of(entries[own]) + ", key " + entries[own].origin.idempotency_key +
               ", was booked, and nobody was told so");
      return all;
    }
    all.push_back({entries.subspan(begin, i + 1 - begin), own - begin, *asker});
    begin = i + 1;
  }
  return all;
}

// Returns the request that was told that this entry is its outcome, or else one in doubt.
std::optional<Follower::Asked> Follower::find_asker(const ledger::Entry& entry,
                                                    std::span<const Asked> asked) const {
  std::optional<Asked> in_doubt;
  for (const Asked& each : asked) {
    const ledger::Origin& origin = each.booking().command.origin;
    if (origin.idempotency_key != entry.origin.idempotency_key ||
        origin.fingerprint != entry.origin.fingerprint) {
      continue;
    }
    if (each.booking().is_booked() && (**each.booking().answer).entry.seq == entry.seq) return each;
    // Of several in doubt, the one asked first is taken.
    if (each.booking().is_in_doubt() && (!in_doubt || each.step->called < in_doubt->step->called)) {
      in_doubt = each;
    }
  }
  return in_doubt;
}

void Follower::audit(const Booked& booked, std::span<const Instant> instants) {
  const ledger::Entry& own = booked.own().front();
  if (!std::ranges::binary_search(instants, own.at)) {
    complain(name_of(own) + " has an instant that the clock has not shown: " + own.at.to_string());
  }
  ledger::Command command = booked.asked.booking().command;
  command.at = own.at;
  auditor_.audit(command, {.entries = booked.entries});
  take_complaints_of_auditor();
  history_.learn(own);
}

void Follower::check_order(std::span<const Booked> booked) {
  for (std::size_t i = 1; i < booked.size(); ++i) {
    for (std::size_t before = 0; before < i; ++before) {
      if (!booked[i].asked.precedes(booked[before].asked)) continue;
      complain(name_of(booked[i].own().front()) + " was answered before " +
               name_of(booked[before].own().front()) + " was asked for, and stands behind it");
    }
  }
}

void Follower::check_answers(std::span<const Asked> asked, std::span<const Booked> booked) {
  for (const Asked& each : asked) {
    const Booking& booking = each.booking();
    if (booking.is_replay() || is_reuse(booking)) check_repeat(each, booked);
    if (!booking.is_booked()) continue;
    const auto found = std::ranges::find_if(booked, [&each](const Booked& outcome) {
      return outcome.asked.step == each.step && outcome.asked.index == each.index;
    });
    const std::string what = "what was answered to key " + booking.command.origin.idempotency_key;
    if (found == booked.end()) {
      complain(what + " is not in the ledger");
      continue;
    }
    std::vector<std::string> stored;
    for (const ledger::Entry& entry : found->own()) stored.push_back(bytes_of(entry));
    if (stored != bytes_of(**booking.answer))
      complain(what + " is in the ledger as something else");
  }
}

// Checks a request whose key had been used.
void Follower::check_repeat(const Asked& asked, std::span<const Booked> booked) {
  const Booking& booking = asked.booking();
  const ledger::Origin& origin = booking.command.origin;
  std::vector<ledger::Entry> entries;
  if (booking.is_replay()) {
    const ledger::Outcome& outcome = **booking.answer;
    entries.push_back(outcome.entry);
    entries.insert(entries.end(), outcome.rest.begin(), outcome.rest.end());
  }
  auditor_.audit_replay(origin, booking.is_replay()
                                    ? std::optional(std::span<const ledger::Entry>(entries))
                                    : std::nullopt);
  take_complaints_of_auditor();
  for (const Booked& outcome : booked) {
    const bool is_same_key = outcome.own().front().origin.idempotency_key == origin.idempotency_key;
    if (is_same_key && asked.precedes(outcome.asked)) {
      complain("key " + origin.idempotency_key + " was known before it was used");
    }
  }
}

Questions Follower::make_questions(const Round& round, std::span<const Asked> asked,
                                   std::span<const Booked> booked) {
  Questions questions;
  for (const Asked& each : asked) {
    const Booking& booking = each.booking();
    if (booking.find_refusal() == nullptr || booking.is_in_doubt() || is_reuse(booking)) continue;
    if (auditor_.knows(booking.command.origin.idempotency_key)) {
      complain("key " + booking.command.origin.idempotency_key +
               " was refused though it had led to something");
      continue;
    }
    ++refusals_[std::string(traits_of(booking.find_refusal()->code).name)];
    add_question(questions, {.step = each.step, .refused = &booking}, each, booked);
  }
  for (const Step* step : round.steps()) {
    if (!step->balance || step->organization != organization()) continue;
    if (*step->balance) {
      add_question(questions, {.step = step}, {step, 0}, booked);
    } else if (step->balance->error().code != ErrorCode::unavailable) {
      complain("a balance could not be read: " + step->balance->error().message);
    }
  }
  return questions;
}

// Finds the places where it may have been answered.
void Follower::add_question(Questions& questions, Question question, const Asked& asked,
                            std::span<const Booked> booked) {
  question.last_place = booked.size();
  for (std::size_t i = 0; i < booked.size(); ++i) {
    if (booked[i].asked.precedes(asked)) question.first_place = i + 1;
    const bool is_known_then =
        question.refused != nullptr && booked[i].own().front().origin.idempotency_key ==
                                           question.refused->command.origin.idempotency_key;
    if (is_known_then || asked.precedes(booked[i].asked)) {
      question.last_place = std::min(question.last_place, i);
    }
  }
  questions.add(question);
}

void Follower::take_complaints_of_auditor() {
  const auto& complaints = auditor_.complaints();
  for (; heard_ < complaints.size(); ++heard_) complain(complaints[heard_]);
}

}  // namespace farthing::selftest
