// SPDX-License-Identifier: Apache-2.0
#include "offline/inspect/database_inspection.hpp"

#include <set>
#include <string>
#include <utility>

#include "base/digest.hpp"
#include "offline/inspect/audit_log_check.hpp"
#include "offline/inspect/derived_checks.hpp"
#include "offline/inspect/directory_columns.hpp"
#include "offline/inspect/directory_inspection.hpp"
#include "verify/ledger_verifier.hpp"

namespace farthing::inspect {
namespace {

using store::postgres::DatabaseReader;
using store::postgres::DirectoryRow;
using store::postgres::EntryRow;
using store::postgres::StateRow;
using verify::Check;
using verify::Finding;

// Returns the error that ends the reading of rows when a deviation was found; nobody is told of it.
Error end_of_reading() { return make_error(ErrorCode::server_error); }

std::string show(const std::optional<Instant>& instant) {
  return instant ? instant->to_string() : "never";
}

// Does not check that a key leads to one entry: the table's index makes sure of that.
Check check_columns(const EntryRow& row, const verify::Entry& entry) {
  if (auto wrong = verify::expect_equal("the organization that it is stored under",
                                        entry.organization.to_string(),
                                        row.place.organization.to_string())) {
    return wrong;
  }
  if (auto wrong = verify::expect_equal("the number that it is stored under",
                                        std::to_string(entry.seq), std::to_string(row.place.seq))) {
    return wrong;
  }
  if (auto wrong = verify::expect_equal("the kind that it is stored under",
                                        std::to_string(static_cast<int>(entry.kind)),
                                        std::to_string(row.kind))) {
    return wrong;
  }
  return verify::expect_equal("the idempotency key that it is stored under", entry.idempotency_key,
                              row.idempotency_key.value_or(std::string_view()));
}

Check check_columns(const StateRow& row, const ledger::OrganizationState& state) {
  if (auto wrong =
          verify::expect_equal("the last number beside the state", std::to_string(state.last_seq),
                               std::to_string(row.last_seq))) {
    return wrong;
  }
  if (auto wrong =
          verify::expect_equal("available beside the state", state.balance.available.to_string(),
                               row.available.to_string())) {
    return wrong;
  }
  if (auto wrong = verify::expect_equal("held beside the state", state.balance.held.to_string(),
                                        row.held.to_string())) {
    return wrong;
  }
  return verify::expect_equal("when the row of the state falls due", show(state.next_due_at),
                              show(row.next_due_at));
}

// Checks the row that says where the audit log ends: the next record continues from there.
Check check_head(const directory::AuditHead& head, const verify::AuditChain& chain) {
  if (auto wrong =
          verify::expect_equal("the last number beside the log", std::to_string(chain.number()),
                               std::to_string(head.number))) {
    return wrong;
  }
  if (auto wrong =
          verify::expect_equal("the last hash beside the log", to_hex(as_bytes(chain.hash())),
                               to_hex(as_bytes(head.hash)))) {
    return wrong;
  }
  return verify::expect_equal("the last time beside the log", chain.at().to_string(),
                              head.at.to_string());
}

// Goes through the organizations in the order of their ids.
class DatabaseInspector {
 public:
  explicit DatabaseInspector(const DatabaseReader& reader) : reader_(reader) {}

  Result<InspectionReport> audit() {
    auto read = read_all();
    if (!read && !report_.deviation) return std::move(read).error();
    if (spool_.has_failed()) {
      return make_error(ErrorCode::unavailable,
                        "There is no room for the temporary files. Set TMPDIR to a directory that "
                        "has some.");
    }
    return std::move(report_);
  }

 private:
  // Fails also when it has found a deviation.
  Result<Done> read_all() {
    if (auto read = read_audit_log(); !read) return read;
    if (auto read = read_directory(); !read) return read;
    auto read = reader_.visit_entry_rows({}, [this](const EntryRow& row) { return take(row); });
    if (!read) return read;
    // These have no entries.
    for (; next_ != organizations_.end(); ++next_) {
      if (auto begun = begin(*next_); !begun) return begun;
    }
    if (auto finished = finish_organization(); !finished) return finished;
    const auto stranger = reader_.find_stranger();
    if (!stranger) return stranger.error();
    if (*stranger) return begin_stranger(**stranger);
    return Done{};
  }

  Result<Done> read_audit_log() {
    auto log = check_audit_log(reader_);
    if (!log) return std::move(log).error();
    auto deviation = std::move(log->deviation);
    if (!deviation) {
      const auto head = reader_.read_audit_head();
      if (!head) return head.error();
      if (auto wrong = check_head(*head, log->chain)) {
        deviation =
            verify::ActDeviation{.number = log->chain.number(), .finding = *std::move(wrong)};
      }
    }
    directory_.emplace(std::move(log->replay));
    if (!deviation) return Done{};
    report_.deviation = {.part = "audit log", .what = deviation->to_string()};
    return end_of_reading();
  }

