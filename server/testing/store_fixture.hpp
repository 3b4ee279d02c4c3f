// SPDX-License-Identifier: Apache-2.0
// For tests of what stands above a store: an in-memory store at a time that stands still, and calls
// that wait for their answer.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "server/service/api_key_secret.hpp"
#include "server/service/metering.hpp"
#include "server/service/registry.hpp"
#include "server/testing/memory_store.hpp"

namespace farthing::service {

// The answer to a call that is answered before it returns, as all of the in-memory store's are.
template <class T, class Call>
Result<T> answer_of(Call call) {
  std::optional<Result<T>> answer;
  call(Reply<T>([&answer](Result<T> result) { answer.emplace(std::move(result)); }));
  if (!answer) return make_error(ErrorCode::unavailable, "no answer was given");
  return *std::move(answer);
}

class StoreTest : public testing::Test {
 protected:
  // By default the clock is believed whatever it does.
  explicit StoreTest(store::ClockRules rules = {}) : store_(clock_, std::move(rules)) {}

  // 2026-11-22T12:00:00Z.
  static constexpr Instant kStart = Instant::from_us(1'795'348'800'000'000);
  static Requester under(std::string idempotency_key) {
    return {.api_key = {}, .idempotency_key = std::move(idempotency_key)};
  }

  directory::User add_user(std::string email) {
    auto made = answer_of<Change<directory::User>>([&](auto reply) {
      registry_.create_user({}, {.email = std::move(email)}, std::move(reply));
    });
    return std::move(made).value().record;
  }
  directory::Organization add_organization(std::string name) {
    auto made = answer_of<Change<directory::Organization>>([&](auto reply) {
      registry_.create_organization({}, {.name = std::move(name)}, std::move(reply));
    });
    return std::move(made).value().record;
  }
  void join(UserId user, OrganizationId organization,
            directory::Role role = directory::Role::MEMBER) {
    const auto joined = answer_of<Change<directory::Member>>([&](auto reply) {
      registry_.put_membership({}, {.organization = organization, .user = user, .role = role},
                               std::move(reply));
    });
    ASSERT_TRUE(joined) << joined.error().message;
  }
  MadeApiKey add_key(UserId user, directory::Scopes scopes = directory::Scope::user,
                     std::optional<Instant> expires_at = {}) {
    auto made = answer_of<MadeApiKey>([&](auto reply) {
      registry_.create_api_key({}, {.user = user, .scopes = scopes, .expires_at = expires_at},
                               std::move(reply));
    });
    return std::move(made).value();
  }
  void grant(OrganizationId organization, std::string_view amount) {
    const auto outcome = answer_of<ledger::Outcome>([&](auto reply) {
      metering_.create_grant(
          under("grant " + std::to_string(++grants_)),
          {.organization = organization, .amount = Credits::parse(amount).value()},
          std::move(reply));
    });
    ASSERT_TRUE(outcome) << outcome.error().message;
  }

  ManualClock clock_{kStart};
  store::MemoryStore store_;
  Registry registry_{store_, {}};
  Metering metering_{store_};

 private:
  int grants_ = 0;
};

}  // namespace farthing::service
