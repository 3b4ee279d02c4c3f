// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/quick_reader.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "server/directory/refusals.hpp"
#include "server/ledger/decide.hpp"
#include "server/store/postgres/directory_reads.hpp"
#include "server/store/postgres/queries.hpp"
#include "server/store/postgres/stored_values.hpp"

namespace farthing::store::postgres {
namespace {

constexpr std::size_t kMaxKnown = 100'000;
// Where Citus has the tables, a read that takes longer is one whose worker hangs.
constexpr std::chrono::milliseconds kLongestOnCitus{2'000};

Checked<ledger::Balance> balance_of(const Rows& rows, std::size_t row, Instant now) {
  if (rows.is_null(row, 3)) {
    return ledger::Balance{.available = Credits::from_nano(rows.number(row, 1)),
                           .held = Credits::from_nano(rows.number(row, 2))};
  }
  const auto state = read_state(rows, row, 3, {rows.id(row, 0)});
  if (!state) return state.error();
  return ledger::balance_at(*state, std::max(now, state->last_at));
}

template <class T>
void sort_once_each(std::vector<T>& values) {
  std::ranges::sort(values);
  const auto rest = std::ranges::unique(values);
  values.erase(rest.begin(), rest.end());
}

// Returns whether the key's holder mostly asks for a balance next. Services do not: their keys
// verify and charge.
bool asks_for_balances(const directory::Principal& principal) {
  const directory::Scopes scopes = principal.key->scopes;
  return !scopes.allows(directory::Scope::service) && principal.account->user.default_organization;
}

Call load_call(const std::vector<Digest>& digests) {
  DirectoryPart part;
  part.digests = digests;
  return load_directory_call(part);
}

}  // namespace

bool may_repeat(const Session& session, const DatabaseError& error) {
  return error.failure == Failure::lost && !session.is_in_the_way(error) &&
         session.has_time_at(Health::Clock::now());
}

Error cannot_read(Session& session, const DatabaseError& error) {
  session.report_failure(Work::reads, error);
  if (error.failure == Failure::damaged) {
    session.report_damage(error);
    return unreadable();
  }
  return make_error(ErrorCode::unavailable,
                    std::string(reason_for_clients(error)) + " Try again later.");
}

void QuickReader::answer(std::vector<QuickRequest> requests, Health::Time deadline) {
  deadline_ = deadline;
  const Wanted wanted = collect(requests);
  unreadable_.clear();
  out_of_reach_.clear();
  const bool is_apart = session_.silent_workers().has_any();
  auto balances = is_apart ? read_by_worker(wanted) : read(wanted);
  if (!balances && may_repeat(session_, balances.error())) balances = read(wanted);
  if (!balances && !is_apart && session_.is_in_the_way(balances.error())) {
    balances = read_by_worker(wanted);
  }
  std::optional<Error> error;
  if (balances) {
    session_.report_done(Work::reads);
  } else {
    error = cannot_read(session_, balances.error());
  }
  being_told_ = balances ? &*balances : nullptr;
  for (QuickRequest& request : requests) {
    if (error) {
      std::visit([&error](auto& each) { each.reply(*error); }, request);
    } else if (auto* principal = std::get_if<PrincipalRequest>(&request)) {
      if (unreadable_.contains(principal->digest)) {
        principal->reply(unreadable());
      } else {
        principal->reply(std::optional<directory::Principal>(known_.at(principal->digest)));
      }
    } else {
      auto& balance = std::get<BalanceRequest>(request);
      const auto lost = out_of_reach_.find(balance.organization.value);
      if (lost != out_of_reach_.end()) {
        balance.reply(lost->second);
      } else if (!answer_within(balance)) {
        balance.reply(directory::no_such_organization());
      }
    }
  }
  being_told_ = nullptr;
  // Digests that no key has are not kept, because anybody may send them.
  for (const Digest& digest : wanted.digests) {
    const auto found = known_.find(digest);
    if (found != known_.end() && !found->second) known_.erase(found);
  }
  if (known_.size() > kMaxKnown) known_.clear();
}

bool QuickReader::answer_within(BalanceRequest& request) const {
  if (being_told_ == nullptr) return false;
  const auto found = being_told_->find(request.organization.value);
  if (found == being_told_->end()) return false;
  if (found->second) {
    request.reply(ledger::Balance(*found->second));
  } else {
    request.reply(unreadable());
  }
  return true;
}

QuickReader::Wanted QuickReader::collect(const std::vector<QuickRequest>& requests) const {
  Wanted wanted;
  for (const QuickRequest& request : requests) {
    if (const auto* balance = std::get_if<BalanceRequest>(&request)) {
      wanted.organizations.push_back(balance->organization);
      continue;
    }
    const Digest& digest = std::get<PrincipalRequest>(request).digest;
    wanted.digests.push_back(digest);
    const auto known = known_.find(digest);
    if (known != known_.end() && known->second && asks_for_balances(*known->second)) {
      wanted.organizations.push_back(*known->second->account->user.default_organization);
    }
  }
  sort_once_each(wanted.digests);
  sort_once_each(wanted.organizations);
  return wanted;
}

Checked<std::vector<Rows>> QuickReader::run(std::span<const Call> calls) {
  session_.set_deadline(options_.repeats_late
                            ? deadline_
                            : std::min(deadline_, Health::Clock::now() + kLongestOnCitus));
  return session_.run(calls);
}

Checked<QuickReader::Balances> QuickReader::read(const Wanted& wanted) {
  const Instant now = clock_.now();
  std::vector<Call> calls;
  const std::vector<Digest> missing = unknown(wanted.digests);
  if (!wanted.digests.empty()) calls.push_back({kReadDirectoryChange});
  if (!missing.empty()) calls.push_back(load_call(missing));
  if (!wanted.organizations.empty()) {
    Parameters parameters;
    parameters.add_ids(wanted.organizations, [](OrganizationId id) { return id.value; })
        .add(now.us());
    calls.push_back({kReadBalances, std::move(parameters)});
  }
  const auto answers = run(calls);
  if (!answers) return answers.error();

  auto answer = answers->begin();
  if (!wanted.digests.empty()) {
    // Without the number, a key that was revoked elsewhere would stay known.
    if (answer->is_empty()) return concerning_all(damaged("directory_change has no row"));
    const std::int64_t change = (answer++)->number(0, 0);
    // What is read after the number is at least as new.
    if (change != change_ || session_.connections() != connections_) known_.clear();
    change_ = change;
    connections_ = session_.connections();
    if (!missing.empty()) {
      if (auto learnt = learn(missing, *answer++); !learnt) return std::move(learnt).error();
    }
    if (const auto forgotten = unknown(wanted.digests); !forgotten.empty()) {
      if (auto learnt = load_and_learn(forgotten); !learnt) return std::move(learnt).error();
    }
  }
  Balances balances;
  if (wanted.organizations.empty()) return balances;
  for (std::size_t row = 0; row < answer->size(); ++row) {
    auto& balance = balances[answer->id(row, 0)];
    auto read = balance_of(*answer, row, now);
    if (read) {
      balance = *read;
    } else {
      session_.report_damage(read.error());
    }
  }
  return balances;
}

Checked<QuickReader::Balances> QuickReader::read_by_worker(const Wanted& wanted) {
  auto balances = read({.digests = wanted.digests, .organizations = {}});
  if (!balances) return balances;
  if (wanted.organizations.empty()) return balances;
  session_.set_deadline(deadline_);
  const auto workers = find_workers(session_, wanted.organizations);
  if (!workers) return workers.error();
  std::map<WorkerNumber, std::vector<OrganizationId>> organizations_of;
  for (const auto& [id, worker] : *workers) organizations_of[worker].push_back(id);
  const std::set<WorkerNumber> silent = session_.silent_workers().all();
  for (const auto& [worker, organizations] : organizations_of) {
    auto part = silent.contains(worker) ? Checked<Balances>(silent_worker_error())
                                        : read({.digests = {}, .organizations = organizations});
    if (part) {
      balances->merge(*part);
      continue;
    }
    if (!session_.is_in_the_way(part.error())) return part;
    for (const OrganizationId& id : organizations) {
      out_of_reach_.emplace(id.value, cannot_read(session_, part.error()));
    }
  }
  return balances;
}

std::vector<Digest> QuickReader::unknown(const std::vector<Digest>& digests) const {
  std::vector<Digest> unknown;
  for (const Digest& digest : digests) {
    if (!known_.contains(digest) && !unreadable_.contains(digest)) unknown.push_back(digest);
  }
  return unknown;
}

Checked<Done> QuickReader::load_and_learn(const std::vector<Digest>& digests) {
  const std::array calls = {load_call(digests)};
  const auto answers = run(calls);
  if (!answers) return answers.error();
  return learn(digests, answers->front());
}

// Makes what cannot be read concern only its own digest: loads each alone when they fail together.
Checked<Done> QuickReader::learn(const std::vector<Digest>& digests, const Rows& rows) {
  const auto directory = make_directory(rows);
  if (directory) {
    for (const Digest& digest : digests) known_[digest] = (*directory)->find_principal(digest);
    return Done{};
  }
  if (digests.size() == 1) {
    session_.report_damage(directory.error());
    unreadable_.insert(digests.front());
    return Done{};
  }
  for (const Digest& digest : digests) {
    if (auto learnt = load_and_learn({digest}); !learnt) return learnt;
  }
  return Done{};
}

}  // namespace farthing::store::postgres
