// SPDX-License-Identifier: Apache-2.0
// Reads keys and balances, which every request needs, many at a time; a batch mostly costs one
// round trip. It remembers whom keys speak for, together with the number of changes that the
// directory had seen, and asks for that number each time: what it remembers is as good as what it
// would read, or is forgotten. A caller whose key can ask for no more than a balance mostly asks
// for it next, so the balance is read together with the key. For one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "server/store/postgres/session.hpp"
#include "server/store/postgres/store_clock.hpp"
#include "server/store/store.hpp"

namespace farthing::store::postgres {

struct PrincipalRequest {
  Digest digest{};
  Reply<std::optional<directory::Principal>> reply;
};
struct BalanceRequest {
  OrganizationId organization;
  Reply<ledger::Balance> reply;
};
using QuickRequest = std::variant<PrincipalRequest, BalanceRequest>;

// Returns whether a read that failed is worth another attempt: the connection may have been lost
// while it was idle.
bool may_repeat(const Session& session, const DatabaseError& error);
// Returns what a client is told when the database does not answer, or answers something that cannot
// be read. Tells the operator of the latter.
Error cannot_read(Session& session, const DatabaseError& error);

class QuickReader {
 public:
  // All must outlive this.
  QuickReader(const SessionOptions& options, Health& health, StoreClock& clock)
      : options_(options), session_(options, health), clock_(clock) {}

  // Answers all of them within the deadline.
  void answer(std::vector<QuickRequest> requests, Health::Time deadline);
  // Answers a request that is made within the answer to another, if its balance was read together
  // with that. Returns false, and leaves the request as it is, if it was not.
  bool answer_within(BalanceRequest& request) const;

 private:
  // What a batch asks for, in order, each once.
  struct Wanted {
    std::vector<Digest> digests;
    std::vector<OrganizationId> organizations;
  };
  // Has nothing for a balance that cannot be read.
  using Balances = std::unordered_map<Id128, std::optional<ledger::Balance>, Id128Hash>;

  Wanted collect(const std::vector<QuickRequest>& requests) const;
  Checked<Balances> read(const Wanted& wanted);
  Checked<std::vector<Rows>> run(std::span<const Call> calls);
  // Reads the balances apart from the keys, and worker by worker. Notes the organizations whose
  // worker does not answer or is known to be silent.
  Checked<Balances> read_by_worker(const Wanted& wanted);
  // Learns the principals from `rows`, the answer to a load of these digests.
  Checked<Done> learn(const std::vector<Digest>& digests, const Rows& rows);
  Checked<Done> load_and_learn(const std::vector<Digest>& digests);
  // Returns the digests that are not in `known_`.
  std::vector<Digest> unknown(const std::vector<Digest>& digests) const;

  const SessionOptions& options_;
  Session session_;
  StoreClock& clock_;
  Health::Time deadline_{};        // for the batch that is being answered
  std::int64_t change_ = -1;       // of the directory, for what is known
  std::uint64_t connections_ = 0;  // of the session, likewise
  std::unordered_map<Digest, std::optional<directory::Principal>, DigestHash> known_;
  std::unordered_set<Digest, DigestHash> unreadable_;  // of the batch that is being answered
  // What is told of organizations whose worker does not answer; of that batch, too.
  std::unordered_map<Id128, Error, Id128Hash> out_of_reach_;
  const Balances* being_told_ = nullptr;  // those of the batch that is being answered
};

}  // namespace farthing::store::postgres
