// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/store_reader.hpp"

#include <optional>
#include <variant>

#include "server/ledger/entry.hpp"
#include "server/store/embedded/journal/journal_scan.hpp"
#include "server/store/embedded/recovery.hpp"
#include "server/store/embedded/tables/derived_keys.hpp"
#include "server/store/embedded/tables/erased_places.hpp"

namespace farthing::store::embedded {
namespace {

constexpr std::size_t kEntryKeyBytes = 24;

// Visits the entries of the journal in their places among those of the database: behind those of
// their organization.
class FreshInOrder {
 public:
  FreshInOrder(const StoreReader::FreshEntries& fresh, const EntryPlace& after,
               const TransferSource::VisitEntry& visit)
      : fresh_(fresh), next_(fresh.begin()), after_(after), visit_(visit) {}

  // Visits those of all organizations before this one; without one, all that are left.
  Result<Done> give_before(const std::optional<OrganizationId>& organization) {
    for (; next_ != fresh_.end() && (!organization || next_->first < *organization); ++next_) {
      for (const std::string_view stored : next_->second) {
        const auto entry = ledger::decode_entry(stored);
        if (!entry) return store_is_damaged("an entry in the journal is malformed");
        const EntryPlace place{.organization = next_->first, .seq = entry->seq};
        if (place <= after_) continue;
        if (auto visited = visit_(place, stored); !visited) return visited;
      }
    }
    return Done{};
  }

