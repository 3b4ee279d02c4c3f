// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/journal_loss.hpp"

#include <algorithm>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "base/digest.hpp"
#include "server/directory/act_description.hpp"
#include "server/directory/audit_record.hpp"
#include "server/ledger/entry.hpp"
#include "server/store/embedded/data_directory.hpp"
#include "server/store/embedded/journal/journal.hpp"
#include "server/store/embedded/recovery.hpp"
#include "server/store/embedded/tables/database.hpp"

namespace farthing::store::embedded {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kWordDigits = 16;

// What is read of the damaged store.
struct Remains {
  OfflineState state;
  std::vector<JournalBatch> tail;  // the records that the database does not have
  JournalReading reading;
};

// Returns a text that is another one whenever the loss would be.
std::string word_of_loss(const JournalReading& reading) {
  const Digest last = reading.last_digest.value_or(Digest());
  const Digest all =
      sha256({std::to_string(reading.last_number), "\n", as_bytes(last), *reading.damage});
  return to_hex(as_bytes(all)).substr(0, kWordDigits);
}

Result<Remains> read_remains(const DataDirectory& directory) {
  const auto database =
      Database::open_to_read(directory.database_path(), {.cache_bytes = kReadingCacheBytes});
  if (!database) return database.error();
  Remains remains;
  if (auto loaded = remains.state.load(**database); !loaded) return std::move(loaded).error();
  auto reading = read_journal_until_damage(directory.journal_path(),
                                           known_journal(directory, remains.state.start.checkpoint),
                                           [&remains](JournalBatch batch) {
                                             auto taken = remains.state.take(batch);
                                             remains.tail.push_back(std::move(batch));
                                             return taken;
                                           });
  if (!reading) return std::move(reading).error();
  remains.reading = *std::move(reading);
  return remains;
}

// Adds what can still be read of the records that go.
void add_readable(const fs::path& journal, JournalLoss& loss) {
  for (const JournalBatch& batch : read_later_records(journal, loss.last_record)) {
    ++loss.readable_records;
    loss.known_record = std::max(loss.known_record, batch.number);
    for (std::size_t i = 0; i < batch.entries.size(); ++i) {
      const auto entry = ledger::decode_entry(batch.encoded_entry(i));
      if (!entry) continue;
      loss.movements.push_back({.organization = entry->organization.to_string(),
                                .seq = entry->seq,
                                .kind = std::string(ledger::to_string(entry->kind)),
                                .amount = entry->amount.to_string(),
                                .idempotency_key = entry->origin.idempotency_key});
    }
    for (const JournalBatch::EntryPlace& place : batch.audit_records) {
      const auto record = directory::decode_audit_record(batch.encoded(place));
      if (!record) continue;
      loss.acts.push_back(
          {.number = record->number, .kind = record->act.kind, .target = record->act.target});
    }
  }
}

JournalLoss describe_loss(const DataDirectory& directory, const JournalReading& reading) {
  if (!reading.damage) return {};
  std::string word = word_of_loss(reading);
  fs::path lost_path = directory.lost_journal_path(word);
  JournalLoss loss{.damage = *reading.damage,
                   .last_record = reading.last_number,
                   .known_record = reading.known_number,
                   .word = std::move(word),
                   .lost_path = std::move(lost_path)};
  add_readable(directory.journal_path(), loss);
  return loss;
}

// Writes what stays into a journal of its own, and behind it the act of the loss.
Result<Done> make_next_journal(const DataDirectory& directory, const Remains& remains,
                               const JournalLoss& loss) {
  const fs::path path = directory.next_journal_path();
  std::error_code error;
  fs::remove_all(path, error);
  fs::remove(JournalReach::path_beside(path), error);
  JournalDisk disk;
  const Checkpoint& checkpoint = remains.state.start.checkpoint;
  const auto journal = Journal::make_behind(
      path, disk, {.covered = checkpoint.number, .covered_digest = checkpoint.digest});
  if (!journal) return journal.error();
  for (const JournalBatch& batch : remains.tail) {
    if (auto appended = (*journal)->append(batch); !appended) return appended;
  }
  JournalBatch batch;
  JournalRecordWriter writer(batch, (*journal)->last_number() + 1, remains.state.mark);
  writer.add(directory::make_audit_record(
      remains.state.start.audit, remains.state.mark, {}, {},
      directory::describe_journal_loss(loss.known_record, loss.last_record, loss.damage)));
  writer.finish();
  return (*journal)->append(batch);
}

// Moves a file or a directory, if it is there.
Result<Done> move_entry(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (!fs::exists(from, error)) return Done{};
  fs::rename(from, to, error);
  if (error) {
    return make_error(ErrorCode::server_error, "The file " + from.string() + " cannot become " +
                                                   to.string() + ": " + error.message() + ".");
  }
  if (sync_directory_of(from) == 0 && sync_directory_of(to) == 0) return Done{};
  return make_error(ErrorCode::server_error, "Syncing " + to.string() + " failed.");
}

// Puts the next journal in the place of the damaged one. May be interrupted anywhere and be done
// again: the next journal, and then what is beside it, are there until they are in their place.
Result<Done> exchange_journals(const DataDirectory& directory, const std::string& word) {
  const fs::path journal = directory.journal_path();
  const fs::path next = directory.next_journal_path();
  const fs::path lost = directory.lost_journal_path(word);
  const fs::path reach = JournalReach::path_beside(journal);
  const fs::path next_reach = JournalReach::path_beside(next);
  std::error_code error;
  if (fs::exists(next, error)) {
    if (auto moved = move_entry(journal, lost); !moved) return moved;
    if (auto moved = move_entry(next, journal); !moved) return moved;
  }
  if (fs::exists(next_reach, error)) {
    // A journal that was gone has left no directory.
    if (fs::exists(lost, error)) {
      if (auto moved = move_entry(reach, lost / reach.filename()); !moved) return moved;
    }
    if (auto moved = move_entry(next_reach, reach); !moved) return moved;
  }
  return directory.clear_loss_mark();
}

}  // namespace

Result<JournalLoss> accept_journal_loss(const fs::path& path,
                                        const std::optional<std::string>& word) {
  const auto directory = DataDirectory::open_for_journal_loss(path);
  if (!directory) return directory.error();
  if (const auto begun = (*directory)->read_loss_mark()) {
    if (auto done = exchange_journals(**directory, *begun); !done) return std::move(done).error();
    return JournalLoss{.damage = {},
                       .word = *begun,
                       .lost_path = (*directory)->lost_journal_path(*begun),
                       .is_accepted = true};
  }
  const auto remains = read_remains(**directory);
  if (!remains) return remains.error();
  JournalLoss loss = describe_loss(**directory, remains->reading);
  if (loss.damage.empty() || !word) return loss;
  if (*word != loss.word) {
    return make_error(ErrorCode::bad_request,
                      "That is not the word of this loss. Look again without it.");
  }
  if (auto made = make_next_journal(**directory, *remains, loss); !made) {
    return std::move(made).error();
  }
  if (auto marked = (*directory)->bring_up_format(); !marked) return std::move(marked).error();
  // From here on the loss is accepted.
  if (auto marked = (*directory)->set_loss_mark(*word); !marked) return std::move(marked).error();
  if (auto done = exchange_journals(**directory, *word); !done) return std::move(done).error();
  loss.is_accepted = true;
  return loss;
}

}  // namespace farthing::store::embedded
