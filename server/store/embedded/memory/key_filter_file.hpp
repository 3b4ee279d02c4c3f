// SPDX-License-Identifier: Apache-2.0
// The filter of idempotency keys over a stop that is in order, so that the next start need not read
// every key again. The file counts only for the derived part that it was written beside: it names
// the checkpoint, and is gone as soon as it has been taken in. One that is missing, of another
// checkpoint, torn or damaged is no harm. Stored: docs/reference/formats.md.
#pragma once

#include <filesystem>

#include "server/store/embedded/memory/key_filter.hpp"
#include "server/store/embedded/tables/checkpoint.hpp"

namespace farthing::store::embedded {

// `keys` has every key of the derived part as of `checkpoint`, and nobody adds to it meanwhile.
void write_key_filter(const std::filesystem::path& path, const KeyFilter& keys,
                      const Checkpoint& checkpoint);

// Whether `keys` has them now, beside what is added meanwhile. Not if anything was added before.
// The file is removed in any case.
bool take_key_filter(const std::filesystem::path& path, KeyFilter& keys,
                     const Checkpoint& checkpoint);

}  // namespace farthing::store::embedded
