// SPDX-License-Identifier: Apache-2.0
// The first admin key of a store, handed to the operator as a file (mode 0600), in a data directory
// as admin.key (data_directory.hpp). The file has its name only once the key works; whenever the
// process dies on the way, the next start finishes it or begins anew, and never makes a key that
// nobody can have.
#pragma once

#include <filesystem>
#include <string>

#include "base/key_form.hpp"
#include "base/result.hpp"
#include "server/store/store.hpp"

namespace farthing::app {

enum class FirstKey {
  written,  // just now: tell the operator where
  existed,  // this store has had keys before
};

// Makes the first key, which begins with `prefix`, and writes it to `file`, unless the store has had
// keys before. The folder of `file` must exist, and nobody else may do the same for this store
// meanwhile. Blocks. The error is a sentence for the operator.
BasicResult<FirstKey, std::string> ensure_first_key(store::Store& store,
                                                    const std::filesystem::path& file,
                                                    const KeyPrefix& prefix);

}  // namespace farthing::app
