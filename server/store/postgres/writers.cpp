// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/writers.hpp"

#include <pthread.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "server/store/postgres/directory_change.hpp"
#include "server/store/postgres/settle_batch.hpp"
#include "server/store/postgres/stored_values.hpp"

namespace farthing::store::postgres {
namespace {

constexpr std::size_t kMaxBatchCommands = 1'024;  // but what one call brought stays together

std::size_t count_commands(const WriteRequest& request) {
  const auto* settle = std::get_if<SettleRequest>(&request);
  return settle == nullptr ? 1 : settle->movements.size();
}

std::size_t count_results(const WriteRequest& request) {
  return std::holds_alternative<SweepRequest>(request) ? 0 : count_commands(request);
}

// Returns the act that is asked for, or null.
Movement* find_act(WriteRequest& request) {
  auto* settle = std::get_if<SettleRequest>(&request);
  return settle != nullptr && settle->movements.front().act ? &settle->movements.front() : nullptr;
}

Error unavailable(std::string message) {
  return make_error(ErrorCode::unavailable, std::move(message));
}

Error not_booked(std::string_view why) {
  return unavailable(std::string(why) + " Nothing was booked. Try again later.");
}

Error waited_too_long() {
  return not_booked("This has waited for the server's database for too long.");
}

Error in_doubt() {
  return unavailable(
      "The server got no answer from its database and cannot tell whether this was booked. Ask "
      "again with the same idempotency key.");
}

// Returns what a client is told of an attempt that is given up.
Error refusal_for(Session& session, Work work, const DatabaseError& error, bool is_in_doubt) {
  session.report_failure(work, error);
  if (error.failure == Failure::damaged) {
    session.report_damage(error);
    if (!is_in_doubt) return unreadable();
  }
  if (is_in_doubt) return in_doubt();
  return not_booked(reason_for_clients(error));
}

using Places = std::map<OrganizationId, std::vector<std::size_t>>;

// The workers of Citus that a batch need not try: they are known to be silent, or the batch has
// waited for them already.
class UnansweredWorkers {
 public:
  // Both must outlive this.
  UnansweredWorkers(Session& session, const Places& places)
      : session_(session), places_(places), workers_(session.silent_workers().all()) {}

  bool has_worker_of(OrganizationId id) {
    const auto worker = workers_.empty() ? std::nullopt : find_worker(id);
    return worker && workers_.contains(*worker);
  }
  void add_worker_of(OrganizationId id) {
    if (const auto worker = find_worker(id)) workers_.insert(*worker);
  }

 private:
  // Returns nothing for a table that is not distributed, or when the coordinator does not answer.
  std::optional<WorkerNumber> find_worker(OrganizationId id) {
    if (!worker_of_) {
      std::vector<OrganizationId> organizations;
      for (const auto& [each, own] : places_) organizations.push_back(each);
      auto found = find_workers(session_, organizations);
      if (!found) return {};
      worker_of_ = *std::move(found);
    }
    const auto worker = worker_of_->find(id);
    return worker == worker_of_->end() ? std::nullopt : std::optional(worker->second);
  }

