// SPDX-License-Identifier: Apache-2.0
#include "server/store/store.hpp"

#include <atomic>
#include <utility>

namespace farthing::store {
namespace {

// The results of one call's movements, which come in any order and on any thread. The thread that
// brings the last one answers.
class Results {
 public:
  Results(std::size_t count, Callback<void(std::vector<Result<ledger::Outcome>>)> reply)
      : results_(count, Result<ledger::Outcome>(ledger::Outcome())),
        missing_(count),
        reply_(std::move(reply)) {}

  void put(std::size_t index, Result<ledger::Outcome> result) {
    results_[index] = std::move(result);
    if (--missing_ == 0) reply_(std::move(results_));
  }

 private:
  std::vector<Result<ledger::Outcome>> results_;
  std::atomic<std::size_t> missing_;
  Callback<void(std::vector<Result<ledger::Outcome>>)> reply_;
};

}  // namespace

void settle_all(Store& store, std::vector<ledger::Command> commands,
                Callback<void(std::vector<Result<ledger::Outcome>>)> reply) {
  if (commands.empty()) return reply({});
  const auto results = std::make_shared<Results>(commands.size(), std::move(reply));
  std::vector<Movement> movements;
  movements.reserve(commands.size());
  for (std::size_t i = 0; i < commands.size(); ++i) {
    movements.push_back(
        {.command = std::move(commands[i]), .reply = [results, i](Result<ledger::Outcome> result) {
           results->put(i, std::move(result));
         }});
  }
  store.settle(movements);
}

}  // namespace farthing::store
