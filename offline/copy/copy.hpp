// SPDX-License-Identifier: Apache-2.0
// Copies a whole store into an empty one, of the same kind or the other, and proves it: the source
// is verified before, the copy after, and both must have the same directory and the same entries,
// chain by chain. A copy that was killed goes on from what is there when it is made again;
// meanwhile the target is marked, and servers refuse it. Blocks; nobody else may work on the
// target.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "base/error.hpp"
#include "offline/inspect/inspection_report.hpp"
#include "server/app/store_location.hpp"

namespace farthing::copy {

enum class Step : std::uint8_t { verify_source, copy_directory, copy_entries, verify_copy };

struct Progress {
  Step step = Step::verify_source;
  std::uint64_t entries_done = 0;  // of `entries`, while they are copied
  std::uint64_t entries = 0;
};

struct CopyOptions {
  std::size_t batch_records = 1'000;  // of the directory, with one commit
  std::size_t batch_entries = 2'000;
  // Called when a step begins and after every commit; may be empty.
  std::function<void(const Progress&)> on_progress;
  // Called with what the operator should know of the target, as a sentence.
  std::function<void(const std::string&)> on_warning;
};

struct CopyReport {
  inspect::InspectionReport content;  // of both
  bool was_resumed = false;
};

// Errors are sentences for the operator. A source whose ledgers deviate is not copied.
Result<CopyReport> copy_store(const app::StoreLocation& from, const app::StoreLocation& to,
                              const CopyOptions& options);

}  // namespace farthing::copy
