// SPDX-License-Identifier: Apache-2.0
#include "server/store/rocksdb/recovery.hpp"

#include <limits>
#include <optional>
#include <string>
#include <utility>

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

Result<Done> load_directory(const Database& database, WorkingLedger& working) {
  std::optional<Error> error;
  auto scanned = database.scan(Family::directory, {}, {},
                               [&](std::string_view /*key*/, std::string_view value) {
                                 const auto record = decode_directory_record(value);
                                 if (!record) {
                                   error = damaged("a record of the directory is malformed");
                                   return false;
                                 }
                                 working.apply(*record);
                                 return true;
                               });
  if (error) return *error;
  return scanned;
}

Result<Done> load_states(const Database& database, DerivedStart& start) {
  std::optional<Error> error;
  auto scanned =
      database.scan(Family::states, {}, {}, [&](std::string_view /*key*/, std::string_view value) {
        auto state = ledger::decode_state(value);
        if (!state || start.working->find(state->organization) == nullptr) {
          error = damaged("the state of an organization is malformed");
          return false;
        }
        start.states.load(*state);
        start.working->load(*std::move(state));
        return true;
      });
  if (error) return *error;
  return scanned;
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

Result<DerivedStart> load_derived(const Database& database) {
  DerivedStart start;
  const auto bytes = database.find(Family::meta, kCheckpointKey);
  if (!bytes) return bytes.error();
  if (*bytes) {
    const auto checkpoint = decode_checkpoint(**bytes);
    if (!checkpoint) return damaged("its checkpoint is malformed");
    start.checkpoint = *checkpoint;
  }
  if (const auto loaded = load_directory(database, *start.working); !loaded) {
    return loaded.error();
  }
  if (const auto loaded = load_states(database, start); !loaded) return loaded.error();
  if (const auto loaded = load_audit_head(database, start); !loaded) return loaded.error();
  return start;
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
