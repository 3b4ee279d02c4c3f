// SPDX-License-Identifier: Apache-2.0
// Random directories and actors against a second reading of the rules: what a key lets its holder
// do is a set of moments, addresses, scopes and paces, and nothing that a key gives to its own user
// or to an admin may lie outside its own. FARTHING_SEED runs one seed, the one that a failure has
// printed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "server/directory/rights.hpp"
#include "server/directory/rules.hpp"

namespace farthing::directory::rights_property_test {

using std::chrono::seconds;

constexpr int kSteps = 400;
constexpr int kRandomSeeds = 20;

const Instant kStart = Instant::from_us(1'800'000'000'000'000);

std::vector<std::uint64_t> seeds() {
  if (const char* chosen = std::getenv("FARTHING_SEED"))
    return {std::strtoull(chosen, nullptr, 10)};
  std::vector<std::uint64_t> all = {1, 2, 3, 20'261'130};
  std::random_device device;
  for (int i = 0; i < kRandomSeeds; ++i) {
    all.push_back((static_cast<std::uint64_t>(device()) << 32) | device());
  }
  return all;
}

Id128 numbered(std::uint64_t number) {
  Id128 id;
  for (std::size_t i = 0; i < sizeof number; ++i) {
    id.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  return id;
}

// ── The second reading ───────────────────────────────────────────────────────────────────────────

const std::vector<std::string_view> kAddresses = {
    "10.1.2.3", "10.1.9.9", "10.9.9.9", "192.168.1.1", "8.8.8.8", "::1", "2001:db8::7"};
const std::vector<int> kSeconds = {0, 50, 100, 101, 200, 1'000'000};

bool lets(const ApiKey& key, std::string_view address, Instant at) {
  if (key.expires_at && at >= *key.expires_at) return false;
  bool is_near = key.allowed_networks.empty();
  for (const IpNetwork& network : key.allowed_networks) {
    is_near = is_near || network.contains(*IpAddress::parse(address));
  }
  return is_near;
}

// How many requests a key with a limit of its own has had after so many seconds, if it never rests.
double paced(const RateLimit& limit, double after_s) {
  return limit.requests + after_s * limit.requests / limit.per_s;
}

bool is_no_faster(const std::optional<RateLimit>& limit, const std::optional<RateLimit>& other) {
  if (!other) return true;
  if (!limit) return false;
  for (const double after_s : {0.0, 0.5, 1.0, 10.0, 1e4, 1e7}) {
    if (paced(*limit, after_s) > paced(*other, after_s) + 1e-6) return false;
  }
  return true;
}

bool holds_scopes(const ApiKey& holder, Scopes scopes) {
  if (holder.scopes.names(Scope::admin)) return true;
  return (scopes.bits() & ~holder.scopes.bits()) == 0;
}

bool is_within(const ApiKey& key, const ApiKey& other) {
  for (const std::string_view address : kAddresses) {
    for (const int s : kSeconds) {
      const Instant at = kStart.plus(seconds(s));
      if (lets(key, address, at) && !lets(other, address, at)) return false;
    }
  }
  return is_no_faster(key.rate_limit, other.rate_limit);
}

bool may_hold(const ApiKey& asker, const ApiKey& key) {
  if (!holds_scopes(asker, key.scopes)) return false;
  const bool is_bound = asker.user == key.user || key.scopes.names(Scope::admin);
  return !is_bound || is_within(key, asker);
}

bool is_capped(const ApiKey& key) {
  return key.spend_caps.day || key.spend_caps.month || key.spend_caps.total;
}

bool sets_rate(const ApiKey& asker, bool is_set) {
  return !is_set || asker.scopes.names(Scope::admin) || asker.rate_limit;
}

bool manages_keys_of(const ApiKey& asker, UserId user) {
  return asker.scopes.names(Scope::admin) ||
         (asker.scopes.names(Scope::user) && asker.user == user);
}

// Whether the key, which is live and asks from an allowed address, may do it to `key`, or make it.
bool may(const ApiKey& asker, const CreateApiKey& action, const ApiKey* /*key*/) {
  return !is_capped(asker) && manages_keys_of(asker, action.key.user) &&
         sets_rate(asker, action.key.rate_limit.has_value()) && may_hold(asker, action.key);
}
bool may(const ApiKey& asker, const ChangeApiKey& action, const ApiKey* key) {
  ApiKey after = *key;
  const ApiKeyChange& change = action.change;
  if (change.scopes) after.scopes = *change.scopes;
  if (change.expires_at) after.expires_at = *change.expires_at;
  if (change.allowed_networks) after.allowed_networks = *change.allowed_networks;
  if (change.rate_limit) after.rate_limit = *change.rate_limit;
  return !is_capped(asker) && manages_keys_of(asker, key->user) &&
         sets_rate(asker, change.rate_limit.has_value()) && may_hold(asker, *key) &&
         may_hold(asker, after);
}
bool may(const ApiKey& asker, const RotateApiKey& action, const ApiKey* key) {
  if (!manages_keys_of(asker, key->user)) return false;
  if (action.key == asker.id) return true;
  return !is_capped(asker) && may_hold(asker, *key);
}
bool may(const ApiKey& asker, const RevokeApiKey& action, const ApiKey* key) {
  return manages_keys_of(asker, key->user) && (action.key == asker.id || !is_capped(asker));
}

// ── Random directories ───────────────────────────────────────────────────────────────────────────

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t count) { return engine_() % count; }
  bool one_in(std::size_t count) { return below(count) == 0; }
  template <class T>
  T of(const std::vector<T>& values) {
    return values[below(values.size())];
  }

 private:
  std::mt19937_64 engine_;
};

class RandomDirectory {
 public:
  static constexpr std::uint64_t kUsers = 3;

