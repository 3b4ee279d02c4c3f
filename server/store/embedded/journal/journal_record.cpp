// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/journal/journal_record.hpp"

#include <optional>
#include <utility>
#include <variant>

#include "base/bytes.hpp"
#include "base/digest.hpp"

namespace farthing::store::embedded {
namespace {

// Stored: the first byte of every record.
constexpr std::uint8_t kJournalFormat = 1;
// The last bytes of a record are the first of the digest of all before them.
constexpr std::size_t kChecksumSize = 8;

// Room for the record of a few hundred entries; the unused rest is given back.
constexpr std::size_t kUsualRecordBytes = std::size_t{64} << 10;

// Stored: never renumber.
enum class Item : std::uint8_t { entry = 1, directory_record = 2, audit_record = 3, erasure = 4 };
// Stored: what an erasure is of.
enum class Erased : std::uint8_t { texts_of_entry = 1, person = 2 };

void append_item(Item kind, std::string_view encoded, std::string& out) {
  ByteWriter(out).fixed(static_cast<std::uint8_t>(kind)).text(encoded);
}

// Returns the place of `encoded`, which is a view into `record`.
JournalBatch::EntryPlace place_of(std::string_view encoded, std::string_view record) {
  return {.offset = static_cast<std::uint32_t>(encoded.data() - record.data()),
          .size = static_cast<std::uint32_t>(encoded.size())};
}

void append_encoded(const directory::EntryTexts& texts, ByteWriter& writer) {
  writer.fixed(static_cast<std::uint8_t>(Erased::texts_of_entry))
      .raw(texts.organization.value.as_bytes())
      .varint(texts.seq);
}

void append_encoded(UserId person, ByteWriter& writer) {
  writer.fixed(static_cast<std::uint8_t>(Erased::person)).raw(person.value.as_bytes());
}

std::string encode(const directory::Erasure& erasure) {
  std::string bytes;
  ByteWriter writer(bytes);
  std::visit([&writer](const auto& each) { append_encoded(each, writer); }, erasure);
  return bytes;
}

// Returns nothing when the bytes are not those of an erasure.
std::optional<directory::Erasure> decode_erasure(std::string_view bytes) {
  ByteReader reader(bytes);
  const auto kind = static_cast<Erased>(reader.fixed<std::uint8_t>());
  const std::string_view raw = reader.raw(sizeof(Id128));
  if (raw.empty()) return {};
  const Id128 id = Id128::from_bytes(raw);
  std::optional<directory::Erasure> erasure;
  if (kind == Erased::texts_of_entry) {
    erasure = directory::EntryTexts{.organization = {id}, .seq = reader.varint()};
  } else if (kind == Erased::person) {
    erasure = UserId{id};
  }
  if (!reader.is_at_end()) return {};
  return erasure;
}

std::string_view without_checksum(std::string_view bytes) {
  return bytes.substr(0, bytes.size() - kChecksumSize);
}

Error unreadable_record(std::string_view what) {
  return make_error(ErrorCode::server_error,
                    "A record of the store's journal cannot be read: " + std::string(what) +
                        ". Restore the data directory from a backup.");
}

}  // namespace

std::string journal_checksum(std::string_view bytes) {
  return std::string(as_bytes(sha256(bytes)).substr(0, kChecksumSize));
}

JournalRecordWriter::JournalRecordWriter(JournalBatch& batch, std::uint64_t number, Instant mark)
    : batch_(batch) {
  batch_.number = number;
  batch_.mark = mark;
  batch_.record.reserve(kUsualRecordBytes);
  batch_.record += journal_record_start(number);
  ByteWriter(batch_.record).fixed(mark.us());
}

void JournalRecordWriter::add_entry(std::string_view encoded) {
  append_item(Item::entry, encoded, batch_.record);
  batch_.entries.push_back(
      {.offset = static_cast<std::uint32_t>(batch_.record.size() - encoded.size()),
       .size = static_cast<std::uint32_t>(encoded.size())});
}

void JournalRecordWriter::add(directory::DirectoryRecord record) {
  std::string encoded;
  append_encoded(record, encoded);
  append_item(Item::directory_record, encoded, batch_.record);
  batch_.directory_records.push_back(std::move(record));
}

void JournalRecordWriter::add(const directory::AuditRecord& record) {
  std::string encoded;
  append_encoded(record, encoded);
  append_item(Item::audit_record, encoded, batch_.record);
  batch_.audit_records.push_back(
      {.offset = static_cast<std::uint32_t>(batch_.record.size() - encoded.size()),
       .size = static_cast<std::uint32_t>(encoded.size())});
}

void JournalRecordWriter::add(const directory::Erasure& erasure) {
  append_item(Item::erasure, encode(erasure), batch_.record);
  batch_.erasures.push_back(erasure);
}

void JournalRecordWriter::finish() {
  batch_.digest = sha256(batch_.record);
  batch_.record += as_bytes(batch_.digest).substr(0, kChecksumSize);
  batch_.record.shrink_to_fit();
}

bool is_sealed_journal_record(std::string_view bytes) {
  return bytes.size() > kChecksumSize && bytes.ends_with(journal_checksum(without_checksum(bytes)));
}

std::string journal_record_start(std::uint64_t number) {
  std::string start;
  ByteWriter(start).fixed(kJournalFormat).fixed(number);
  return start;
}

Result<JournalBatch> read_journal_record(std::string bytes) {
  if (bytes.size() <= kChecksumSize) return unreadable_record("its checksum is wrong");
  JournalBatch batch;
  batch.digest = sha256(without_checksum(bytes));
  if (!bytes.ends_with(as_bytes(batch.digest).substr(0, kChecksumSize))) {
    return unreadable_record("its checksum is wrong");
  }
  ByteReader reader(without_checksum(bytes));
  if (reader.fixed<std::uint8_t>() != kJournalFormat)
    return unreadable_record("its format is unknown");
  batch.number = reader.fixed<std::uint64_t>();
  batch.mark = Instant::from_us(reader.fixed<std::int64_t>());
  while (reader.is_ok() && !reader.is_at_end()) {
    const auto kind = static_cast<Item>(reader.fixed<std::uint8_t>());
    const std::string_view encoded = reader.text();
    if (kind == Item::entry) {
      batch.entries.push_back(place_of(encoded, bytes));
    } else if (kind == Item::audit_record) {
      if (!directory::decode_audit_record(encoded)) {
        return unreadable_record("a record of the audit log in it is malformed");
      }
      batch.audit_records.push_back(place_of(encoded, bytes));
    } else if (kind == Item::directory_record) {
      auto record = directory::decode_directory_record(encoded);
      if (!record) return unreadable_record("a directory record in it is malformed");
      batch.directory_records.push_back(*std::move(record));
    } else if (kind == Item::erasure) {
      auto erasure = decode_erasure(encoded);
      if (!erasure) return unreadable_record("an erasure in it is malformed");
      batch.erasures.push_back(*erasure);
    } else {
      return unreadable_record("it holds an item of an unknown kind");
    }
  }
  if (!reader.is_at_end()) return unreadable_record("it ends early");
  batch.record = std::move(bytes);
  return batch;
}

}  // namespace farthing::store::embedded
