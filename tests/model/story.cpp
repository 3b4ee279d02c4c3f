// SPDX-License-Identifier: Apache-2.0
#include "tests/model/story.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "server/ledger/decide.hpp"

namespace farthing::model {
namespace {

constexpr std::int64_t kUsPerSecond = 1'000'000;
const Instant kStart = *Instant::parse("2026-01-01T00:00:00Z");
const OrganizationId kOrganization{id(0xfa27)};

// A line of text: when, what and under which number, then whatever the kind needs.
struct Line {
  explicit Line(const std::string& line) : words(line) {
    if (!(words >> at_second >> kind >> number)) throw std::invalid_argument("no command: " + line);
  }

  std::istringstream words;
  std::int64_t at_second = 0;
  std::string kind;
  std::uint32_t number = 0;
};

std::string second_of(Instant instant) {
  return std::to_string((instant.us() - kStart.us()) / kUsPerSecond);
}

void read_option(const std::string& option, ledger::GrantTerms& terms) {
  const auto sign = option.find('=');
  const std::string name = option.substr(0, sign);
  const std::int64_t value = std::stoll(option.substr(sign + 1));
  if (name == "priority") {
    terms.priority = static_cast<std::int32_t>(value);
  } else if (name == "effective") {
    terms.effective_at = second(value);
  } else if (name == "expires") {
    terms.expires_at = second(value);
  } else {
    throw std::invalid_argument("no such option of a grant: " + option);
  }
}

}  // namespace

Instant second(std::int64_t seconds) {
  return Instant::from_us(kStart.us() + seconds * kUsPerSecond);
}

Id128 id(std::uint32_t number) {
  Id128 value;
  for (std::size_t i = 16; i-- > 12; number >>= 8) {
    value.bytes[i] = static_cast<std::uint8_t>(number & 0xff);
  }
  return value;
}

ledger::Command Story::read(const std::string& text) const {
  Line line(text);
  ledger::Command command;
  command.organization = kOrganization;
  command.at = second(line.at_second);
  command.origin.idempotency_key = line.kind + " " + std::to_string(line.number);
  std::string amount;
  line.words >> amount;
  if (line.kind == "charge") {
    command.action = ledger::CreateCharge{.amount = Credits::parse(amount).value()};
    return command;
  }
  ledger::GrantTerms terms{.amount = Credits::parse(amount).value(), .effective_at = command.at};
  for (std::string option; line.words >> option;) read_option(option, terms);
  command.action = ledger::CreateGrant{.terms = terms};
  return command;
}

std::string Story::describe(const ledger::Entry& entry) const {
  std::ostringstream line;
  line << '#' << entry.seq << ' ' << second_of(entry.at) << ' ' << to_string(entry.kind) << ' '
       << number_of(entry.subject) << ' ' << entry.amount.to_string();
  const char* separator = " from ";
  for (const ledger::LotAmount& lot : entry.lots) {
    line << separator << number_of(lot.grant) << ':' << lot.amount.to_string();
    separator = " ";
  }
  line << " = " << entry.available.to_string();
  return line.str();
}

std::string describe(const Error& error) {
  std::string line = "refused " + std::string(traits_of(error.code).name);
  if (!error.field.empty()) line += " field=" + error.field;
  for (const ErrorDetail& detail : error.details) {
    const auto instant = Instant::parse(detail.value);
    line += " " + detail.name + "=" + (instant ? second_of(*instant) : detail.value);
  }
  return line;
}

Story::Story() { state_.organization = kOrganization; }

std::string Story::tell(const std::string& line) {
  const std::size_t first = entries().size();
  const auto decided = ledger::decide(state_, read(line), booked_);
  if (decided) ids_[Line(line).number] = entries().back().subject;
  std::string told = describe_from(first);
  if (!decided) told += (told.empty() ? "" : "; ") + model::describe(decided.error());
  return told;
}

std::string Story::sweep(std::int64_t at_second) {
  const std::size_t first = entries().size();
  ledger::book_due(state_, second(at_second), booked_);
  return describe_from(first);
}

std::string Story::number_of(const Id128& id) const {
  const auto found =
      std::ranges::find_if(ids_, [&id](const auto& element) { return element.second == id; });
  return found == ids_.end() ? "?" : std::to_string(found->first);
}

std::string Story::describe_from(std::size_t first) const {
  std::string told;
  for (std::size_t i = first; i < entries().size(); ++i) {
    if (!told.empty()) told += "; ";
    told += describe(entries()[i]);
  }
  return told;
}

}  // namespace farthing::model