  explicit RandomDirectory(std::uint64_t seed) : dice(seed) {
    for (std::uint64_t i = 1; i <= kUsers; ++i) {
      directory.apply(User{.id = {numbered(i)},
                           .email = std::to_string(i),
                           .name = {},
                           .profile_picture = {},
                           .default_organization = {},
                           .created_at = {}});
    }
  }

  UserId user() { return {numbered(1 + dice.below(kUsers))}; }
  Scopes scopes() { return Scopes::from_bits(static_cast<std::uint8_t>(1 + dice.below(7))); }
  std::optional<Instant> end() {
    if (dice.one_in(2)) return {};
    return kStart.plus(seconds(dice.of<int>({100, 101, 200})));
  }
  std::vector<IpNetwork> networks() {
    using Texts = std::vector<std::string_view>;
    std::vector<IpNetwork> networks;
    for (const auto text : dice.of<Texts>({{},
                                           {},
                                           {"10.0.0.0/8"},
                                           {"10.1.0.0/16"},
                                           {"10.1.2.3"},
                                           {"192.168.0.0/16", "10.0.0.0/8"},
                                           {"0.0.0.0/0"},
                                           {"::/0"}})) {
      networks.push_back(IpNetwork::parse(text).value());
    }
    return networks;
  }
  std::optional<RateLimit> rate() {
    if (dice.one_in(2)) return {};
    return dice.of<RateLimit>({{10, 10}, {20, 20}, {5, 1}, {1, 1}, {10, 11}, {100, 1}});
  }
  // With a secret of its own, the number of its id.
  ApiKey key() {
    const std::uint64_t number = next_++;
    ApiKey key;
    key.id = {numbered(number)};
    key.user = user();
    key.secret_digest = sha256(std::to_string(number));
    key.scopes = scopes();
    key.expires_at = end();
    key.allowed_networks = networks();
    key.rate_limit = rate();
    if (dice.one_in(8)) key.spend_caps.total = Credits::from_nano(1);
    return key;
  }
  ApiKeyChange change() {
    ApiKeyChange change;
    if (dice.one_in(3)) change.scopes = scopes();
    if (dice.one_in(3)) change.expires_at = std::optional(end());
    if (dice.one_in(3)) change.allowed_networks = networks();
    if (dice.one_in(3)) change.rate_limit = std::optional(rate());
    if (dice.one_in(3)) change.name = "x";
    return change;
  }
  Digest next_secret() { return sha256(std::to_string(next_++)); }

  Dice dice;
  Directory directory;

