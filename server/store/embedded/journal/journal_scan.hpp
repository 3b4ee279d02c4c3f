// SPDX-License-Identifier: Apache-2.0
// Follows the records of a journal through its segments, before it is written further or only to
// read it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "server/store/embedded/journal/journal_reach.hpp"
#include "server/store/embedded/journal/journal_record.hpp"
#include "server/store/embedded/journal/segment_header.hpp"

namespace farthing::store::embedded {

// Stored: a segment's name is its index, in as many decimal digits as the largest has, and this.
inline constexpr std::string_view kSegmentExtension = ".log";

// Returns the indexes of a journal's segments, in order.
std::vector<std::uint64_t> list_segments(const std::filesystem::path& directory);
std::filesystem::path indexed_path(const std::filesystem::path& directory, std::uint64_t index,
                                   std::string_view extension);

// What is known of a journal beside it, which it is held against.
struct JournalKnown {
  std::uint64_t covered = 0;  // the number of the last record that the database has
  // Of that record; nothing: an older version wrote the database.
  std::optional<Digest> covered_digest = {};
  // A journal without a whole `journal-reach` is damaged. Those of older versions may have none.
  bool has_reach = false;
};

class JournalScan {
 public:
  using Keep = std::function<Result<Done>(JournalBatch)>;

  // `keep` gets every record behind the covered ones, in order; it must outlive this. `reach` is
  // what JournalReach read before the first segment is.
  JournalScan(JournalKnown known, std::optional<ReachedRecord> reach, const Keep& keep)
      : known_(known), reach_(reach), keep_(keep) {}

  // What a segment holds that belongs there.
  struct Found {
    std::uint64_t last_number = 0;  // 0: nothing
    std::size_t end = 0;            // of its last record
  };
  // Reads the next segment, which is the whole of the file at `path`. Fails when a record that
  // others follow is missing or damaged, when the file is not the one that was made for this place,
  // when a record is not the one that is known, or when `keep` fails.
  Result<Found> follow(std::string_view segment, const std::filesystem::path& path);
  // Fails when the journal ends before what is known. Must be called behind the last segment.
  Result<Done> check_end();

  // Returns the number of the last record, or that of the last covered one if that is larger.
  std::uint64_t last_number() const { return is_beyond_covered() ? *last_ : known_.covered; }
  // Returns the digest of that record; nothing when it is not known.
  std::optional<Digest> last_digest() const {
    return is_beyond_covered() ? last_digest_ : known_.covered_digest;
  }
  // Returns what is damaged, when one of the functions above has failed for that.
  const std::optional<std::string>& damage() const { return damage_; }

 private:
  bool is_beyond_covered() const { return last_ && *last_ >= known_.covered; }
  std::uint64_t next_number() const { return last_.value_or(known_.covered) + 1; }
  Result<std::size_t> begin(std::string_view segment, const std::filesystem::path& path);
  Result<Done> check_header(const SegmentHeader& header, std::size_t bytes,
                            const std::filesystem::path& path);
  Result<Done> check_record(const JournalBatch& batch, const std::string& place);
  std::string where_it_ends() const;
  Error missing_before(const std::filesystem::path& path, std::uint64_t number);
  Error damaged(std::string what);

  const JournalKnown known_;
  const std::optional<ReachedRecord> reach_;
  const Keep& keep_;
  std::optional<std::uint64_t> last_;
  std::optional<Digest> last_digest_;
  std::filesystem::path last_path_;  // of the segment with the last record
  std::size_t last_end_ = 0;         // where the record ends in it
  std::size_t segments_ = 0;
  bool has_header_ = false;  // a segment had one, so all later ones must
  std::optional<std::string> damage_;
};

// What can be read of a journal.
struct JournalReading {
  std::uint64_t last_number = 0;        // of the last whole record, or the last covered one
  std::optional<Digest> last_digest;    // of that record, where it is known
  std::uint64_t known_number = 0;       // the last record that is known to have been there
  std::optional<std::string> damage{};  // what follows that record cannot be read, and why
};

// Hands `keep` every record behind the covered ones, up to the first damage, of a journal that
// nobody writes. Changes nothing. Fails only when a file cannot be read, when a record has a newer
// format, or when `keep` fails.
Result<JournalReading> read_journal_until_damage(const std::filesystem::path& directory,
                                                 const JournalKnown& known,
                                                 const JournalScan::Keep& keep);
// Returns the whole records that come after the one of that number, wherever they begin: what can
// still be read behind damage. Records of a newer format are left out.
std::vector<JournalBatch> read_later_records(const std::filesystem::path& directory,
                                             std::uint64_t number);
// Reads as read_journal_until_damage does, and fails when there is damage.
Result<Done> read_journal(const std::filesystem::path& directory, const JournalKnown& known,
                          const JournalScan::Keep& keep);

}  // namespace farthing::store::embedded
