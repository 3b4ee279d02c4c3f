// SPDX-License-Identifier: Apache-2.0
#include "tests/model/story.hpp"

#include <sstream>
#include <stdexcept>

#include "server/ledger/decide.hpp"
#include "tests/model/records_for.hpp"

namespace farthing::model {
namespace {

using ledger::EntryKind;

constexpr std::int64_t kUsPerSecond = 1'000'000;
const Instant kStart = *Instant::parse("2026-01-01T00:00:00Z");
const OrganizationId kOrganization{id(0xfa27)};

std::string second_of(Instant instant) {
  return std::to_string((instant.us() - kStart.us()) / kUsPerSecond);
}

// A line of text: when, what and under which number, then an amount if one is said, then options.
struct Line {
  explicit Line(const std::string& line) {
    std::istringstream words(line);
    if (!(words >> at_second >> kind >> number)) throw std::invalid_argument("no command: " + line);
    for (std::string word; words >> word;) {
      const auto sign = word.find('=');
      if (sign == std::string::npos) {
        amount = word;
      } else {
        options[word.substr(0, sign)] = word.substr(sign + 1);
      }
    }
  }
  Credits credits() const { return Credits::parse(amount).value(); }
  std::optional<Credits> credits_or_all() const {
    if (amount == "all") return {};
    return credits();
  }
  // The value of an option that is a number, `absent` without it.
  std::int64_t option(const std::string& name, std::int64_t absent) const {
    const auto found = options.find(name);
    return found == options.end() ? absent : std::stoll(found->second);
  }
  std::uint32_t target(const std::string& name) const {
    return static_cast<std::uint32_t>(std::stoul(options.at(name)));
  }
  std::optional<Credits> cap(const std::string& period) const {
    const auto found = options.find(period);
    if (found == options.end()) return {};
    return Credits::parse(found->second).value();
  }

