// SPDX-License-Identifier: Apache-2.0
// Follows the records of a journal through its segments, before it is written further or only to
// read it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "server/store/embedded/journal/journal_record.hpp"

namespace farthing::store::embedded {

// Stored: a segment's name is its index, in as many decimal digits as the largest has, and this.
inline constexpr std::string_view kSegmentExtension = ".log";

// Returns the indexes of a journal's segments, in order.
std::vector<std::uint64_t> list_segments(const std::filesystem::path& directory);
std::filesystem::path indexed_path(const std::filesystem::path& directory, std::uint64_t index,
                                   std::string_view extension);

class JournalScan {
 public:
  using Keep = std::function<Result<Done>(JournalBatch)>;

  // `keep` gets every record after number `after`, in order; it must outlive this.
  JournalScan(std::uint64_t after, const Keep& keep) : after_(after), keep_(keep) {}

  // What a segment holds that belongs there.
  struct Found {
    std::uint64_t last_number = 0;  // 0: nothing
    std::size_t end = 0;            // of its last record
  };
  // Reads the next segment, which is the whole of the file at `path`. Fails when a record that
  // others follow is missing or damaged, when the segment is not as long as it was made, or when
  // `keep` fails.
  Result<Found> follow(std::string_view segment, const std::filesystem::path& path);
  // Fails when the journal ends before `reach` or before `after`. Must be called behind the last
  // segment, with what JournalReach read before the first.
  Result<Done> check_reach(std::optional<std::uint64_t> reach) const;

  // Returns the number of the last record, or `after` if that is larger.
  std::uint64_t last_number() const { return last_ && *last_ > after_ ? *last_ : after_; }

 private:
  const std::uint64_t after_;
  const Keep& keep_;
  std::optional<std::uint64_t> last_;
  std::size_t segments_ = 0;
};

// Hands `keep` every record after number `after` of a journal that nobody writes, and changes
// nothing.
Result<Done> read_journal(const std::filesystem::path& directory, std::uint64_t after,
                          const JournalScan::Keep& keep);

}  // namespace farthing::store::embedded
