// SPDX-License-Identifier: Apache-2.0
#include "selftest/selftest.hpp"

#include <array>
#include <memory>
#include <random>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "base/clock.hpp"
#include "selftest/subject.hpp"
#include "selftest/trial.hpp"
#include "server/store/embedded/rocksdb_store.hpp"

namespace farthing::selftest {
namespace {

constexpr auto kTellInterval = std::chrono::seconds(10);

// The embedded store; each opening gives it another size of what it keeps in memory.
class EmbeddedSubject final : public Subject {
 public:
  EmbeddedSubject(std::filesystem::path directory, const Clock& clock, std::uint64_t seed)
      : directory_(std::move(directory)), clock_(clock), random_(seed) {
    reopen();
  }

  store::Store& store() override { return *store_; }

  // Throws when the store cannot be opened, because a trial cannot go on then.
  void reopen() override {
    constexpr std::array<std::size_t, 3> kRunBytes = {std::size_t{16} << 10, std::size_t{256} << 10,
                                                      std::size_t{32} << 20};
    store_.reset();
    auto opened =
        store::embedded::RocksdbStore::open({.directory = directory_,
                                             .clock = &clock_,
                                             .run_bytes = kRunBytes[random_() % kRunBytes.size()]});
    if (!opened) throw std::runtime_error(opened.error().message);
    store_ = *std::move(opened);
  }

 private:
  const std::filesystem::path directory_;
  const Clock& clock_;
  std::mt19937_64 random_;
  std::unique_ptr<store::embedded::RocksdbStore> store_;
};

std::string counted(std::uint64_t count, const char* noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string describe(const Tally& tally) {
  return counted(tally.rounds, "round") + ", " + counted(tally.requests, "request") + ", " +
         std::to_string(tally.entries) + " entries of " +
         counted(tally.organizations, "organization") + ", " + counted(tally.restarts, "restart");
}

std::string describe_reached(const Trial& trial) {
  std::string text = "reached:";
  for (const auto& [name, times] : trial.seen())
    text += " " + name + " " + std::to_string(times) + ",";
  text.back() = '.';
  return text;
}

std::optional<std::string> run(const SelftestOptions& options,
                               const std::function<void(const std::string&)>& tell) {
  using std::chrono::steady_clock;
  const auto began = steady_clock::now();
  const auto seconds = [&began] {
    return std::chrono::duration<double>(steady_clock::now() - began);
  };
  ManualClock clock(Trial::start());
  EmbeddedSubject subject(options.data, clock, options.seed);
  Trial trial(subject, clock, {.seed = options.seed, .submitters = options.submitters});
  tell("seed " + std::to_string(options.seed) + ", " + counted(options.submitters, "submitter"));
  auto told_at = steady_clock::now();
  do {
    if (auto deviation = trial.play_round()) return deviation;
    if (steady_clock::now() - told_at >= kTellInterval) {
      told_at = steady_clock::now();
      tell(std::to_string(static_cast<int>(seconds().count())) + " s: " + describe(trial.tally()));
    }
  } while (seconds() < options.duration);
  if (auto deviation = trial.finish()) return deviation;
  tell(describe_reached(trial));
  tell("seed " + std::to_string(options.seed) + ": " + describe(trial.tally()) + ", no deviation");
  return {};
}

}  // namespace

std::optional<std::string> find_refusal(const std::filesystem::path& data) {
  std::error_code error;
  const auto status = std::filesystem::status(data, error);
  if (!std::filesystem::exists(status)) return {};
  if (!std::filesystem::is_directory(status)) return data.string() + " is not a directory";
  const bool is_empty = std::filesystem::is_empty(data, error);
  if (error) return data.string() + " cannot be read: " + error.message();
  if (!is_empty) return data.string() + " is not empty; a self-test needs a directory of its own";
  return {};
}

std::optional<std::string> run_selftest(const SelftestOptions& options,
                                        const std::function<void(const std::string&)>& tell) {
  try {
    return run(options, tell);
  } catch (const std::runtime_error& error) {
    return "the store cannot be opened: " + std::string(error.what());
  }
}

}  // namespace farthing::selftest
