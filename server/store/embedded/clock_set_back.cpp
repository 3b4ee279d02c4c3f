// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/clock_set_back.hpp"

#include <memory>

#include "server/directory/audit_record.hpp"
#include "server/store/embedded/data_directory.hpp"
#include "server/store/embedded/journal/journal.hpp"
#include "server/store/embedded/recovery.hpp"
#include "server/store/embedded/tables/database.hpp"

namespace farthing::store::embedded {
// Does not open the store as a server does, which would book what is due by the wrong time.
Result<ClockSetBack> set_clock_back(const std::filesystem::path& directory, Instant clock,
                                    SetBackMode mode) {
  const auto data_directory = DataDirectory::open_existing(directory);
  if (!data_directory) return data_directory.error();
  const auto database = Database::open_to_read((*data_directory)->database_path(),
                                               {.cache_bytes = kReadingCacheBytes});
  if (!database) return database.error();
  OfflineState state;
  if (auto loaded = state.load(**database); !loaded) return loaded.error();
  JournalDisk disk;
  const auto journal =
      Journal::open((*data_directory)->journal_path(), disk,
                    known_journal(**data_directory, state.start.checkpoint),
                    [&state](const JournalBatch& batch) { return state.take(batch); });
  if (!journal) return journal.error();

  ClockSetBack set_back{.ledger_time = state.mark, .clock = clock, .ahead = {}};
  state.start.working->for_each([&](const WorkingLedger::Organization& organization) {
    const ledger::OrganizationState& its = organization.state;
    if (its.last_at > clock) set_back.ahead.push_back({its.organization, its.last_at});
  });
  if (!set_back.is_needed() || mode == SetBackMode::look) return set_back;
  if (auto marked = (*data_directory)->bring_up_format(); !marked) return marked.error();
  JournalBatch batch;
  JournalRecordWriter writer(batch, (*journal)->last_number() + 1, clock);
  writer.add(directory::make_audit_record(state.start.audit, state.mark, {}, {},
                                          directory::describe_set_back(state.mark, clock)));
  writer.finish();
  if (auto appended = (*journal)->append(batch); !appended) return appended.error();
  return set_back;
}

}  // namespace farthing::store::embedded
