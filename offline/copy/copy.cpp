// SPDX-License-Identifier: Apache-2.0
#include "offline/copy/copy.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/digest.hpp"
#include "offline/copy/read_end.hpp"
#include "server/store/embedded/store_import.hpp"
#include "server/store/postgres/database_import.hpp"

namespace farthing::copy {
namespace {

using directory::AuditRecord;
using directory::DirectoryRecord;
using inspect::InspectionReport;
using store::EntryPlace;
using store::TransferEntry;
using store::TransferSource;
using store::TransferTarget;

// So many bytes of entries are written with one commit.
constexpr std::size_t kBatchBytes = std::size_t{2} << 20;

Error refusal(std::string message) { return make_error(ErrorCode::conflict, std::move(message)); }

Result<std::unique_ptr<TransferTarget>> open_target(const app::StoreLocation& location,
                                                    const CopyOptions& copy_options) {
  if (location.is_database()) {
    auto opened = store::postgres::DatabaseImport::open(std::string(location.database.reveal()));
    if (!opened) return std::move(opened).error();
    return std::unique_ptr<TransferTarget>(*std::move(opened));
  }
  store::embedded::RocksdbOptions options;
  options.directory = location.data;
  options.on_event = copy_options.on_warning;
  auto opened = store::embedded::StoreImport::open(std::move(options));
  if (!opened) return std::move(opened).error();
  return std::unique_ptr<TransferTarget>(*std::move(opened));
}

// Returns the fingerprint of a store's whole content.
std::string fingerprint_of(const InspectionReport& report) {
  Digest digest = report.directory.content;
  for (const auto& [organization, head] : report.heads) {
    digest = sha256({as_bytes(digest), organization.value.as_bytes(), as_bytes(head.content)});
  }
  return to_hex(as_bytes(digest));
}

Result<InspectionReport> verify(const ReadEnd& end, std::string_view what) {
  auto report = end.audit();
  if (!report) return report;
  if (!report->deviation) return report;
  return make_error(ErrorCode::server_error,
                    std::string(what) + " deviates: " + report->deviation->to_string() + ".");
}

// One copy from its mark to the last entry.
class Copy {
 public:
  // All must outlive this. `content` is the source's.
  Copy(const TransferSource& source, const InspectionReport& content, TransferTarget& target,
       const CopyOptions& options)
      : source_(source), content_(content), target_(target), options_(options) {}

  // Marks the target, unless this copy has marked it before. Returns whether it had.
  Result<bool> begin() {
    const std::string fingerprint = fingerprint_of(content_);
    const auto mark = target_.read_mark();
    if (!mark) return mark.error();
    if (*mark) {
      if (**mark == fingerprint) return true;
      return refusal(
          "The unfinished copy in the target is that of another source, or the source has changed "
          "since it was begun. Begin anew with an empty target.");
    }
    const auto is_empty = target_.is_empty();
    if (!is_empty) return is_empty.error();
    if (!*is_empty) {
      return refusal(
          "The target holds a store already. Copy into an empty one: a directory that is not there "
          "yet, or a database whose tables `farthing store migrate` has just made without "
          "--admin-key-file.");
    }
    if (auto marked = target_.set_mark(fingerprint); !marked) return std::move(marked).error();
    return false;
  }

  // Copies all of it each time: records that are there already change nothing.
  Result<Done> copy_directory() {
    report(Step::copy_directory);
    auto visited = source_.visit_directory([this](const DirectoryRecord& record) -> Result<Done> {
      records_.push_back(record);
      return records_.size() < options_.batch_records ? Done{} : put_records();
    });
    if (!visited || records_.empty()) return visited;
    return put_records();
  }

  // Copies from behind the last act that is there.
  Result<Done> copy_audit_log() {
    const auto last = target_.find_last_act();
    if (!last) return last.error();
    auto visited = source_.visit_audit_log(*last, [this](const AuditRecord& act) -> Result<Done> {
      acts_.push_back(act);
      return acts_.size() < options_.batch_records ? Done{} : add_acts();
    });
    if (!visited || acts_.empty()) return visited;
    return add_acts();
  }

  // Copies from behind the last entry that is there.
  Result<Done> copy_entries() {
    const auto last = target_.find_last_entry();
    if (!last) return last.error();
    const EntryPlace after = last->value_or(EntryPlace());
    done_ = count_up_to(after);
    report(Step::copy_entries);
    auto visited = source_.visit_entries(
        after, [this](const EntryPlace& place, std::string_view stored) -> Result<Done> {
          entries_.push_back({.place = place, .stored = std::string(stored)});
          entry_bytes_ += stored.size();
          const bool is_full =
              entries_.size() >= options_.batch_entries || entry_bytes_ >= kBatchBytes;
          return is_full ? add_entries() : Done{};
        });
    if (!visited || entries_.empty()) return visited;
    return add_entries();
  }

 private:
  void report(Step step) const {
    if (!options_.on_progress) return;
    options_.on_progress({.step = step, .entries_done = done_, .entries = content_.counts.entries});
  }

  std::uint64_t count_up_to(const EntryPlace& place) const {
    std::uint64_t count = place.seq;
    for (const auto& [organization, head] : content_.heads) {
      if (organization < place.organization) count += head.seq;
    }
    return count;
  }

