// SPDX-License-Identifier: Apache-2.0
#include "selftest/submitters.hpp"

#include <atomic>
#include <future>
#include <thread>
#include <utility>

#include "base/await.hpp"

namespace farthing::selftest {
namespace {

using Answers = std::vector<Result<ledger::Outcome>>;

std::vector<ledger::Command> commands_of(const Step& step) {
  std::vector<ledger::Command> commands;
  commands.reserve(step.bookings.size());
  for (const Booking& booking : step.bookings) commands.push_back(booking.command);
  return commands;
}

void keep(Step& step, Answers answers) {
  for (std::size_t i = 0; i < answers.size() && i < step.bookings.size(); ++i) {
    step.bookings[i].answer = std::move(answers[i]);
  }
}

// Sets the clock and makes the store read it at once: what a single submitter is told must not
// depend on whether the store reads the clock before it is set again.
void set_clock(const Step& step, ManualClock& clock, const store::Store& store) {
  clock.set(step.clock);
  (void)store.now();
}

void take(Step& step, store::Store& store) {
  if (step.bookings.empty()) {
    step.balance = await<Result<ledger::Balance>>(
        [&](auto reply) { store.read_balance(step.organization, std::move(reply)); });
  } else if (step.bookings.size() == 1) {
    step.bookings.front().answer = await<Result<ledger::Outcome>>([&](auto reply) {
      store.settle({step.bookings.front().command, std::move(reply)});
    });
  } else {
    keep(step, await<Answers>([&](auto reply) {
           store::settle_all(store, commands_of(step), std::move(reply));
         }));
  }
}

}  // namespace

void play(Round& round, Subject& subject, ManualClock& clock) {
  std::atomic<std::uint64_t> ticket = 0;
  const auto play_script = [&](std::vector<Step>& script) {
    for (Step& step : script) {
      set_clock(step, clock, subject.store());
      step.called = ticket++;
      take(step, subject.store());
      step.returned = ticket++;
    }
  };
  if (round.scripts.size() == 1) {
    play_script(round.scripts.front());
  } else {
    std::vector<std::jthread> threads;
    threads.reserve(round.scripts.size());
    for (auto& script : round.scripts) threads.emplace_back(play_script, std::ref(script));
  }
  if (!round.last) return;
  Step& last = *round.last;
  set_clock(last, clock, subject.store());
  last.called = ticket++;
  std::promise<Answers> answered;
  store::settle_all(subject.store(), commands_of(last),
                    [&answered](Answers answers) { answered.set_value(std::move(answers)); });
  subject.reopen();
  keep(last, answered.get_future().get());
  last.returned = ticket++;
}

}  // namespace farthing::selftest