 private:
  const StoreReader::FreshEntries& fresh_;
  StoreReader::FreshEntries::const_iterator next_;
  const EntryPlace& after_;
  const TransferSource::VisitEntry& visit_;
};

}  // namespace

Error store_is_damaged(const std::string& what) {
  return make_error(ErrorCode::server_error, "The store is damaged: " + what + ".");
}

Result<std::unique_ptr<StoreReader>> StoreReader::open(const std::filesystem::path& path,
                                                       Unfinished unfinished) {
  auto directory = DataDirectory::open_existing(path, unfinished);
  if (!directory) return std::move(directory).error();
  auto database =
      Database::open_to_read((*directory)->database_path(), {.cache_bytes = kReadingCacheBytes});
  if (!database) return std::move(database).error();
  std::unique_ptr<StoreReader> reader(new StoreReader(*std::move(directory), *std::move(database)));
  if (auto read = reader->read_directory(); !read) return std::move(read).error();
  if (auto read = reader->read_tail(); !read) return std::move(read).error();
  return reader;
}

Result<Done> StoreReader::read_directory() {
  std::optional<Error> error;
  auto scanned =
      database_->scan(Family::directory, {}, {}, [&](std::string_view key, std::string_view value) {
        auto record = directory::decode_directory_record(value);
        if (!record) {
          error = store_is_damaged("the record of the directory under the key " + to_hex(key) +
                                   " is malformed");
        } else if (directory::directory_key(*record) != key) {
          error = store_is_damaged("a record of the directory is stored under another's key");
        } else {
          take_record(std::string(key), *std::move(record));
        }
        return !error;
      });
  if (error) return *error;
  return scanned;
}

Result<Done> StoreReader::read_tail() {
  const auto checkpoint = load_checkpoint(*database_);
  if (!checkpoint) return checkpoint.error();
  auto read =
      read_journal(data_directory_->journal_path(), known_journal(*data_directory_, *checkpoint),
                   [this](JournalBatch batch) { return take_batch(std::move(batch)); });
  if (!read) return read;
  erase_people();
  // Views are taken only now that the batches stay in their places.
  for (const JournalBatch& batch : tail_) {
    for (std::size_t i = 0; i < batch.entries.size(); ++i) {
      const auto entry = ledger::decode_entry(batch.encoded_entry(i));
      if (!entry) return store_is_damaged("an entry in the journal is malformed");
      fresh_[entry->organization].push_back(batch.encoded_entry(i));
    }
  }
  return Done{};
}

void StoreReader::erase_people() {
  if (erased_people_.empty()) return;
  for (auto& [key, record] : directory_) {
    const auto* receipt = std::get_if<directory::DirectoryReceipt>(&record);
    const auto person = receipt == nullptr ? std::nullopt : directory::person_of(*receipt);
    if (!person || !erased_people_.contains(*person)) continue;
    if (auto without = without_person(*receipt, *person)) record = *std::move(without);
  }
}

Result<Done> StoreReader::take_batch(JournalBatch batch) {
  for (const directory::DirectoryRecord& record : batch.directory_records) {
    take_record(directory::directory_key(record), record);
  }
  for (const directory::Erasure& erasure : batch.erasures) {
    if (const auto* texts = std::get_if<directory::EntryTexts>(&erasure)) erased_.insert(*texts);
    if (const auto* person = std::get_if<UserId>(&erasure)) erased_people_.insert(*person);
  }
  tail_.push_back(std::move(batch));
  return Done{};
}

// A reader is not shown what the journal has erased, as if that were in the database already.
Result<Done> StoreReader::visit_stored(const EntryPlace& place, std::string_view stored,
                                       const VisitEntry& visit) const {
  if (erased_.contains({.organization = place.organization, .seq = place.seq})) {
    if (const auto form = erased_form(Family::entries, stored)) return visit(place, *form);
  }
  return visit(place, stored);
}

// Removes a membership that has ended.
void StoreReader::take_record(std::string key, directory::DirectoryRecord record) {
  if (std::holds_alternative<directory::MembershipEnd>(record)) {
    directory_.erase(key);
  } else {
    directory_.insert_or_assign(std::move(key), std::move(record));
  }
}

Result<Done> StoreReader::visit_audit_log(std::uint64_t after, const VisitAct& visit) const {
  std::optional<Error> error;
  std::uint64_t last = 0;
  const auto take = [&](std::string_view stored) {
    auto record = directory::decode_audit_record(stored);
    if (!record) {
      error = store_is_damaged("the record of the audit log behind number " + std::to_string(last) +
                               " is malformed");
      return false;
    }
    last = record->number;
    for (const UserId person : erased_people_) {
      if (tells_of_person(*record, person)) erase_texts(*record);
    }
    if (last > after) {
      if (auto visited = visit(*record); !visited) error = std::move(visited).error();
    }
    return !error;
  };
  auto scanned = database_->scan(
      Family::audit, audit_key(after + 1), {}, [&](std::string_view key, std::string_view stored) {
        if (take(stored) && key != audit_key(last)) {
          error = store_is_damaged("a record of the audit log is stored under another's number");
        }
        return !error;
      });
  if (!scanned) return scanned;
  for (const JournalBatch& batch : tail_) {
    for (const JournalBatch::EntryPlace& place : batch.audit_records) {
      if (error || !take(batch.encoded(place))) return *error;
    }
  }
  if (error) return *error;
  return Done{};
}

Result<Done> StoreReader::visit_directory(const VisitRecord& visit) const {
  for (const auto& [key, record] : directory_) {
    if (auto visited = visit(record); !visited) return visited;
  }
  return Done{};
}

Result<Done> StoreReader::visit_entries(const EntryPlace& after, const VisitEntry& visit) const {
  const VisitEntry visit_here = [&](const EntryPlace& place, std::string_view stored) {
    return visit_stored(place, stored, visit);
  };
  FreshInOrder fresh(fresh_, after, visit_here);
  std::optional<Error> error;
  const auto take = [&](std::string_view key, std::string_view stored) -> Result<Done> {
    if (key.size() != kEntryKeyBytes) return store_is_damaged("the key of an entry is malformed");
    const OrganizationId organization{Id128::from_bytes(key)};
    if (auto given = fresh.give_before(organization); !given) return given;
    return visit_here({.organization = organization, .seq = seq_of_key(key)}, stored);
  };
  auto scanned = database_->scan(Family::entries, entry_key(after.organization, after.seq + 1), {},
                                 [&](std::string_view key, std::string_view stored) {
                                   auto taken = take(key, stored);
                                   if (!taken) error = std::move(taken).error();
                                   return !error;
                                 });
  if (error) return *error;
  if (!scanned) return scanned;
  return fresh.give_before({});
}

}  // namespace farthing::store::embedded