  Session& session_;
  const Places& places_;
  std::set<WorkerNumber> workers_;
  std::optional<std::map<OrganizationId, WorkerNumber>> worker_of_;
};

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

// Returns the queue of the first organization of a request. Changes of the directory, which take
// turns anyway, all go to one queue.
Writers::Queue& Writers::queue_for(const WriteRequest& request) {
  OrganizationId organization;
  if (const auto* settle = std::get_if<SettleRequest>(&request)) {
    organization = settle->movements.front().command.organization;
  } else if (const auto* sweep = std::get_if<SweepRequest>(&request)) {
    organization = sweep->organizations.front();
  }
  return *queues_[Id128Hash()(organization.value) % queues_.size()];
}

void Writers::submit(WriteRequest request) {
  Queue& queue = queue_for(request);
  const std::size_t weight = count_commands(request);
  Waiting waiting{std::move(request)};
  switch (queue.push(waiting, weight)) {
    case Queue::Verdict::taken:
      return;
    case Queue::Verdict::full:
      health_.report_overload();
      return refuse(
          std::move(waiting.work),
          unavailable("Too many requests are waiting to be booked. Nothing was booked. Try again "
                      "later."));
    case Queue::Verdict::closed:
      return refuse(std::move(waiting.work),
                    unavailable("The server is stopping. Try again later."));
  }
}

void Writers::refuse(WriteRequest request, const Error& error) {
  if (auto* settle = std::get_if<SettleRequest>(&request)) {
    for (Movement& movement : settle->movements) movement.reply(error);
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
    std::vector<Waiting> requests = queue.take(kMaxBatchCommands);
    if (requests.empty()) return;
    std::vector<Waiting> movements;
    for (Waiting& waiting : requests) {
      auto* asked = std::get_if<ChangeRequest>(&waiting.work);
      Movement* act = find_act(waiting.work);
      if (asked == nullptr && act == nullptr) {
        movements.push_back(std::move(waiting));
        continue;
      }
      session.set_deadline(waiting.since + options_.patience);
      if (is_late(waiting, Health::Clock::now())) {
        refuse(std::move(waiting.work), waited_too_long());
      } else if (asked != nullptr) {
        change(session, *asked);
      } else {
        settle_act(session, *act);
      }
    }
    settle(session, movements);
  }
}

// Gives a batch the time that its oldest request has left. When that ends, the others go on without
// that request.
void Writers::settle(Session& session, std::vector<Waiting>& requests) {
  for (;;) {
    const auto now = Health::Clock::now();
    const auto late = std::ranges::stable_partition(
        requests, [&](const Waiting& waiting) { return !is_late(waiting, now); });
    for (Waiting& waiting : late) refuse(std::move(waiting.work), waited_too_long());
    requests.erase(late.begin(), late.end());
    if (requests.empty()) return;
    session.set_deadline(requests.front().since + options_.patience);
    Settled settled = settle_batch(session, requests);
    const auto ended_at = Health::Clock::now();
    std::vector<Waiting> others;
    std::size_t end = 0;
    for (std::size_t i = 0; i < requests.size(); ++i) {
      std::size_t next = end;
      end += count_results(requests[i].work);
      if (settled.is_worth_repeating && i > 0 && !is_late(requests[i], ended_at)) {
        others.push_back(std::move(requests[i]));
      } else if (auto* settle = std::get_if<SettleRequest>(&requests[i].work)) {
        for (Movement& movement : settle->movements) {
          movement.reply(std::move(settled.results[next++]));
        }
      } else {
        std::get<SweepRequest>(requests[i].work).done();
      }
    }
    requests = std::move(others);
  }
}

Writers::Settled Writers::settle_batch(Session& session, std::vector<Waiting>& requests) {
  std::vector<const ledger::Command*> commands;
  std::vector<OrganizationId> due;
  for (Waiting& waiting : requests) {
    if (auto* settle = std::get_if<SettleRequest>(&waiting.work)) {
      for (Movement& movement : settle->movements) commands.push_back(&movement.command);
    } else {
      const auto& sweep = std::get<SweepRequest>(waiting.work).organizations;
      due.insert(due.end(), sweep.begin(), sweep.end());
    }
  }
  return options_.scope == BatchScope::many_organizations ? settle_commands(session, commands, due)
                                                          : settle_each(session, commands, due);
}

Writers::Settled Writers::settle_each(Session& session,
                                      const std::vector<const ledger::Command*>& commands,
                                      const std::vector<OrganizationId>& due) {
  Places places;
  for (const OrganizationId& id : due) places[id];
  for (std::size_t i = 0; i < commands.size(); ++i) {
    places[commands[i]->organization].push_back(i);
  }
  Settled all{.results = {commands.size(), Result<ledger::Outcome>(waited_too_long())}};
  UnansweredWorkers unanswered(session, places);
  for (const auto& [id, own] : places) {
    if (!session.has_time_at(Health::Clock::now())) break;
    if (unanswered.has_worker_of(id)) {
      const Error refusal =
          refusal_for(session, Work::movements, silent_worker_error(), /*is_in_doubt=*/false);
      for (const std::size_t place : own) all.results[place] = refusal;
      continue;
    }
    std::vector<const ledger::Command*> own_commands;
    for (const std::size_t place : own) own_commands.push_back(commands[place]);
    Settled settled = settle_commands(session, own_commands, {id});
    if (settled.is_in_the_way) unanswered.add_worker_of(id);
    for (std::size_t i = 0; i < own.size(); ++i) {
      all.results[own[i]] = std::move(settled.results[i]);
    }
  }
  return all;
}

Writers::Settled Writers::settle_commands(Session& session,
                                          const std::vector<const ledger::Command*>& commands,
                                          std::vector<OrganizationId> due,
                                          const directory::ActOrigin* act) {
  if (commands.empty() && due.empty()) return {};
  SettleBatch batch(session, clock_, options_.scope, commands);
  batch.add_due(std::move(due));
  if (act != nullptr) batch.tell_of(*act);
  auto results =
      persist<std::vector<Result<ledger::Outcome>>>(session, [&batch] { return batch.attempt(); });
  if (results) return {.results = *std::move(results)};
  const DatabaseError& error = results.error();
  const Work work = act != nullptr ? Work::acts : Work::movements;
  return {.results = {commands.size(), refusal_for(session, work, error, batch.is_in_doubt())},
          .is_worth_repeating = !batch.is_in_doubt() && !is_final(session, error),
          .is_in_the_way = session.is_in_the_way(error)};
}

// Settles an act in a transaction of its own: acts are few, and all wait for the end of the audit
// log.
void Writers::settle_act(Session& session, Movement& movement) {
  const auto reached = check_reach_of_act(session, movement.command.organization);
  if (!reached) {
    return movement.reply(refusal_for(session, Work::acts, reached.error(), /*is_in_doubt=*/false));
  }
  auto settled = settle_commands(session, {&movement.command}, {}, &*movement.act);
  movement.reply(std::move(settled.results.front()));
}

Checked<Done> Writers::check_reach_of_act(Session& session, OrganizationId organization) const {
  if (options_.scope == BatchScope::many_organizations) return Done{};
  auto reached = check_reach(session, organization);
  // Anything else is met again by the act itself.
  if (reached || !session.is_in_the_way(reached.error())) return Done{};
  return reached;
}

void Writers::change(Session& session, ChangeRequest& request) {
  if (const auto ledger = find_ledger_of(request.command.action)) {
    const auto reached = check_reach_of_act(session, *ledger);
    if (!reached) {
      return request.reply(
          refusal_for(session, Work::acts, reached.error(), /*is_in_doubt=*/false));
    }
  }
  DirectoryChange change(session, clock_, request.command);
  const bool is_recognisable = !request.command.origin.idempotency_key.empty();
  auto outcome = persist<Result<directory::DirectoryOutcome>>(
      session, [&]() -> Checked<Result<directory::DirectoryOutcome>> {
        // Without an idempotency key the change could not be told from somebody else's.
        if (change.is_in_doubt() && !is_recognisable) {
          return DatabaseError{.failure = Failure::refused, .message = {}};
        }
        return change.attempt();
      });
  if (outcome) return request.reply(*std::move(outcome));
  request.reply(refusal_for(session, Work::acts, outcome.error(), change.is_in_doubt()));
}

bool Writers::is_late(const Waiting& waiting, Health::Time now) const {
  return waiting.since + options_.patience < now + Session::kShortestWait;
}

bool Writers::is_final(const Session& session, const DatabaseError& error) const {
  if (error.failure == Failure::refused || error.failure == Failure::damaged) return true;
  if (session.is_in_the_way(error)) return true;
  // The first request that met this has tried for long enough whether another server takes writes.
  if (error.is_read_only && session.is_known_read_only()) return true;
  return queues_.front()->is_closed();
}

template <class T, class Attempt>
Checked<T> Writers::persist(Session& session, Attempt attempt) {
  const Health::Wait wait(health_, session.deadline() - options_.patience);
  for (int number = 1;; ++number) {
    auto result = attempt();
    if (result) return result;
    session.abandon_transaction();
    const auto pause = pause_before(number);
    if (is_final(session, result.error()) || !session.has_time_at(Health::Clock::now() + pause)) {
      return result;
    }
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace farthing::store::postgres
