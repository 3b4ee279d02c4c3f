// SPDX-License-Identifier: Apache-2.0
// Follows the records of a journal through its segments, for whoever goes on writing it and for
// whoever only looks at it.
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

// The indexes of a journal's segments, in order.
std::vector<std::uint64_t> list_segments(const std::filesystem::path& directory);
std::filesystem::path indexed_path(const std::filesystem::path& directory, std::uint64_t index,
                                   std::string_view extension);

class JournalScan {
 public:
  using Keep = std::function<Result<Done>(JournalBatch)>;

  // `keep` gets every record after number `after`, in order; it must outlive this.
  JournalScan(std::uint64_t after, const Keep& keep) : after_(after), keep_(keep) {}

  // What a segment holds in its place.
  struct Found {
    std::uint64_t last_number = 0;  // 0: nothing
    std::size_t end = 0;            // of its last record
  };
  // Takes the whole of the next segment, the file at `path`. Fails when a record is missing or
  // damaged that others follow, when the segment is not as long as it was made, or when `keep`
  // fails.
  Result<Found> follow(std::string_view segment, const std::filesystem::path& path);
  // To be called behind the last segment, with what JournalReach read before the first. Fails when
  // the journal ends before that, or before `after`.
  Result<Done> check_reach(std::optional<std::uint64_t> reach) const;

  // Of the last record there was, or `after`.
  std::uint64_t last_number() const { return last_ && *last_ > after_ ? *last_ : after_; }

 private:
  const std::uint64_t after_;
  const Keep& keep_;
  std::optional<std::uint64_t> last_;
  std::size_t segments_ = 0;
};

// Hands over what a journal that nobody writes has after number `after`, and changes nothing.
Result<Done> read_journal(const std::filesystem::path& directory, std::uint64_t after,
                          const JournalScan::Keep& keep);

}  // namespace farthing::store::embedded
