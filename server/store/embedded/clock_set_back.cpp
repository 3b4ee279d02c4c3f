// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/clock_set_back.hpp"

#include <memory>
#include <utility>

#include "base/check.hpp"
#include "server/directory/audit_record.hpp"
#include "server/store/embedded/data_directory.hpp"
#include "server/store/embedded/journal/journal.hpp"
#include "server/store/embedded/recovery.hpp"
#include "server/store/embedded/tables/database.hpp"

namespace farthing::store::embedded {
namespace {

// The state of the store: the derived part, and on top of it the journal's tail.
struct Tail {
  DerivedStart start;
  Instant mark;

  Result<Done> take(const JournalBatch& batch) {
    mark = batch.mark;
    for (const JournalBatch::EntryPlace& place : batch.audit_records) {
      const auto record = directory::decode_audit_record(batch.encoded(place));
      CHECK(record);  // read_journal_record has looked
      start.audit = directory::head_after(*record);
    }
    return apply_batch(batch, *start.working);
  }
};

}  // namespace

// Does not open the store as a server does, which would book what is due by the wrong time.
Result<ClockSetBack> set_clock_back(const std::filesystem::path& directory, Instant clock,
                                    SetBackMode mode) {
  const auto data_directory = DataDirectory::open_existing(directory);
  if (!data_directory) return data_directory.error();
  const auto database = Database::open_to_read((*data_directory)->database_path(),
                                               {.cache_bytes = kReadingCacheBytes});
  if (!database) return database.error();
  Tail tail;
  if (auto loaded = load_derived(**database, tail.start); !loaded) return loaded.error();
  tail.mark = tail.start.checkpoint.mark;
  JournalDisk disk;
  const auto journal =
      Journal::open((*data_directory)->journal_path(), disk, tail.start.checkpoint.number,
                    [&tail](const JournalBatch& batch) { return tail.take(batch); });
  if (!journal) return journal.error();

  ClockSetBack set_back{.ledger_time = tail.mark, .clock = clock, .ahead = {}};
  tail.start.working->for_each([&](const WorkingLedger::Organization& organization) {
    const ledger::OrganizationState& state = organization.state;
    if (state.last_at > clock) set_back.ahead.push_back({state.organization, state.last_at});
  });
  if (!set_back.is_needed() || mode == SetBackMode::look) return set_back;
  JournalBatch batch;
  JournalRecordWriter writer(batch, (*journal)->last_number() + 1, clock);
  writer.add(directory::make_audit_record(tail.start.audit, tail.mark, {}, {},
                                          directory::describe_set_back(tail.mark, clock)));
  writer.finish();
  if (auto appended = (*journal)->append(batch); !appended) return appended.error();
  return set_back;
}

}  // namespace farthing::store::embedded
