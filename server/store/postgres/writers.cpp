// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/writers.hpp"

#include <pthread.h>

#include <map>
#include <utility>

#include "server/store/postgres/directory_change.hpp"
#include "server/store/postgres/settle_batch.hpp"
#include "server/store/postgres/stored_values.hpp"

namespace farthing::store::postgres {
namespace {

constexpr std::size_t kMaxBatchCommands = 1'024;  // but what one call brought stays together

std::size_t count_commands(const WriteRequest& request) {
  const auto* settle = std::get_if<SettleRequest>(&request);
  return settle == nullptr ? 1 : settle->commands.size();
}

Error unavailable(std::string message) {
  return make_error(ErrorCode::unavailable, std::move(message));
}

Error not_booked() {
  return unavailable("The server cannot reach its database. Nothing was booked. Try again later.");
}

Error in_doubt() {
  return unavailable(
      "The server has lost its database and cannot tell whether this was booked. Ask again with "
      "the "
      "same idempotency key.");
}

// What a client is told of an attempt that is given up.
Error refusal_for(Session& session, const DatabaseError& error, bool is_in_doubt) {
  if (error.failure == Failure::damaged) {
    session.report_damage(error);
    if (!is_in_doubt) return unreadable();
  }
  if (is_in_doubt) return in_doubt();
  if (error.is_read_only) {
    return unavailable(
        "The server's database lets nothing be written. Nothing was booked. Try again later.");
  }
  return not_booked();
}

}  // namespace

Writers::Writers(const SessionOptions& session, Health& health, StoreClock& clock, Options options)
    : session_options_(session), health_(health), clock_(clock), options_(options) {
  for (std::size_t i = 0; i < options_.threads; ++i) {
    queues_.push_back(std::make_unique<Queue>(options_.max_waiting_commands / options_.threads));
  }
  for (const auto& queue : queues_) threads_.emplace_back([this, &queue] { run(*queue); });
}

Writers::~Writers() {
  for (const auto& queue : queues_) queue->close();
}

// What is about several organizations goes with the first; changes of the directory, which take
// turns anyway, wait for one thread.
Writers::Queue& Writers::queue_for(const WriteRequest& request) {
  OrganizationId organization;
  if (const auto* one = std::get_if<SettleOneRequest>(&request)) {
    organization = one->command.organization;
  } else if (const auto* act = std::get_if<SettleActRequest>(&request)) {
    organization = act->command.organization;
  } else if (const auto* several = std::get_if<SettleRequest>(&request)) {
    if (!several->commands.empty()) organization = several->commands.front().organization;
  } else if (const auto* sweep = std::get_if<SweepRequest>(&request)) {
    organization = sweep->organizations.front();
  }
  return *queues_[Id128Hash()(organization.value) % queues_.size()];
}

void Writers::submit(WriteRequest request) {
  switch (queue_for(request).push(request, count_commands(request))) {
    case Queue::Verdict::taken:
      return;
    case Queue::Verdict::full:
      health_.report_overload();
      return refuse(
          std::move(request),
          unavailable("Too many requests are waiting to be booked. Nothing was booked. Try again "
                      "later."));
    case Queue::Verdict::closed:
      return refuse(std::move(request), unavailable("The server is stopping. Try again later."));
  }
}

void Writers::refuse(WriteRequest request, const Error& error) {
  if (auto* one = std::get_if<SettleOneRequest>(&request)) {
    one->reply(error);
  } else if (auto* act = std::get_if<SettleActRequest>(&request)) {
    act->reply(error);
  } else if (auto* settle = std::get_if<SettleRequest>(&request)) {
    settle->reply(std::vector<Result<Outcome>>(settle->commands.size(), error));
  } else if (auto* change = std::get_if<ChangeRequest>(&request)) {
    change->reply(error);
  } else {
    std::get<SweepRequest>(request).done();
  }
}

void Writers::run(Queue& queue) {
  ::pthread_setname_np(::pthread_self(), "writer");
  Session session(session_options_, health_);
  for (;;) {
    std::vector<WriteRequest> requests = queue.take(kMaxBatchCommands);
    if (requests.empty()) return;
    std::vector<WriteRequest> movements;
    for (WriteRequest& request : requests) {
      if (auto* asked = std::get_if<ChangeRequest>(&request)) {
        change(session, *asked);
      } else if (auto* act = std::get_if<SettleActRequest>(&request)) {
        settle(session, *act);
      } else {
        movements.push_back(std::move(request));
      }
    }
    if (!movements.empty()) settle(session, movements);
  }
}

void Writers::settle(Session& session, std::vector<WriteRequest>& requests) {
  std::vector<ledger::Command*> commands;
  std::vector<OrganizationId> due;
  for (WriteRequest& request : requests) {
    if (auto* one = std::get_if<SettleOneRequest>(&request)) {
      commands.push_back(&one->command);
    } else if (auto* several = std::get_if<SettleRequest>(&request)) {
      for (ledger::Command& command : several->commands) commands.push_back(&command);
    } else {
      const auto& sweep = std::get<SweepRequest>(request).organizations;
      due.insert(due.end(), sweep.begin(), sweep.end());
    }
  }
  auto results = settle_all(session, commands, due);
  auto next = results.begin();
  for (WriteRequest& request : requests) {
    if (auto* one = std::get_if<SettleOneRequest>(&request)) {
      one->reply(std::move(*next++));
    } else if (auto* several = std::get_if<SettleRequest>(&request)) {
      const auto end = next + static_cast<std::ptrdiff_t>(several->commands.size());
      several->reply({std::move_iterator(next), std::move_iterator(end)});
      next = end;
    } else {
      std::get<SweepRequest>(request).done();
    }
  }
}

std::vector<Result<Outcome>> Writers::settle_all(Session& session,
                                                 const std::vector<ledger::Command*>& commands,
                                                 const std::vector<OrganizationId>& due) {
  if (!options_.is_cut_by_organization) return settle_commands(session, commands, due);
  std::map<OrganizationId, std::vector<std::size_t>> places;
  for (const OrganizationId& id : due) places[id];
  for (std::size_t i = 0; i < commands.size(); ++i) {
    places[commands[i]->organization].push_back(i);
  }
  std::vector<Result<Outcome>> all(commands.size(), Result<Outcome>(not_booked()));
  for (const auto& [id, own] : places) {
    std::vector<ledger::Command*> own_commands;
    for (const std::size_t place : own) own_commands.push_back(commands[place]);
    auto results = settle_commands(session, own_commands, {id});
    for (std::size_t i = 0; i < own.size(); ++i) all[own[i]] = std::move(results[i]);
  }
  return all;
}

std::vector<Result<Outcome>> Writers::settle_commands(Session& session,
                                                      const std::vector<ledger::Command*>& commands,
                                                      std::vector<OrganizationId> due,
                                                      const ActOrigin* act) {
  if (commands.empty() && due.empty()) return {};
  SettleBatch batch(session, clock_, commands);
  batch.add_due(std::move(due));
  if (act != nullptr) batch.tell_of(*act);
  auto results =
      persist<std::vector<Result<Outcome>>>(session, [&batch] { return batch.attempt(); });
  if (results) return *std::move(results);
  return std::vector<Result<Outcome>>(commands.size(),
                                      refusal_for(session, results.error(), batch.is_in_doubt()));
}

// In a transaction of its own: acts are few, and all wait for the end of the audit log.
void Writers::settle(Session& session, SettleActRequest& request) {
  auto results = settle_commands(session, {&request.command}, {}, &request.origin);
  request.reply(std::move(results.front()));
}

void Writers::change(Session& session, ChangeRequest& request) {
  DirectoryChange change(session, clock_, request.command);
  const bool is_recognisable = !request.command.origin.idempotency_key.empty();
  auto outcome =
      persist<Result<DirectoryOutcome>>(session, [&]() -> Checked<Result<DirectoryOutcome>> {
        // Without a key it could not be told from somebody else's change.
        if (change.is_in_doubt() && !is_recognisable) {
          return DatabaseError{.failure = Failure::refused, .message = {}};
        }
        return change.attempt();
      });
  if (outcome) return request.reply(*std::move(outcome));
  request.reply(refusal_for(session, outcome.error(), change.is_in_doubt()));
}

template <class T, class Attempt>
Checked<T> Writers::persist(Session& session, Attempt attempt) {
  const auto give_up_at = std::chrono::steady_clock::now() + options_.patience;
  for (int number = 1;; ++number) {
    auto result = attempt();
    if (result) return result;
    session.abandon_transaction();
    const auto pause = pause_before(number);
    const Failure failure = result.error().failure;
    const bool is_final =
        failure == Failure::refused || failure == Failure::damaged || queues_.front()->is_closed();
    if (is_final || std::chrono::steady_clock::now() + pause > give_up_at) return result;
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace farthing::store::postgres