  std::int64_t at_second = 0;
  std::string kind;
  std::uint32_t number = 0;
  std::string amount;
  std::map<std::string, std::string> options;
};

ledger::GrantTerms read_terms(const Line& line) {
  ledger::GrantTerms terms{.amount = line.credits()};
  terms.priority = static_cast<std::int32_t>(line.option("priority", ledger::kDefaultPriority));
  terms.effective_at = second(line.option("effective", line.at_second));
  if (line.options.contains("expires")) terms.expires_at = second(line.option("expires", 0));
  return terms;
}

ledger::PlaceHold read_hold(const Line& line) {
  ledger::PlaceHold hold{.amount = line.credits()};
  hold.ttl = std::chrono::seconds(line.option("ttl", 600));
  if (const auto over = line.options.find("over"); over != line.options.end()) {
    hold.over_capture = ledger::parse_over_capture(over->second).value();
  }
  return hold;
}

ledger::Standing read_standing(const Line& line) {
  const auto standing = line.options.find("standing");
  const bool is_disabled = standing != line.options.end() && standing->second == "disabled";
  return is_disabled ? ledger::Standing::disabled : ledger::Standing::enabled;
}

void read_caller(const Line& line, ledger::Command& command) {
  if (line.options.contains("caller")) {
    command.origin.caller_key = ApiKeyId{id(line.target("caller"))};
  }
  const ledger::SpendCaps caps{
      .day = line.cap("day"), .month = line.cap("month"), .total = line.cap("total")};
  if (!caps.is_empty()) command.caller_caps = std::make_shared<const ledger::SpendCaps>(caps);
}

bool makes_something(EntryKind kind) {
  return kind == EntryKind::grant || kind == EntryKind::charge || kind == EntryKind::hold ||
         kind == EntryKind::capture || kind == EntryKind::refund;
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

Id128 Story::id_of(std::uint32_t number) const {
  const auto found = ids_.find(number);
  return found == ids_.end() ? id(0xffff'0000 + number) : found->second;
}

ledger::Command Story::read(const std::string& text) const {
  const Line line(text);
  const std::chrono::seconds ttl(line.option("ttl", 600));
  ledger::Command command;
  command.organization = kOrganization;
  command.at = second(line.at_second);
  command.origin.idempotency_key = line.kind + " " + std::to_string(line.number);
  command.standing = read_standing(line);
  read_caller(line, command);
  if (line.kind == "grant") {
    command.action = ledger::CreateGrant{.terms = read_terms(line)};
  } else if (line.kind == "void") {
    command.action = ledger::VoidGrant{.grant = id_of(line.target("grant"))};
  } else if (line.kind == "charge") {
    command.action = ledger::CreateCharge{.amount = line.credits()};
  } else if (line.kind == "hold") {
    command.action = read_hold(line);
  } else if (line.kind == "extend") {
    command.action = ledger::ExtendHold{.hold = id_of(line.target("hold")), .ttl = ttl};
  } else if (line.kind == "capture") {
    command.action = ledger::CaptureHold{.hold = id_of(line.target("hold")),
                                         .amount = line.credits_or_all(),
                                         .is_final = !line.options.contains("final")};
  } else if (line.kind == "release") {
    command.action = ledger::ReleaseHold{.hold = id_of(line.target("hold"))};
  } else if (line.kind == "refund") {
    command.action = ledger::RefundCharge{.charge = id_of(line.target("charge")),
                                          .amount = line.credits_or_all()};
  } else if (line.kind == "limit") {
    command.action = ledger::SetOverdraftLimit{.limit = line.credits()};
  } else {
    throw std::invalid_argument("no such command: " + text);
  }
  return command;
}

std::string Story::describe(const ledger::Entry& entry) const {
  std::ostringstream line;
  line << '#' << entry.seq << ' ' << second_of(entry.at) << ' ' << to_string(entry.kind) << ' ';
  if (entry.kind != EntryKind::limit) line << number_of(entry.subject) << ' ';
  if (entry.parent) line << "of " << number_of(*entry.parent) << ' ';
  line << entry.amount.to_string();
  if (entry.kind == EntryKind::extend) line << " until " << second_of(entry.hold->expires_at);
  const bool is_back = entry.kind == EntryKind::release || entry.kind == EntryKind::refund;
  const char* separator = is_back ? " to " : " from ";
  for (const ledger::LotAmount& lot : entry.lots) {
    line << separator << number_of(lot.grant) << ':' << lot.amount.to_string();
    if (lot.has_ended) line << '!';
    separator = " ";
  }
  const Credits debt = debt_of(entry);
  if (!debt.is_zero() && entry.kind != EntryKind::repay) line << " owed " << debt.to_string();
  line << " = " << entry.available.to_string();
  if (!entry.held.is_zero()) line << " held " << entry.held.to_string();
  if (entry.is_continued) line << " +";
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
  const std::size_t first = booked_.size();
  ledger::Command command = read(line);
  ledger::book_due(state_, command.at, booked_);
  keep_records();
  const std::size_t own = booked_.size();
  const ledger::Records records = records_for(command, state_, records_);
  const auto decided = ledger::decide(state_, std::move(command), records, booked_);
  keep_records();
  if (decided && makes_something(entries()[own].kind)) {
    const Id128 made = entries()[own].subject;
    ids_[Line(line).number] = made;
    numbers_[made] = Line(line).number;
  }
  std::string told = describe_from(first);
  if (!decided) told += (told.empty() ? "" : "; ") + model::describe(decided.error());
  return told;
}

std::string Story::sweep(std::int64_t at_second) {
  const std::size_t first = booked_.size();
  ledger::book_due(state_, second(at_second), booked_);
  keep_records();
  return describe_from(first);
}

std::string Story::number_of(const Id128& id) const {
  const auto found = numbers_.find(id);
  return found == numbers_.end() ? "?" : std::to_string(found->second);
}

void Story::keep_records() {
  for (; recorded_ < booked_.size(); ++recorded_) records_.apply(entries()[recorded_]);
  const auto past = booked_.past_spending();
  for (; recorded_past_ < past.size(); ++recorded_past_) records_.apply(past[recorded_past_]);
}

std::string Story::describe_from(std::size_t first) const {
  std::string told;
  for (const ledger::Entry& entry : entries().subspan(first)) {
    if (!told.empty()) told += "; ";
    told += describe(entry);
  }
  return told;
}

}  // namespace farthing::model
