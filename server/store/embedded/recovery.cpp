// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/recovery.hpp"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <future>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "server/ledger/apply.hpp"
#include "server/store/embedded/tables/derived_keys.hpp"

namespace farthing::store::embedded {
namespace {

Error cannot_recover(const std::string& what) {
  return make_error(ErrorCode::server_error, "The store is damaged: " + what +
                                                 ". Restore the data directory from a backup.");
}

Result<std::vector<ledger::PastSpending>> apply_entry(const ledger::Entry& entry,
                                                      WorkingLedger& working) {
  auto* organization = working.find(entry.organization);
  if (organization == nullptr) return cannot_recover("an entry's organization is missing");
  if (entry.seq != organization->state.last_seq + 1) return cannot_recover("an entry is missing");
  auto past = ledger::apply(organization->state, entry);
  working.reschedule(*organization);
  return past;
}

// Returns the values of a family from `begin` to before `end`, as `decode` reads them. An error
// calls a value that cannot be read `what`.
template <class Value, class Decode>
Result<std::vector<Value>> read_values(const Database& database, Family family,
                                       std::string_view begin, std::string_view end, Decode decode,
                                       const std::string& what) {
  std::vector<Value> values;
  bool is_damaged = false;
  const auto scanned = database.scan(
      family, begin, end,
      [&](std::string_view /*key*/, std::string_view bytes) {
        auto value = decode(bytes);
        is_damaged = !value;
        if (is_damaged) return false;
        values.push_back(*std::move(value));
        return true;
      },
      Scan::through);
  if (is_damaged) return cannot_recover(what + " is malformed");
  if (!scanned) return scanned.error();
  return values;
}

using DirectoryRecords = std::vector<directory::DirectoryRecord>;

Result<DirectoryRecords> read_directory(const Database& database, std::string_view begin,
                                        std::string_view end) {
  return read_values<directory::DirectoryRecord>(database, Family::directory, begin, end,
                                                 directory::decode_directory_record,
                                                 "a record of the directory");
}

// The directory in parts, applied in their order by one thread and read ahead by another. It leaves
// out the receipts, which are looked up when one is asked for (find_receipt).
class DirectoryInParts {
 public:
  explicit DirectoryInParts(const Database& database) : database_(database) {
    const std::string behind = directory::receipts_begin();
    std::string begin;
    for (std::string& cut : database.cut(Family::directory, kParts)) {
      if (cut >= behind) break;
      parts_.push_back({.begin = std::exchange(begin, cut), .end = cut});
    }
    parts_.push_back({.begin = begin, .end = behind});
    parts_.push_back({.begin = directory::receipts_end(), .end = {}});
  }

  // Reads a part, unless `most` parts are read and not yet applied or no part is left to read.
  bool read_ahead(std::size_t most) {
    const std::size_t next = next_;
    return next < applied_ + most && read(next);
  }
  // Applies all parts: reads those that nobody has read yet, and waits for those that the other
  // thread is reading.
  Result<Done> apply(WorkingLedger& working) {
    for (Part& part : parts_) {
      read(applied_);
      const auto records = part.records.get_future().get();
      ++applied_;
      if (!records) return records.error();
      for (const directory::DirectoryRecord& record : *records) working.apply(record);
    }
    return Done{};
  }

 private:
  static constexpr std::size_t kParts = 64;

  struct Part {
    std::string begin;
    std::string end;
    std::promise<Result<DirectoryRecords>> records{};
  };

  // Reads part `i`; parts are read in their order. Returns false when the other thread reads this
  // one, or when there is no such part.
  bool read(std::size_t i) {
    if (i >= parts_.size() || !next_.compare_exchange_strong(i, i + 1)) return false;
    Part& part = parts_[i];
    part.records.set_value(read_directory(database_, part.begin, part.end));
    return true;
  }

