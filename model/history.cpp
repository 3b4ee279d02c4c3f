// SPDX-License-Identifier: Apache-2.0
#include "model/history.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>

#include "model/model_terms.hpp"

namespace farthing::model {
namespace {

using std::chrono::microseconds;

// Steps of time whose sums coincide, so that several events fall due at one instant.
constexpr std::array kDurations = {microseconds(0),         microseconds(1),
                                   microseconds(1'000),     microseconds(1'000'000),
                                   microseconds(2'000'000), microseconds(60'000'000)};

constexpr std::array<std::int64_t, 6> kAmountsNano = {
    1, 150, 500'000'000, 1'000'000'000, 2'500'000'000, 1'000'000'000'000};
constexpr std::array<std::int64_t, 6> kExtremeAmountsNano = {
    1, kMost / 3, kMost / 2, kMost / 2 + 1, kMost - 1, kMost};

const std::array<std::int64_t, 6>& list_of(Amounts amounts) {
  return amounts == Amounts::usual ? kAmountsNano : kExtremeAmountsNano;
}

Credits triple(Credits amount) {
  return amount.nano() > kMost / 3 ? Credits::max() : Credits::from_nano(3 * amount.nano());
}

}  // namespace

History::History(std::uint64_t seed, Amounts amounts)
    : engine_(seed), amounts_(amounts), now_(*Instant::parse("2026-01-01T00:00:00Z")) {
  organization_ = {next_id()};
  constexpr int kCallers = 3;
  for (int i = 0; i < kCallers; ++i) callers_.push_back({next_id()});
}

Instant History::pass_time() {
  now_ = now_.plus(kDurations[draw(kDurations.size())]);
  return now_;
}

ledger::Command History::next_command(const ledger::Balance& balance) {
  ledger::Command command;
  command.organization = organization_;
  command.at = pass_time();
  command.origin = next_origin();
  command.action = next_action(balance);
  if (std::holds_alternative<ledger::CreateGrant>(command.action) && draw(2) == 0) {
    add_payment(command.origin);
  }
  if (ledger::Erasable& texts = command.origin.erasable; !texts.is_empty()) {
    for (std::uint8_t& byte : texts.salt) byte = static_cast<std::uint8_t>(draw(256));
  }
  if (command.origin.caller_key && draw(2) == 0) command.caller_caps = next_caps();
  return command;
}

ledger::Action History::next_action(const ledger::Balance& balance) {
  switch (draw(20)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return next_grant();
    case 4:
      return ledger::VoidGrant{.grant = next_target(grants_)};
    case 5:
    case 6:
    case 7:
    case 8:
      return next_hold(balance);
    case 9:
    case 10:
    case 11:
      return ledger::CaptureHold{
          .hold = next_target(holds_), .amount = next_part(), .is_final = draw(2) == 0};
    case 12:
      return ledger::ExtendHold{.hold = next_target(holds_), .ttl = next_ttl()};
    case 13:
      return ledger::ReleaseHold{.hold = next_target(holds_)};
    case 14:
    case 15:
      return ledger::RefundCharge{.charge = next_target(charges_), .amount = next_part()};
    case 16:
      return ledger::SetOverdraftLimit{.limit = draw(2) == 0 ? Credits() : next_common_amount()};
    default:
      return ledger::CreateCharge{.amount = next_amount(balance)};
  }
}

void History::learn(const ledger::Entry& entry) {
  using ledger::EntryKind;
  if (entry.kind == EntryKind::grant) grants_.push_back(entry.subject);
  if (entry.kind == EntryKind::hold) holds_.push_back(entry.subject);
  if (entry.kind == EntryKind::charge || entry.kind == EntryKind::capture) {
    charges_.push_back(entry.subject);
  }
}

Id128 History::next_target(const std::vector<Id128>& ids) {
  const std::uint64_t choice = draw(30);
  if (choice == 0 || ids.empty()) return next_id();
  if (choice == 1 && !grants_.empty()) return grants_[draw(grants_.size())];
  if (choice == 2 && !charges_.empty()) return charges_[draw(charges_.size())];
  if (choice < 8) return ids[draw(ids.size())];
  constexpr std::size_t kRecent = 4;
  return ids[ids.size() - 1 - draw(std::min(kRecent, ids.size()))];
}

// Returns no amount, which means all that is left, or an amount, which is often too large.
std::optional<Credits> History::next_part() {
  if (draw(3) == 0) return {};
  if (draw(4) == 0) return Credits::from_nano(list_of(amounts_).back());
  const std::int64_t amount = next_common_amount().nano();
  return Credits::from_nano(draw(2) == 0 ? amount : 1 + amount / 2);
}

std::chrono::seconds History::next_ttl() {
  constexpr std::array kTtls = {1, 60, 3'600, 86'400};
  return std::chrono::seconds(kTtls[draw(kTtls.size())]);
}

ledger::PlaceHold History::next_hold(const ledger::Balance& balance) {
  constexpr std::array kPolicies = {ledger::OverCapture::reject,
                                    ledger::OverCapture::up_to_available,
                                    ledger::OverCapture::overdraft};
  return {.amount = next_amount(balance),
          .ttl = next_ttl(),
          .over_capture = kPolicies[draw(kPolicies.size())]};
}

Id128 History::next_id() {
  Id128 id;
  for (std::uint8_t& byte : id.bytes) byte = static_cast<std::uint8_t>(draw(256));
  return id;
}

ledger::Origin History::next_origin() {
  ledger::Origin origin;
  origin.idempotency_key = "key-" + std::to_string(next_key_++);
  for (std::uint8_t& byte : origin.fingerprint) byte = static_cast<std::uint8_t>(draw(256));
  if (draw(4) != 0) origin.api_key = ApiKeyId{next_id()};
  if (draw(3) == 0) origin.caller_key = callers_[draw(callers_.size())];
  if (draw(2) == 0) origin.operation = "upscale";
  if (draw(3) == 0) origin.model = "esrgan-v1";
  if (draw(3) == 0) {
    origin.erasable.metadata = R"({"job":)" + std::to_string(draw(1'000'000)) + "}";
  }
  if (draw(6) == 0) origin.erasable.reason = "reason " + std::to_string(draw(10));
  for (const std::string_view name : kTagNames) {
    if (draw(6) == 0)
      origin.tags.push_back({.name = std::string(name), .value = std::to_string(draw(10))});
  }
  return origin;
}

void History::add_payment(ledger::Origin& origin) {
  constexpr std::array kCurrencies = {"EUR", "JPY", "USD"};
  origin.price_paid = {.nano = next_common_amount().nano(),
                       .currency = kCurrencies[draw(kCurrencies.size())]};
  if (draw(2) == 0) origin.erasable.payment_reference = "inv-" + std::to_string(draw(1'000));
}

std::shared_ptr<const ledger::SpendCaps> History::next_caps() {
  const auto next_cap = [this]() -> std::optional<Credits> {
    switch (draw(4)) {
      case 0:
        return next_common_amount();
      case 1:
        return triple(next_common_amount());
      default:
        return {};
    }
  };
  ledger::SpendCaps caps;
  caps.day = next_cap();
  caps.month = next_cap();
  caps.total = next_cap();
  return std::make_shared<const ledger::SpendCaps>(caps);
}

// Returns a grant; one in five ends before it begins or is too large, and is refused.
ledger::CreateGrant History::next_grant() {
  ledger::GrantTerms terms;
  terms.amount = next_common_amount();
  if (draw(12) == 0)
    terms.amount = Credits::from_nano(Credits::max().nano() - std::int64_t(draw(3)));
  const auto ahead = [this] { return kDurations[draw(kDurations.size())] * (1 + draw(3)); };
  terms.effective_at = draw(2) == 0 ? now_.plus(-ahead()) : now_.plus(ahead());
  if (draw(3) != 0) terms.expires_at = now_.plus(ahead() * 4 - microseconds(draw(2)));
  if (draw(2) == 0) terms.priority = static_cast<std::int32_t>(draw(3)) - 1;
  if (draw(2) == 0) terms.category = ledger::GrantCategory::promotional;
  return {.terms = terms};
}

Credits History::next_amount(const ledger::Balance& balance) {
  const Credits one = Credits::from_nano(1);
  switch (draw(8)) {
    case 0:  // all there is
      return balance.available.is_positive() ? balance.available : one;
    case 1:  // and a farthing more
      return std::max(one, balance.available.plus(one).value_or(Credits::max()));
    case 2:
      return Credits::from_nano(1 + std::max<std::int64_t>(balance.available.nano(), 0) / 2);
    default:
      return next_common_amount();
  }
}

Credits History::next_common_amount() {
  const auto& amounts = list_of(amounts_);
  return Credits::from_nano(amounts[draw(amounts.size())]);
}

}  // namespace farthing::model