  Result<Done> put_records() {
    auto put = target_.put_directory(records_);
    records_.clear();
    if (put) report(Step::copy_directory);
    return put;
  }

  Result<Done> add_acts() {
    auto added = target_.add_acts(acts_);
    acts_.clear();
    return added;
  }

  Result<Done> add_entries() {
    auto added = target_.add_entries(entries_);
    if (!added) return added;
    done_ += entries_.size();
    entries_.clear();
    entry_bytes_ = 0;
    report(Step::copy_entries);
    return added;
  }

  const TransferSource& source_;
  const InspectionReport& content_;
  TransferTarget& target_;
  const CopyOptions& options_;
  std::vector<DirectoryRecord> records_;  // of the batch that is being collected
  std::vector<AuditRecord> acts_;
  std::vector<TransferEntry> entries_;
  std::size_t entry_bytes_ = 0;
  std::uint64_t done_ = 0;  // entries
};

// Refuses a target that has not become what the source is.
Result<Done> compare(const InspectionReport& source, const InspectionReport& target) {
  for (const auto& [organization, head] : source.heads) {
    const auto found = target.heads.find(organization);
    if (found == target.heads.end() || found->second != head) {
      return make_error(ErrorCode::server_error,
                        "The copy is not what the source is: the ledger of " +
                            organization.to_string() + " differs.");
    }
  }
  if (fingerprint_of(source) == fingerprint_of(target)) return Done{};
  return make_error(ErrorCode::server_error,
                    "The copy is not what the source is: its directory differs.");
}

// Returns where the audit log of a store ends, once all of it was found to be one chain.
Result<directory::AuditHead> verify_audit_log(const TransferSource& source, std::string_view what) {
  directory::AuditHead head;
  const auto visited = source.visit_audit_log(0, [&](const AuditRecord& act) -> Result<Done> {
    const bool is_next = act.number == head.number + 1 && act.at >= head.at;
    if (!is_next || directory::hash_after(head.hash, act) != act.hash) {
      return make_error(
          ErrorCode::server_error,
          std::string(what) + " deviates: the audit log at " + std::to_string(act.number) + ".");
    }
    head = directory::head_after(act);
    return Done{};
  });
  if (!visited) return visited.error();
  return head;
}

Result<Done> compare_audit_logs(const directory::AuditHead& source, const TransferSource& copy) {
  const auto head = verify_audit_log(copy, "The copy");
  if (!head) return head.error();
  if (head->number == source.number && head->hash == source.hash) return Done{};
  return make_error(ErrorCode::server_error,
                    "The copy is not what the source is: its audit log differs.");
}

// Refuses a source that has changed meanwhile: the change was copied in part.
Result<Done> check_source(const TransferSource& source) {
  const auto has_changed = source.has_changed();
  if (!has_changed) return has_changed.error();
  if (!*has_changed) return Done{};
  return refusal(
      "The source has changed while it was copied. Stop the servers that use it, and begin anew "
      "with an empty target.");
}

}  // namespace

Result<CopyReport> copy_store(const app::StoreLocation& from, const app::StoreLocation& to,
                              const CopyOptions& options) {
  const auto report = [&options](Step step, std::uint64_t done, std::uint64_t entries) {
    if (options.on_progress) {
      options.on_progress({.step = step, .entries_done = done, .entries = entries});
    }
  };
  auto source = ReadEnd::open(from);
  if (!source) return std::move(source).error();
  report(Step::verify_source, 0, 0);
  auto content = verify(*source, "The source");
  if (!content) return std::move(content).error();

  const auto audit_head = verify_audit_log(source->source(), "The source");
  if (!audit_head) return audit_head.error();

  auto target = open_target(to, options);
  if (!target) return std::move(target).error();
  Copy copy(source->source(), *content, **target, options);
  const auto was_resumed = copy.begin();
  if (!was_resumed) return was_resumed.error();
  if (auto copied = copy.copy_directory(); !copied) return std::move(copied).error();
  if (auto copied = copy.copy_entries(); !copied) return std::move(copied).error();
  if (auto copied = copy.copy_audit_log(); !copied) return std::move(copied).error();

  // The target is closed first, so that what is read back is what a server would find.
  target->reset();
  report(Step::verify_copy, content->counts.entries, content->counts.entries);
  {
    const auto written = ReadEnd::open(to, store::Unfinished::accepted);
    if (!written) return written.error();
    const auto copied = verify(*written, "The copy");
    if (!copied) return copied.error();
    if (auto same = compare(*content, *copied); !same) return std::move(same).error();
    auto same = compare_audit_logs(*audit_head, written->source());
    if (!same) return std::move(same).error();
  }
  if (auto checked = check_source(source->source()); !checked) return std::move(checked).error();
  target = open_target(to, options);
  if (!target) return std::move(target).error();
  // From here on servers take it.
  if (auto cleared = (*target)->clear_mark(); !cleared) return std::move(cleared).error();
  return CopyReport{.content = *std::move(content), .was_resumed = *was_resumed};
}

}  // namespace farthing::copy