  const Database& database_;
  std::vector<Part> parts_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::size_t> applied_ = 0;
};

using States = std::vector<ledger::OrganizationState>;

Result<States> read_states(const Database& database, std::string_view begin, std::string_view end) {
  return read_values<ledger::OrganizationState>(
      database, Family::states, begin, end, ledger::decode_state, "the state of an organization");
}

// The states in parts, each read by whichever thread comes to it first.
class StatesInParts {
 public:
  explicit StatesInParts(const Database& database)
      : database_(database),
        cuts_(database.cut(Family::states, kParts)),
        parts_(cuts_.size() + 1, States()) {}

  // Reads a part, if there is one that nobody has taken.
  bool read_next() {
    const std::size_t i = next_++;
    if (i >= parts_.size()) return false;
    parts_[i] = read_states(database_, i == 0 ? std::string_view() : cuts_[i - 1],
                            i == cuts_.size() ? std::string_view() : cuts_[i]);
    return true;
  }
  // Returns the states. Must be called when every thread has read what it took.
  std::vector<Result<States>> take() { return std::move(parts_); }

 private:
  static constexpr std::size_t kParts = 8;

  const Database& database_;
  const std::vector<std::string> cuts_;
  std::vector<Result<States>> parts_;
  std::atomic<std::size_t> next_ = 0;
};

// Gives the committer and the deriver a copy each.
Result<Done> load_states(States states, DerivedStart& start) {
  for (ledger::OrganizationState& state : states) {
    if (start.working->find(state.organization) == nullptr) {
      return cannot_recover("the state of an organization that is not there was found");
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
  const auto record = directory::decode_audit_record(**bytes);
  if (!record) return cannot_recover("the last record of the audit log is malformed");
  start.audit = directory::head_after(*record);
  return Done{};
}

Result<Done> load_erased(const Database& database, DerivedStart& start) {
  bool is_good = true;
  auto scanned = database.scan(Family::meta, kErasedPlacesKey, {},
                               [&](std::string_view key, std::string_view value) {
                                 if (!key.starts_with(kErasedPlacesKey)) return false;
                                 is_good = start.erased.load(key, value);
                                 return is_good;
                               });
  if (!is_good) return cannot_recover("its list of what was erased is malformed");
  return scanned;
}

}  // namespace

Result<Checkpoint> load_checkpoint(const Database& database) {
  const auto bytes = database.find(Family::meta, kCheckpointKey);
  if (!bytes) return bytes.error();
  if (!*bytes) return Checkpoint();
  const auto checkpoint = decode_checkpoint(**bytes);
  if (!checkpoint) return cannot_recover("its checkpoint is malformed");
  return *checkpoint;
}

Result<Done> check_database(const DataDirectory& directory) {
  std::error_code error;
  const std::filesystem::path current = directory.database_path() / "CURRENT";
  if (std::filesystem::exists(current, error)) return Done{};
  if (list_segments(directory.journal_path()).empty()) return Done{};
  return make_error(ErrorCode::server_error,
                    "The data directory is damaged: there is no " + current.string() +
                        ", and so no database. Restore the data directory from a backup.");
}

JournalKnown known_journal(const DataDirectory& directory, const Checkpoint& checkpoint) {
  return {.covered = checkpoint.number,
          .covered_digest = checkpoint.digest,
          .has_reach = !directory.is_of_older_format()};
}

Result<Done> load_derived(const Database& database, DerivedStart& start,
                          const OnDirectory& on_directory) {
  const auto checkpoint = load_checkpoint(database);
  if (!checkpoint) return checkpoint.error();
  start.checkpoint = *checkpoint;
  DirectoryInParts directory(database);
  StatesInParts states(database);
  auto reader = std::async(std::launch::async, [&]() noexcept {
    // Only a small part of the directory should be in memory before it is applied.
    constexpr std::size_t kAhead = 3;
    while (directory.read_ahead(kAhead) || states.read_next()) {
    }
  });
  const auto applied = directory.apply(*start.working);
  if (applied) on_directory(start.working->directory());
  while (states.read_next()) {
  }
  reader.get();
  if (!applied) return applied.error();
  for (Result<States>& part : states.take()) {
    if (!part) return std::move(part).error();
    if (auto loaded = load_states(*std::move(part), start); !loaded) return loaded.error();
  }
  if (auto loaded = load_audit_head(database, start); !loaded) return loaded;
  return load_erased(database, start);
}

Result<std::optional<directory::DirectoryReceipt>> find_receipt(const Database& database,
                                                                ApiKeyId actor,
                                                                std::string_view idempotency_key) {
  if (idempotency_key.empty()) return std::optional<directory::DirectoryReceipt>();
  const auto bytes =
      database.find(Family::directory, directory::receipt_key(actor, idempotency_key));
  if (!bytes) return bytes.error();
  if (!*bytes) return std::optional<directory::DirectoryReceipt>();
  auto record = directory::decode_directory_record(**bytes);
  if (!record || !std::holds_alternative<directory::DirectoryReceipt>(*record)) {
    return cannot_recover("a receipt of the directory is malformed");
  }
  return std::optional(std::get<directory::DirectoryReceipt>(*std::move(record)));
}

Result<Entries> decode_entries(const JournalBatch& batch) {
  Entries entries;
  entries.reserve(batch.entries.size());
  for (std::size_t i = 0; i < batch.entries.size(); ++i) {
    auto entry = ledger::decode_entry(batch.encoded_entry(i));
    if (!entry) return cannot_recover("an entry in the journal is malformed");
    entries.push_back(*std::move(entry));
  }
  return entries;
}

Result<std::vector<ledger::PastSpending>> apply_batch(const JournalBatch& batch,
                                                      const Entries& entries,
                                                      WorkingLedger& working) {
  for (const directory::DirectoryRecord& record : batch.directory_records) working.apply(record);
  std::vector<ledger::PastSpending> all;
  for (const ledger::Entry& entry : entries) {
    const auto past = apply_entry(entry, working);
    if (!past) return past.error();
    all.insert(all.end(), past->begin(), past->end());
  }
  return all;
}

Result<Done> apply_batch(const JournalBatch& batch, WorkingLedger& working) {
  const auto entries = decode_entries(batch);
  if (!entries) return entries.error();
  const auto applied = apply_batch(batch, *entries, working);
  if (!applied) return applied.error();
  return Done{};
}

Result<Done> OfflineState::load(const Database& database) {
  auto loaded = load_derived(database, start);
  mark = start.checkpoint.mark;
  return loaded;
}

Result<Done> OfflineState::take(const JournalBatch& batch) {
  mark = batch.mark;
  for (const JournalBatch::EntryPlace& place : batch.audit_records) {
    const auto record = directory::decode_audit_record(batch.encoded(place));
    CHECK(record);  // read_journal_record has looked
    start.audit = directory::head_after(*record);
  }
  return apply_batch(batch, *start.working);
}

Result<Done> visit_decoded(const Batches& batches, const VisitDecoded& visit) {
  // Few enough that little is decoded before it is visited, and enough that threads seldom wait.
  constexpr std::size_t kAtATime = 32;
  const auto decode = [&batches](std::size_t begin) {
    std::vector<Result<Entries>> decoded;
    for (std::size_t i = begin; i < std::min(begin + kAtATime, batches.size()); ++i) {
      decoded.push_back(decode_entries(*batches[i]));
    }
    return decoded;
  };
  auto ahead = std::async(std::launch::async, decode, std::size_t{0});
  for (std::size_t begin = 0; begin < batches.size(); begin += kAtATime) {
    const auto decoded = ahead.get();
    ahead = std::async(std::launch::async, decode, begin + kAtATime);
    for (std::size_t i = 0; i < decoded.size(); ++i) {
      if (!decoded[i]) return decoded[i].error();
      if (auto done = visit(batches[begin + i], *decoded[i]); !done) return done;
    }
  }
  return Done{};
}

}  // namespace farthing::store::embedded
