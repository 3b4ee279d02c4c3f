// SPDX-License-Identifier: Apache-2.0
// Goes on without what a damaged journal has lost, when the operator says so. A start refuses such
// a journal. What can be read up to the damage stays; the journal as it was found stays, too, in a
// directory of its own. The loss is an act of the audit log.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace farthing::store::embedded {

// A movement that goes, as far as it can still be read.
struct LostMovement {
  std::string organization;
  std::uint64_t seq = 0;
  std::string kind;
  std::string amount;
  std::string idempotency_key;  // empty: it fell due by itself
};

// An act of the audit log that goes, as far as it can still be read.
struct LostAct {
  std::uint64_t number = 0;
  std::string kind;
  std::string target;
};

struct JournalLoss {
  std::string damage;                     // a clause; empty: the journal is whole
  std::uint64_t last_record = 0;          // the last one that stays; all before it stay, too
  std::uint64_t known_record = 0;         // the last one that is known to have been there
  std::uint64_t readable_records = 0;     // of those behind `last_record`
  std::vector<LostMovement> movements{};  // that these hold
  std::vector<LostAct> acts{};            // the same
  std::string word;                       // what the operator repeats to accept exactly this loss
  std::filesystem::path lost_path;        // where the damaged journal is kept then
  bool is_accepted = false;  // it was done, now or, if `damage` is empty, finished only now
};

// Finds what a journal has lost, and accepts the loss if `word` is that of it. Fails when a server
// uses the directory, when there is no store, when the word is another one, or when something else
// than the journal is damaged. If it is interrupted once it has begun to change the store, nobody
// opens the store until another call has finished it. Blocks; what was done is durable when it
// returns.
Result<JournalLoss> accept_journal_loss(const std::filesystem::path& path,
                                        const std::optional<std::string>& word);

}  // namespace farthing::store::embedded
