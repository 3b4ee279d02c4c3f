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
  Wanted wanted;
  for (const QuickRequest& request : requests) {
    if (const auto* principal = std::get_if<PrincipalRequest>(&request)) {
      wanted.digests.insert(principal->digest);
    } else {
      wanted.organizations.insert(std::get<BalanceRequest>(request).organization);
    }
  }
  auto balances = read(wanted);
  for (int attempt = 1; attempt < kAttempts && !balances; ++attempt) balances = read(wanted);
  for (QuickRequest& request : requests) {
    if (!balances) {
      std::visit([](auto& each) { each.reply(cannot_read()); }, request);
    } else if (auto* principal = std::get_if<PrincipalRequest>(&request)) {
      principal->reply(std::optional<Principal>(known_.at(principal->digest)));
    } else {
      auto& balance = std::get<BalanceRequest>(request);
      const auto found = balances->find(balance.organization.value);
      if (found == balances->end()) {
        balance.reply(no_such_organization());
      } else {
        balance.reply(ledger::Balance(found->second));
      }
    }
  }
  // Digests that nobody has may come from anybody, so they are not kept.
  std::erase_if(known_, [](const auto& each) { return !each.second; });
  if (known_.size() > kMaxKnown) known_.clear();
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

std::vector<Digest> QuickReader::unknown(const std::set<Digest>& digests) const {
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