  Result<Done> read_directory() {
    auto read = reader_.visit_directory_rows([this](const DirectoryRow& row) -> Result<Done> {
      report_.directory.add(row.record);
      report_.deviation = directory_->take(row.record);
      if (!report_.deviation) {
        if (const auto wrong = check_directory_columns(row)) {
          report_.deviation = deviation_of_directory(name_of_row(row.record), *wrong);
        }
      }
      if (report_.deviation) return end_of_reading();
      return Done{};
    });
    if (!read) return read;
    report_.deviation = directory_->finish();
    if (report_.deviation) return end_of_reading();
    for (const auto& [organization, since] : directory_->organizations()) {
      organizations_.insert(organization);
    }
    next_ = organizations_.begin();
    return Done{};
  }

  Result<Done> take(const EntryRow& row) {
    const OrganizationId organization = row.place.organization;
    if (!verifier_ || verifier_->chain().organization() != organization) {
      for (; next_ != organizations_.end() && *next_ < organization; ++next_) {
        if (auto begun = begin(*next_); !begun) return begun;
      }
      if (next_ == organizations_.end() || *next_ != organization) {
        return begin_stranger(organization);
      }
      if (auto begun = begin(*next_++); !begun) return begun;
    }
    const auto sealed = verify::decode_stored(row.stored);
    if (!sealed) return judge(unreadable("the entry"));
    if (auto done = judge(verifier_->next(*sealed)); !done) return done;
    report_.counts.count(sealed->entry);
    head_.add(sealed->entry.seq, sealed->hash, row.stored);
    return judge(check_columns(row, sealed->entry));
  }

  Result<Done> begin(OrganizationId organization) {
    if (auto finished = finish_organization(); !finished) return finished;
    verifier_.emplace(organization, spool_);
    ++report_.counts.organizations;
    head_ = {};
    return Done{};
  }

  Result<Done> begin_stranger(OrganizationId organization) {
    if (auto begun = begin(organization); !begun) return begun;
    return judge(Finding{.what = "the organization",
                         .expected = "one of the directory",
                         .found = "one that is not in it"});
  }

  Result<Done> finish_organization() {
    if (!verifier_) return Done{};
    if (auto done = judge(verifier_->finish()); !done) return done;
    if (auto done = check_records(); !done) return done;
    if (auto done = check_state(); !done) return done;
    report_.heads[verifier_->chain().organization()] = head_;
    verifier_.reset();
    return Done{};
  }

  Result<Done> check_records() {
    std::uint64_t count = 0;
    auto read = reader_.visit_records(
        verifier_->chain().organization(), [&](const Id128& id, std::string_view encoded) {
          ++count;
          const auto record = ledger::decode_record(encoded);
          return judge(record ? check_record(id, *record, verifier_->movements(), making())
                              : Check(unreadable("a record")));
        });
    if (!read) return read;
    return judge(verify::expect_equal("how many records there are",
                                      std::to_string(verifier_->movements().changed()),
                                      std::to_string(count)));
  }

  Result<Done> check_state() {
    const auto row = reader_.find_state(verifier_->chain().organization());
    if (!row) return row.error();
    if (!*row) return judge(verify::expect(false, "the state", "one", "none"));
    const auto state = ledger::decode_state((*row)->state);
    if (!state) return judge(unreadable("the state"));
    if (auto done = judge(inspect::check_state(*state, *verifier_, making())); !done) return done;
    if (auto done = check_spending(*state); !done) return done;
    if (auto done = judge(check_columns(**row, *state)); !done) return done;
    const auto& since = directory_->organizations().at(verifier_->chain().organization());
    return judge(verify::expect((*row)->is_disabled == since.has_value(),
                                "whether the row of the state is disabled",
                                since ? "true" : "false", since ? "false" : "true"));
  }

  Result<Done> check_spending(const ledger::OrganizationState& state) {
    SpendingRecords records;
    auto read = reader_.visit_spending(
        state.organization, [&](const Id128& caller_key, std::string_view encoded) {
          const auto record = ledger::decode_spending_record(encoded);
          if (!record) return judge(unreadable("the record of a caller's key"));
          records[caller_key] = *record;
          return Result<Done>(Done{});
        });
    if (!read) return read;
    return judge(check_spending_records(records, state, verifier_->movements()));
  }

  Making making() const { return directory_->making_of(verifier_->chain().organization()); }

  // Ends the reading when something is wrong.
  Result<Done> judge(const Check& check) {
    if (!check) return Done{};
    report_.deviation =
        deviation_of_ledger(verifier_->chain().organization(), verifier_->place(), *check);
    return end_of_reading();
  }

  const DatabaseReader& reader_;
  std::optional<DirectoryInspection> directory_;
  std::set<OrganizationId> organizations_;           // of the directory
  std::set<OrganizationId>::const_iterator next_{};  // the first that was not begun
  verify::Spool spool_;
  std::optional<verify::LedgerVerifier> verifier_;
  Head head_;
  InspectionReport report_;
};

}  // namespace

Result<InspectionReport> inspect_database(const DatabaseReader& reader) {
  return DatabaseInspector(reader).audit();
}

}  // namespace farthing::inspect
