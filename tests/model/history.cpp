// SPDX-License-Identifier: Apache-2.0
#include "tests/model/history.hpp"

#include <array>
#include <chrono>
#include <string>

namespace farthing::model {
namespace {

using std::chrono::microseconds;

// Steps of time that meet again, so that several events fall due at one instant.
constexpr std::array kDurations = {microseconds(0),         microseconds(1),
                                   microseconds(1'000),     microseconds(1'000'000),
                                   microseconds(2'000'000), microseconds(60'000'000)};

constexpr std::array<std::int64_t, 6> kAmountsNano = {
    1, 150, 500'000'000, 1'000'000'000, 2'500'000'000, 1'000'000'000'000};

}  // namespace

History::History(std::uint64_t seed)
    : engine_(seed), now_(*Instant::parse("2026-01-01T00:00:00Z")) {
  organization_ = {next_id()};
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
  if (draw(5) < 2) {
    command.action = next_grant();
  } else {
    command.action = ledger::CreateCharge{.amount = next_amount(balance)};
  }
  return command;
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
  if (draw(4) == 0) origin.caller_key = ApiKeyId{next_id()};
  if (draw(2) == 0) origin.operation = "upscale";
  if (draw(3) == 0) origin.engine = "esrgan-v1";
  if (draw(3) == 0) {
    origin.metadata.json = R"({"job":)" + std::to_string(draw(1'000'000)) + "}";
    for (std::uint8_t& byte : origin.metadata.salt) byte = static_cast<std::uint8_t>(draw(256));
  }
  return origin;
}

// One in five ends before it begins or is too large: those are refused.
ledger::CreateGrant History::next_grant() {
  ledger::GrantTerms terms;
  terms.amount = Credits::from_nano(kAmountsNano[draw(kAmountsNano.size())]);
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
      return balance.available.plus(one).value_or(Credits::max());
    case 2:
      return Credits::from_nano(1 + balance.available.nano() / 2);
    default:
      return Credits::from_nano(kAmountsNano[draw(kAmountsNano.size())]);
  }
}

}  // namespace farthing::model
