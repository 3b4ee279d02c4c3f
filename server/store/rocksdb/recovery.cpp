// SPDX-License-Identifier: Apache-2.0
#include "server/store/rocksdb/recovery.hpp"

#include <atomic>
#include <future>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/ledger/apply.hpp"
#include "server/store/rocksdb/derived_keys.hpp"

namespace farthing::store {
namespace {

Error damaged(const std::string& what) {
  return make_error(ErrorCode::server_error, "The store is damaged: " + what +
                                                 ". Restore the data directory from a backup.");
}

Result<Done> apply_entry(std::string_view encoded, WorkingLedger& working) {
  const auto entry = ledger::decode_entry(encoded);
  if (!entry) return damaged("an entry in the journal is malformed");
  auto* organization = working.find(entry->organization);
  if (organization == nullptr) return damaged("an entry's organization is missing");
  if (entry->seq != organization->state.last_seq + 1) return damaged("an entry is missing");
  ledger::apply(organization->state, *entry);
  working.reschedule(*organization);
  return Done{};
}

Result<Done> load_directory(const Database& database, WorkingLedger& working,
                            std::string_view begin, std::string_view end) {
  std::optional<Error> error;
  auto scanned = database.scan(
      Family::directory, begin, end,
      [&](std::string_view /*key*/, std::string_view value) {
        const auto record = decode_directory_record(value);
        if (!record) {
          error = damaged("a record of the directory is malformed");
          return false;
        }
        working.apply(*record);
        return true;
      },
      Scan::through);
  if (error) return *error;
  return scanned;
}

// All but the receipts, which are looked up when one is asked for (find_receipt).
Result<Done> load_directory(const Database& database, WorkingLedger& working) {
  if (auto loaded = load_directory(database, working, {}, receipts_begin()); !loaded) return loaded;
  return load_directory(database, working, receipts_end(), {});
}

using States = std::vector<ledger::OrganizationState>;

Result<States> read_states(const Database& database, std::string_view begin, std::string_view end) {
  States states;
  bool is_damaged = false;
  const auto scanned = database.scan(
      Family::states, begin, end,
      [&](std::string_view /*key*/, std::string_view value) {
        auto state = ledger::decode_state(value);
        is_damaged = !state;
        if (is_damaged) return false;
        states.push_back(*std::move(state));
        return true;
      },
      Scan::through);
  if (is_damaged) return damaged("the state of an organization is malformed");
  if (!scanned) return scanned.error();
  return states;
}

// The states in parts, each read by whichever thread comes to it first.
class StatesInParts {
 public:
  explicit StatesInParts(const Database& database)
      : database_(database),
        cuts_(database.cut(Family::states, kParts)),
        parts_(cuts_.size() + 1, States()) {}

  // Reads parts until all are read or taken.
  void read() {
    for (std::size_t i = next_++; i < parts_.size(); i = next_++) {
      parts_[i] = read_states(database_, i == 0 ? std::string_view() : cuts_[i - 1],
                              i == cuts_.size() ? std::string_view() : cuts_[i]);
    }
  }
  // When every thread has read what it took.
  std::vector<Result<States>> take() { return std::move(parts_); }

 private:
  static constexpr std::size_t kParts = 8;

  const Database& database_;
  const std::vector<std::string> cuts_;
  std::vector<Result<States>> parts_;
  std::atomic<std::size_t> next_ = 0;
};

// The committer and the deriver each get a copy.
Result<Done> load_states(States states, DerivedStart& start) {
  for (ledger::OrganizationState& state : states) {
    if (start.working->find(state.organization) == nullptr) {
      return damaged("the state of an organization that is not there was found");
    }
    start.states.load(state);
    start.working->load(std::move(state));
  }
  return Done{};
}

Result<Done> load_audit_head(const Database& database, DerivedStart& start) {
  const auto bytes = database.find_last(Family::audit, audit_key(0),
                                        audit_key(std::numeric_limits<std::uint64_t>::max()));
  if (!bytes) return bytes.error();
  if (!*bytes) return Done{};
  const auto record = decode_audit_record(**bytes);
  if (!record) return damaged("the last record of the audit log is malformed");
  start.audit = head_after(*record);
  return Done{};
}

}  // namespace

Result<Checkpoint> load_checkpoint(const Database& database) {
  const auto bytes = database.find(Family::meta, kCheckpointKey);
  if (!bytes) return bytes.error();
  if (!*bytes) return Checkpoint();
  const auto checkpoint = decode_checkpoint(**bytes);
  if (!checkpoint) return damaged("its checkpoint is malformed");
  return *checkpoint;
}

Result<DerivedStart> load_derived(const Database& database) {
  DerivedStart start;
  const auto checkpoint = load_checkpoint(database);
  if (!checkpoint) return checkpoint.error();
  start.checkpoint = *checkpoint;
  StatesInParts states(database);
  auto other = std::async(std::launch::async, [&states] { states.read(); });
  const auto directory = load_directory(database, *start.working);
  states.read();
  other.get();
  if (!directory) return directory.error();
  for (Result<States>& part : states.take()) {
    if (!part) return std::move(part).error();
    if (auto loaded = load_states(*std::move(part), start); !loaded) return loaded.error();
  }
  if (const auto loaded = load_audit_head(database, start); !loaded) return loaded.error();
  return start;
}

Result<std::optional<DirectoryReceipt>> find_receipt(const Database& database, ApiKeyId actor,
                                                     std::string_view idempotency_key) {
  if (idempotency_key.empty()) return std::optional<DirectoryReceipt>();
  const auto bytes = database.find(Family::directory, receipt_key(actor, idempotency_key));
  if (!bytes) return bytes.error();
  if (!*bytes) return std::optional<DirectoryReceipt>();
  auto record = decode_directory_record(**bytes);
  if (!record || !std::holds_alternative<DirectoryReceipt>(*record)) {
    return damaged("a receipt of the directory is malformed");
  }
  return std::optional(std::get<DirectoryReceipt>(*std::move(record)));
}

Result<Done> apply_batch(const JournalBatch& batch, WorkingLedger& working) {
  for (const DirectoryRecord& record : batch.directory_records) working.apply(record);
  for (std::size_t i = 0; i < batch.entries.size(); ++i) {
    if (auto applied = apply_entry(batch.encoded_entry(i), working); !applied) {
      return applied;
    }
  }
  return Done{};
}

}  // namespace farthing::store