 private:
  std::uint64_t next_ = 100;
};

// Someone asks with a key, from where it may be used.
DirectoryOrigin asked_with(const ApiKey& key) {
  std::string_view from = kAddresses.front();
  for (const std::string_view address : kAddresses) {
    if (lets(key, address, kStart)) from = address;
  }
  return {.actor = key.id,
          .act = {.user = key.user,
                  .address = std::string(from),
                  .request_id = {},
                  .credential = Credential{.secret_digest = key.secret_digest}}};
}

TEST(DirectoryRightsProperty, AreAsTheSecondReadingHasThem) {
  for (const std::uint64_t seed : seeds()) {
    SCOPED_TRACE("FARTHING_SEED=" + std::to_string(seed));
    int allowed = 0;
    for (std::uint64_t step = 0; step < kSteps; ++step) {
      RandomDirectory random(seed * kSteps + step);
      const ApiKey asker = random.key();
      const ApiKey other = random.key();
      random.directory.apply(asker);
      random.directory.apply(other);
      const ApiKey& target = random.dice.one_in(3) ? asker : other;
      const auto check = [&](const auto& action) {
        const auto refusal =
            find_refusal_of_asker(random.directory, asked_with(asker), action, kStart);
        const bool is_allowed = may(asker, action, &target);
        EXPECT_EQ(!refusal, is_allowed)
            << "step " << step << ", action " << DirectoryAction(action).index() << ": "
            << (refusal ? refusal->message : "allowed");
        allowed += is_allowed ? 1 : 0;
      };
      check(CreateApiKey{random.key()});
      check(ChangeApiKey{target.id, random.change()});
      check(RotateApiKey{.key = target.id, .secret_digest = random.next_secret(), .hint = {}});
      check(RevokeApiKey{target.id});
    }
    EXPECT_GT(allowed, kSteps / 4);
    EXPECT_LT(allowed, kSteps * 3);
  }
}

// A thief has one key, and whatever it gives. Meanwhile the operator changes keys, those too that
// the thief has made, but none whose secret the thief uses. What the thief is ever told a secret
// of, or makes of a key, lies within that one key; of an admin's, where it is an admin's again.
TEST(DirectoryRightsProperty, NoChainOfActsLeadsBeyondTheFirstKey) {
  for (const std::uint64_t seed : seeds()) {
    SCOPED_TRACE("FARTHING_SEED=" + std::to_string(seed));
    RandomDirectory random(seed);
    Directory& directory = random.directory;
    Dice& dice = random.dice;
    std::vector<ApiKeyId> all;
    for (int i = 0; i < 8; ++i) {
      const ApiKey key = random.key();
      directory.apply(key);
      all.push_back(key.id);
    }
    const ApiKey first = *directory.find_api_key(all.front());
    std::vector<Digest> known = {first.secret_digest};
    std::vector<DirectoryCommand> creations;
    Instant at = kStart;
    for (int step = 0; step < kSteps; ++step) {
      if (dice.one_in(10)) at = at.plus(seconds(1));
      if (dice.one_in(4)) {
        const ApiKeyId id = dice.of(all);
        const ApiKey key = *directory.find_api_key(id);
        if (id == first.id) continue;
        std::erase(known, key.secret_digest);
        if (key.previous_secret) std::erase(known, key.previous_secret->digest);
        if (key.revoked_at) continue;
        directory.apply(changed_by(key, random.change()));
        continue;
      }
      const auto asker = directory.find_principal(dice.of(known));
      if (!asker) continue;
      DirectoryCommand command{asked_with(*asker->key), RevokeApiKey{dice.of(all)}};
      command.origin.act.credential->secret_digest = asker->secret_digest();
      switch (dice.below(5)) {
        case 0:
          command.action = CreateApiKey{random.key()};
          command.origin.idempotency_key = std::to_string(step);
          creations.push_back(command);
          break;
        case 1:
          command.action = ChangeApiKey{dice.of(all), random.change()};
          break;
        case 2:
          command.action = RotateApiKey{.key = dice.of(all),
                                        .secret_digest = random.next_secret(),
                                        .hint = {},
                                        .overlap = seconds(dice.below(2) * 60)};
          break;
        case 3:
          if (creations.empty()) break;
          command = dice.of(creations);
          // What the operator has made of that key is not the thief's doing.
          if (std::ranges::find(known, command.origin.act.credential->secret_digest) ==
              known.end()) {
            continue;
          }
          std::get<CreateApiKey>(command.action).key.secret_digest = random.next_secret();
          break;
        default:
          break;
      }
      if (std::holds_alternative<RevokeApiKey>(command.action) && !dice.one_in(10)) continue;
      const auto decision = decide(directory, command, at);
      if (!decision) continue;
      for (const DirectoryRecord& record : decision->records) directory.apply(record);
      const ApiKey& key = std::get<ApiKey>(decision->outcome.record);
      if (std::holds_alternative<RevokeApiKey>(command.action) || key.revoked_at) continue;
      const auto* creation = std::get_if<CreateApiKey>(&command.action);
      const auto* rotation = std::get_if<RotateApiKey>(&command.action);
      if (creation != nullptr && !decision->outcome.is_replayed) all.push_back(key.id);
      const bool is_told =
          (creation != nullptr && creation->key.secret_digest == key.secret_digest) ||
          (rotation != nullptr && rotation->secret_digest == key.secret_digest);
      if (is_told) known.push_back(key.secret_digest);
      EXPECT_FALSE(is_capped(first) && key.id != first.id);
      // An admin gives other users what it likes, short of that scope.
      if (first.scopes.names(Scope::admin) && !key.scopes.names(Scope::admin)) continue;
      EXPECT_TRUE(holds_scopes(first, key.scopes)) << "step " << step;
      EXPECT_TRUE(is_within(key, first)) << "step " << step;
    }
  }
}

}  // namespace farthing::directory::rights_property_test
