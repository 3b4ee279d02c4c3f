// SPDX-License-Identifier: Apache-2.0
#include "offline/inspect/store_inspection.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "offline/inspect/audit_log_check.hpp"
#include "offline/inspect/directory_inspection.hpp"
#include "offline/inspect/organization_inspection.hpp"
#include "server/store/embedded/tables/database.hpp"
#include "server/store/embedded/tables/derived_keys.hpp"

namespace farthing::inspect {
namespace {

constexpr std::size_t kEntryKeyBytes = 24;

// Goes through the organizations in the order of their ids, which is that of the entries' keys.
class StoreInspector {
 public:
  explicit StoreInspector(const store::embedded::StoreReader& reader)
      : reader_(reader), database_(reader.database()) {}

  Result<InspectionReport> audit() {
    auto log = check_audit_log(reader_);
    if (!log) return log.error();
    if (log->deviation) {
      report_.deviation = {.part = "audit log", .what = log->deviation->to_string()};
      return std::move(report_);
    }
    directory_.emplace(std::move(log->replay));
    if (auto read = read_directory(); !read) return std::move(read).error();
    if (report_.deviation) return std::move(report_);
    auto scanned = database_.scan(
        store::embedded::Family::entries, {}, {},
        [this](std::string_view key, std::string_view stored) { return take(key, stored); });
    if (!scanned) return std::move(scanned).error();
    if (is_going_on()) finish_organization();
    // These have no entries in the database.
    for (const auto& [organization, since] : directory_->organizations()) {
      begin_if_new(organization);
    }
    for (const auto& [organization, entries] : reader_.fresh_entries()) begin_if_new(organization);
    if (is_going_on()) finish_organization();
    for (const store::embedded::Family family :
         {store::embedded::Family::outcomes, store::embedded::Family::subjects,
          store::embedded::Family::records, store::embedded::Family::spending,
          store::embedded::Family::states, store::embedded::Family::snapshots}) {
      check_for_strangers(family);
    }
    if (error_) return *error_;
    if (spool_.has_failed()) {
      return make_error(ErrorCode::unavailable,
                        "There is no room for the temporary files. Set TMPDIR to a directory that "
                        "has some.");
    }
    return std::move(report_);
  }

 private:
  bool is_going_on() const { return !error_ && !report_.deviation; }

  Result<Done> read_directory() {
    auto read =
        reader_.visit_directory([this](const directory::DirectoryRecord& record) -> Result<Done> {
          report_.directory.add(record);
          if (!report_.deviation) report_.deviation = directory_->take(record);
          return Done{};
        });
    if (read && !report_.deviation) report_.deviation = directory_->finish();
    return read;
  }

  bool take(std::string_view key, std::string_view stored) {
    if (key.size() != kEntryKeyBytes)
      return fail(store::embedded::store_is_damaged("the key of an entry is malformed"));
    const OrganizationId organization{Id128::from_bytes(key)};
    if (!current_ || current_->organization() != organization) begin(organization);
    return is_going_on() && judge(current_->next_derived(store::embedded::seq_of_key(key), stored));
  }

  void begin_if_new(OrganizationId organization) {
    if (is_going_on() && !seen_.contains(organization)) begin(organization);
  }

  // Finds what is derived for an organization that has no entries, and is not in the directory.
  void check_for_strangers(store::embedded::Family family) {
    for (std::string begin; is_going_on();) {
      std::optional<OrganizationId> found;
      const auto scanned =
          database_.scan(family, begin, {}, [&found](std::string_view key, std::string_view) {
            if (key.size() >= store::embedded::kIdBytes) found = {Id128::from_bytes(key)};
            return false;
          });
      if (!scanned) error_ = scanned.error();
      if (!found) return;
      begin_if_new(*found);
      begin = store::embedded::end_of_organization(*found);
      if (begin.empty()) return;
    }
  }

  void begin(OrganizationId organization) {
    finish_organization();
    if (!is_going_on()) return;
    seen_.insert(organization);
    current_.emplace(organization, directory_->making_of(organization), database_, spool_,
                     report_.counts);
    if (!directory_->organizations().contains(organization)) {
      judge(verify::Check(verify::Finding{.what = "the organization",
                                          .expected = "one of the directory",
                                          .found = "one that is not in it"}));
    }
  }

  void finish_organization() {
    if (!current_) return;
    bool is_good = judge(current_->check_derived());
    const auto fresh = reader_.fresh_entries().find(current_->organization());
    if (fresh != reader_.fresh_entries().end()) {
      for (const std::string_view stored : fresh->second) {
        is_good = is_good && judge(current_->next_fresh(stored));
      }
    }
    if (is_good) judge(current_->finish());
    report_.heads[current_->organization()] = current_->head();
    current_.reset();
  }

  // Returns false when that was the end of it.
  bool judge(const Verdict& verdict) {
    if (!verdict) return fail(verdict.error());
    if (!*verdict) return true;
    report_.deviation = deviation_of_ledger(current_->organization(), current_->place(), **verdict);
    return false;
  }

  bool fail(const Error& error) {
    error_ = error;
    return false;
  }

  const store::embedded::StoreReader& reader_;
  const store::embedded::Database& database_;
  std::optional<DirectoryInspection> directory_;
  verify::Spool spool_;
  std::optional<OrganizationInspection> current_;
  std::set<OrganizationId> seen_;
  InspectionReport report_;
  std::optional<Error> error_;
};

}  // namespace

Result<InspectionReport> inspect_store(const std::filesystem::path& data_directory) {
  const auto reader = store::embedded::StoreReader::open(data_directory);
  if (!reader) return reader.error();
  return inspect_store(**reader);
}

Result<InspectionReport> inspect_store(const store::embedded::StoreReader& reader) {
  return StoreInspector(reader).audit();
}

}  // namespace farthing::inspect
