// SPDX-License-Identifier: Apache-2.0
// Keeps the filter of idempotency keys over an orderly stop, so that the next start need not read
// every key again. The file counts only for the derived part that it was written beside: it names
// the checkpoint, and is removed as soon as it has been read. A file that is missing, of another
// checkpoint, torn or damaged does no harm. Stored: docs/reference/formats.md.
#pragma once

#include <filesystem>

#include "server/store/embedded/memory/key_filter.hpp"
#include "server/store/embedded/tables/checkpoint.hpp"

namespace farthing::store::embedded {

// Writes the file. `keys` must have every key of the derived part as of `checkpoint`, and nobody
// may add to it meanwhile.
void write_key_filter(const std::filesystem::path& path, const KeyFilter& keys,
                      const Checkpoint& checkpoint);

// Reads the file into `keys` and removes it in any case. Returns whether `keys` has every key of
// the derived part now; false if anything was added to it before.
bool take_key_filter(const std::filesystem::path& path, KeyFilter& keys,
                     const Checkpoint& checkpoint);

}  // namespace farthing::store::embedded
