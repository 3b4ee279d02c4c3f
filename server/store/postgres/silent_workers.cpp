// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/silent_workers.hpp"

#include <chrono>
#include <string_view>
#include <utility>

#include "server/store/postgres/queries.hpp"
#include "server/store/postgres/session.hpp"

namespace farthing::store::postgres {
namespace {

// A worker that refuses does so at once, so trying it holds nobody up.
constexpr std::chrono::milliseconds kAtOnce{500};

}  // namespace

void SilentWorkers::set(std::set<WorkerNumber> workers) {
  const std::lock_guard lock(mutex_);
  workers_ = std::move(workers);
  has_any_ = !workers_.empty();
}

std::set<WorkerNumber> SilentWorkers::all() const {
  if (!has_any()) return {};
  const std::lock_guard lock(mutex_);
  return workers_;
}

Checked<std::map<OrganizationId, WorkerNumber>> find_workers(
    Session& session, const std::vector<OrganizationId>& organizations) {
  Parameters parameters;
  parameters.add_ids(organizations, [](OrganizationId id) { return id.value; });
  const auto answers = session.run({Call{kFindWorkers, std::move(parameters)}});
  if (!answers) return answers.error();
  const Rows& rows = answers->front();
  std::map<OrganizationId, WorkerNumber> workers;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    workers.emplace(OrganizationId{rows.id(row, 0)}, rows.number(row, 1));
  }
  return workers;
}

Checked<WorkersFound> look_at_workers(Session& session) {
  const auto listed = session.run({Call{kListWorkers}});
  if (!listed) return listed.error();
  const Rows& rows = listed->front();
  WorkersFound found;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    Parameters address;
    address.add(rows.bytes(row, 1)).add(rows.number(row, 2));
    const auto begun_at = Health::Clock::now();
    const auto tried = session.run({Call{kTryWorker, std::move(address)}});
    if (!tried && !tried.error().is_late) return tried.error();
    if (tried && tried->front().number(0, 0) != 0) continue;
    const WorkerNumber worker = rows.number(row, 0);
    found.lost.insert(worker);
    if (Health::Clock::now() - begun_at > kAtOnce) found.silent.insert(worker);
  }
  return found;
}

DatabaseError silent_worker_error() {
  return {.failure = Failure::worker_lost,
          .message = "the coordinator of Citus waits for a worker in vain"};
}

Checked<Done> check_reach(Session& session, OrganizationId organization) {
  if (const auto silent = session.silent_workers().all(); !silent.empty()) {
    const auto workers = find_workers(session, {organization});
    if (!workers) return workers.error();
    const auto own = workers->find(organization);
    if (own != workers->end() && silent.contains(own->second)) return silent_worker_error();
  }
  Parameters parameters;
  parameters.add(organization.value);
  auto reached = session.run({Call{kReachOrganization, std::move(parameters)}});
  if (!reached) return std::move(reached).error();
  return Done{};
}

}  // namespace farthing::store::postgres
