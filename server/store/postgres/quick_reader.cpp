// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/quick_reader.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "server/ledger/decide.hpp"
#include "server/store/postgres/directory_reads.hpp"
#include "server/store/postgres/statements.hpp"
#include "server/store/refusals.hpp"

namespace farthing::store::postgres {
namespace {

constexpr std::size_t kMaxKnown = 100'000;
// A connection may have been lost while it was idle.
constexpr int kAttempts = 2;

ledger::Balance balance_of(const Rows& rows, std::size_t row, Instant now) {
  if (rows.is_null(row, 3)) {
    return {.available = Credits::from_nano(rows.number(row, 1)),
            .held = Credits::from_nano(rows.number(row, 2))};
  }
  const auto state = ledger::decode_state(rows.bytes(row, 3));
  CHECK(state);
  return ledger::balance_at(*state, std::max(now, state->last_at));
}

template <class T>
void sort_once_each(std::vector<T>& values) {
  std::ranges::sort(values);
  const auto rest = std::ranges::unique(values);
  values.erase(rest.begin(), rest.end());
}

// Services' keys verify and charge.
bool asks_for_balances(const Principal& principal) {
  const Scopes scopes = principal.key->scopes;
  return !scopes.allows(Scope::meter) && principal.account->user.default_organization;
}

Call load_call(const std::vector<Digest>& digests) {
  DirectoryPart part;
  part.digests = digests;
  return load_directory_call(part);
}

}  // namespace

Error cannot_read() {
  return make_error(ErrorCode::unavailable,
                    "The server cannot read from its database. Try again later.");
}

void QuickReader::answer(std::vector<QuickRequest> requests) {
  const Wanted wanted = collect(requests);
  auto balances = read(wanted);
  for (int attempt = 1; attempt < kAttempts && !balances; ++attempt) balances = read(wanted);
  being_told_ = balances ? &*balances : nullptr;
  for (QuickRequest& request : requests) {
    if (!balances) {
      std::visit([](auto& each) { each.reply(cannot_read()); }, request);
    } else if (auto* principal = std::get_if<PrincipalRequest>(&request)) {
      principal->reply(std::optional<Principal>(known_.at(principal->digest)));
    } else {
      auto& balance = std::get<BalanceRequest>(request);
      if (!answer_within(balance)) balance.reply(no_such_organization());
    }
  }
  being_told_ = nullptr;
  // Digests that nobody has may come from anybody, so they are not kept.
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
  request.reply(ledger::Balance(found->second));
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
  const auto answers = session_.run(calls);
  if (!answers) return answers.error();

  auto answer = answers->begin();
  if (!wanted.digests.empty()) {
    const std::int64_t change = (answer++)->number(0, 0);
    // What is read after the number is at least as new.
    if (change != change_ || session_.connections() != connections_) known_.clear();
    change_ = change;
    connections_ = session_.connections();
    if (!missing.empty()) learn(missing, *answer++);
    if (const auto forgotten = unknown(wanted.digests); !forgotten.empty()) {
      const auto again = session_.run({load_call(forgotten)});
      if (!again) return again.error();
      learn(forgotten, again->front());
    }
  }
  Balances balances;
  if (wanted.organizations.empty()) return balances;
  for (std::size_t row = 0; row < answer->size(); ++row) {
    balances[answer->id(row, 0)] = balance_of(*answer, row, now);
  }
  return balances;
}

std::vector<Digest> QuickReader::unknown(const std::vector<Digest>& digests) const {
  std::vector<Digest> unknown;
  for (const Digest& digest : digests) {
    if (!known_.contains(digest)) unknown.push_back(digest);
  }
  return unknown;
}

void QuickReader::learn(const std::vector<Digest>& digests, const Rows& rows) {
  const auto directory = make_directory(rows);
  for (const Digest& digest : digests) known_[digest] = directory->find_principal(digest);
}

}  // namespace farthing::store::postgres
