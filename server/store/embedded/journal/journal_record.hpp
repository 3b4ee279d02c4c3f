// SPDX-License-Identifier: Apache-2.0
// One record of the journal: everything that one batch changed, as effects and never as commands,
// so that a reader only has to apply it. Stored: docs/reference/formats.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/instant.hpp"
#include "server/directory/audit_record.hpp"
#include "server/directory/command.hpp"
#include "server/directory/directory_record.hpp"

namespace farthing::store::embedded {

// A batch on its way from the committer to the derived part. Immutable once it is synced; shared.
struct JournalBatch {
  // The place in `record` of an entry, or of a record of the audit log, in its stored form.
  struct EntryPlace {
    std::uint32_t offset;
    std::uint32_t size;
  };

  std::uint64_t number = 0;  // counts from 1, without gaps
  Instant mark;              // the store's time when it was decided
  std::string record;        // as it is journaled
  Digest digest{};           // SHA-256 of all of it but its checksum, which is its beginning
  std::vector<EntryPlace> entries;
  std::vector<directory::DirectoryRecord> directory_records;
  std::vector<EntryPlace> audit_records;
  std::vector<directory::Erasure> erasures;  // of what this batch or an earlier one holds

  std::string_view encoded_entry(std::size_t index) const { return encoded(entries[index]); }
  std::string_view encoded(const EntryPlace& place) const {
    return std::string_view(record).substr(place.offset, place.size);
  }
};

// Returns the bytes that close what the journal writes: the first 8 of the digest of `bytes`.
std::string journal_checksum(std::string_view bytes);

// Makes the record of a batch: construct it, add in the order of the changes, finish.
class JournalRecordWriter {
 public:
  JournalRecordWriter(JournalBatch& batch, std::uint64_t number, Instant mark);

  // `encoded` is the stored form of a ledger entry.
  void add_entry(std::string_view encoded);
  void add(directory::DirectoryRecord record);
  void add(const directory::AuditRecord& record);
  void add(const directory::Erasure& erasure);
  bool is_empty() const {
    return batch_.entries.empty() && batch_.directory_records.empty() &&
           batch_.audit_records.empty() && batch_.erasures.empty();
  }
  // Seals the record with its checksum.
  void finish();

 private:
  JournalBatch& batch_;
};

// Returns whether the bytes are a whole record, by its checksum.
bool is_sealed_journal_record(std::string_view bytes);
// Returns the first bytes of the record of that number, enough to search for it.
std::string journal_record_start(std::uint64_t number);
// Reads a record. Fails when the bytes are not a whole record, or have a newer format.
Result<JournalBatch> read_journal_record(std::string bytes);

}  // namespace farthing::store::embedded
