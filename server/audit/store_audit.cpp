// SPDX-License-Identifier: Apache-2.0
#include "server/audit/store_audit.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "server/audit/organization_audit.hpp"
#include "server/store/rocksdb/checkpoint.hpp"
#include "server/store/rocksdb/data_directory.hpp"
#include "server/store/rocksdb/database.hpp"
#include "server/store/rocksdb/derived_keys.hpp"
#include "server/store/rocksdb/journal_scan.hpp"

namespace farthing::audit {
namespace {

constexpr std::size_t kCacheBytes = std::size_t{64} << 20;
constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kEntryKeyBytes = 24;

// A store that was opened to be looked at.
struct OpenStore {
  std::unique_ptr<store::DataDirectory> directory;
  std::unique_ptr<store::Database> database;
  std::vector<store::JournalBatch> tail;  // what is not derived yet: bounded by the store
  std::set<OrganizationId> organizations;
};

Error damaged(const std::string& what) {
  return make_error(ErrorCode::server_error, "The store is damaged: " + what + ".");
}

void note_organization(const store::DirectoryRecord& record, OpenStore& open) {
  if (const auto* organization = std::get_if<store::Organization>(&record)) {
    open.organizations.insert(organization->id);
  }
}

Result<Done> read_directory(OpenStore& open) {
  std::optional<Error> error;
  auto scanned = open.database->scan(store::Family::directory, {}, {},
                                     [&](std::string_view, std::string_view value) {
                                       const auto record = store::decode_directory_record(value);
                                       if (record) {
                                         note_organization(*record, open);
                                       } else {
                                         error = damaged("a record of the directory is malformed");
                                       }
                                       return record.has_value();
                                     });
  if (error) return *error;
  return scanned;
}

Result<Done> read_tail(OpenStore& open) {
  const auto encoded = open.database->find(store::Family::meta, store::kCheckpointKey);
  if (!encoded) return encoded.error();
  store::Checkpoint checkpoint;
  if (*encoded) {
    const auto decoded = store::decode_checkpoint(**encoded);
    if (!decoded) return damaged("its checkpoint is malformed");
    checkpoint = *decoded;
  }
  return store::read_journal(open.directory->journal_path(), checkpoint.number,
                             [&open](store::JournalBatch batch) -> Result<Done> {
                               for (const auto& record : batch.directory_records)
                                 note_organization(record, open);
                               open.tail.push_back(std::move(batch));
                               return Done{};
                             });
}

Result<OpenStore> open_store(const std::filesystem::path& path) {
  OpenStore open;
  auto directory = store::DataDirectory::open_existing(path);
  if (!directory) return std::move(directory).error();
  open.directory = *std::move(directory);
  auto database =
      store::Database::open_to_read(open.directory->database_path(), {.cache_bytes = kCacheBytes});
  if (!database) return std::move(database).error();
  open.database = *std::move(database);
  if (auto read = read_directory(open); !read) return std::move(read).error();
  if (auto read = read_tail(open); !read) return std::move(read).error();
  return open;
}

// Where each organization's entries are among those of the journal.
using FreshEntries = std::map<OrganizationId, std::vector<std::string_view>>;

Result<FreshEntries> sort_tail(const OpenStore& open) {
  FreshEntries fresh;
  for (const store::JournalBatch& batch : open.tail) {
    for (std::size_t i = 0; i < batch.entries.size(); ++i) {
      const auto sealed = verify::decode_stored(batch.encoded_entry(i));
      if (!sealed) return damaged("an entry in the journal is malformed");
      fresh[sealed->entry.organization].push_back(batch.encoded_entry(i));
    }
  }
  return fresh;
}

// Goes through the organizations in the order of their ids, which is that of the entries' keys.
class Auditor {
 public:
  Auditor(const OpenStore& open, FreshEntries fresh) : open_(open), fresh_(std::move(fresh)) {}

  Result<StoreAudit> audit() {
    auto scanned = open_.database->scan(
        store::Family::entries, {}, {},
        [this](std::string_view key, std::string_view stored) { return take(key, stored); });
    if (!scanned) return std::move(scanned).error();
    if (is_going_on()) finish_organization();
    // Those that have no entries in the database.
    for (const OrganizationId organization : open_.organizations) begin_if_new(organization);
    for (const auto& [organization, entries] : fresh_) begin_if_new(organization);
    if (is_going_on()) finish_organization();
    for (const store::Family family :
         {store::Family::outcomes, store::Family::subjects, store::Family::records,
          store::Family::states, store::Family::snapshots}) {
      check_for_strangers(family);
    }
    if (error_) return *error_;
    if (spool_.has_failed()) {
      return make_error(ErrorCode::unavailable,
                        "There is no room for the temporary files. Set TMPDIR to a directory that "
                        "has some.");
    }
    return std::move(audit_);
  }

 private:
  bool is_going_on() const { return !error_ && !audit_.deviation; }

  bool take(std::string_view key, std::string_view stored) {
    if (key.size() != kEntryKeyBytes) return fail(damaged("the key of an entry is malformed"));
    const OrganizationId organization{Id128::from_bytes(key)};
    if (!current_ || current_->organization() != organization) begin(organization);
    return is_going_on() && judge(current_->next_derived(store::seq_of_key(key), stored));
  }

  void begin_if_new(OrganizationId organization) {
    if (is_going_on() && !seen_.contains(organization)) begin(organization);
  }

  // What is derived for an organization that has no entries, and is not in the directory.
  void check_for_strangers(store::Family family) {
    for (std::string begin; is_going_on();) {
      std::optional<OrganizationId> found;
      const auto scanned =
          open_.database->scan(family, begin, {}, [&found](std::string_view key, std::string_view) {
            if (key.size() >= kIdBytes) found = {Id128::from_bytes(key)};
            return false;
          });
      if (!scanned) error_ = scanned.error();
      if (!found) return;
      begin_if_new(*found);
      begin = store::end_of_organization(*found);
      if (begin.empty()) return;
    }
  }

  void begin(OrganizationId organization) {
    finish_organization();
    if (!is_going_on()) return;
    seen_.insert(organization);
    current_.emplace(organization, *open_.database, spool_, audit_.counts);
    if (!open_.organizations.contains(organization)) {
      judge(verify::Check(verify::Finding{.what = "the organization",
                                          .expected = "one of the directory",
                                          .found = "one that is not in it"}));
    }
  }

  void finish_organization() {
    if (!current_) return;
    bool is_good = judge(current_->check_derived());
    for (const std::string_view stored : fresh_[current_->organization()]) {
      is_good = is_good && judge(current_->next_fresh(stored));
    }
    if (is_good) judge(current_->finish());
    current_.reset();
  }

  // False when that was the end of it.
  bool judge(const Verdict& verdict) {
    if (!verdict) return fail(verdict.error());
    if (!*verdict) return true;
    audit_.deviation = verify::Deviation{
        .organization = current_->organization(), .seq = current_->place(), .finding = **verdict};
    return false;
  }

  bool fail(const Error& error) {
    error_ = error;
    return false;
  }

  const OpenStore& open_;
  FreshEntries fresh_;
  verify::Spool spool_;
  std::optional<OrganizationAudit> current_;
  std::set<OrganizationId> seen_;
  StoreAudit audit_;
  std::optional<Error> error_;
};

}  // namespace

Result<StoreAudit> audit_store(const std::filesystem::path& data_directory) {
  const auto open = open_store(data_directory);
  if (!open) return open.error();
  auto fresh = sort_tail(*open);
  if (!fresh) return std::move(fresh).error();
  return Auditor(*open, *std::move(fresh)).audit();
}

}  // namespace farthing::audit
