// SPDX-License-Identifier: Apache-2.0
#include "selftest/http/http_selftest.hpp"

#include <memory>
#include <random>
#include <utility>

#include <farthing/client.hpp>
#include "selftest/http/http_trial.hpp"
#include "selftest/http/served_store.hpp"
#include "selftest/trial.hpp"

namespace farthing::selftest {
namespace {

constexpr auto kTellInterval = std::chrono::seconds(10);

sdk::Options one_attempt(sdk::Options options) {
  // Nothing is retried, because a server that ends is a finding.
  options.retry.max_attempts = 1;
  return options;
}

class GivenSubject final : public HttpSubject {
 public:
  explicit GivenSubject(const sdk::Options& server) : client_(one_attempt(server)) {}

  const sdk::Client& client() override { return client_; }
  bool set_time(Instant /*at*/) override { return false; }
  bool has_tags() const override { return false; }

 private:
  sdk::Client client_;
};

class OwnSubject final : public HttpSubject {
 public:
  OwnSubject(ServedStore& served, sdk::Secret admin_key, std::uint64_t seed)
      : served_(served), admin_key_(std::move(admin_key)), random_(seed) {
    connect();
  }

  const sdk::Client& client() override { return *client_; }
  bool set_time(Instant at) override {
    served_.clock().set(at);
    return true;
  }
  bool has_tags() const override { return true; }
  std::optional<std::string> disturb() override {
    const auto end = random_() % 2 == 0 ? ServedStore::End::killed : ServedStore::End::in_order;
    if (auto failed = served_.restart(end)) return failed;
    connect();
    return {};
  }
  std::string describe_silence() override { return served_.find_death().value_or(""); }

 private:
  void connect() {
    client_ = std::make_unique<sdk::Client>(
        one_attempt({.api_key = admin_key_, .base_url = served_.url()}));
  }

  ServedStore& served_;
  const sdk::Secret admin_key_;
  std::mt19937_64 random_;
  std::unique_ptr<sdk::Client> client_;
};

std::string describe(const HttpTally& tally) {
  return std::to_string(tally.requests) + " requests and " + std::to_string(tally.replays) +
         " repeats, " + std::to_string(tally.entries) + " entries of " +
         std::to_string(tally.organizations) + " organizations";
}

std::string describe_reached(const HttpTrial& trial) {
  std::string text = "reached:";
  for (const auto& [name, times] : trial.seen()) {
    text += " " + name + " " + std::to_string(times) + ",";
  }
  text.back() = '.';
  return text;
}

std::optional<std::string> run(HttpSubject& subject, const HttpSelftestOptions& options,
                               const Tell& tell) {
  using std::chrono::steady_clock;
  const auto began = steady_clock::now();
  const auto seconds = [&began] {
    return std::chrono::duration<double>(steady_clock::now() - began);
  };
  HttpTrial trial(subject, options.seed);
  tell("seed " + std::to_string(options.seed) + ", over HTTP");
  auto told_at = steady_clock::now();
  do {
    if (auto deviation = trial.play_round()) return deviation;
    if (steady_clock::now() - told_at >= kTellInterval) {
      told_at = steady_clock::now();
      tell(std::to_string(static_cast<int>(seconds().count())) + " s: " + describe(trial.tally()));
    }
  } while (seconds() < options.duration);
  tell(describe_reached(trial));
  tell("seed " + std::to_string(options.seed) + ": " + describe(trial.tally()) + ", no deviation");
  return {};
}

}  // namespace

std::optional<std::string> run_http_selftest(const HttpSelftestOptions& options,
                                             const std::filesystem::path& data, const Tell& tell) {
  auto served = ServedStore::start(data, Trial::start(), options.seed);
  if (!served) return served.error();
  const auto key = (*served)->admin_key();
  if (!key) return key.error();
  OwnSubject subject(**served, sdk::Secret(std::string(key->reveal())), options.seed);
  return run(subject, options, tell);
}

std::optional<std::string> run_http_selftest(const HttpSelftestOptions& options,
                                             const sdk::Options& server, const Tell& tell) {
  GivenSubject subject(server);
  return run(subject, options, tell);
}

}  // namespace farthing::selftest
