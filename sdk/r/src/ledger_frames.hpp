// SPDX-License-Identifier: Apache-2.0
// Models of the /v1 API as the columns of a data frame: a named list of vectors of one length, one
// element a model. Amounts are columns of doubles, each beside a column of the exact decimals with
// `_text` behind the same name. What a model does not have is NA. R/ledger_frames.R makes the
// frame.
#pragma once

#include <cpp11.hpp>

#include <vector>

#include <farthing/entry_models.hpp>
#include <farthing/key_models.hpp>
#include <farthing/ledger_models.hpp>
#include <farthing/models.hpp>
#include <farthing/story_models.hpp>

#include "columns.hpp"

namespace farthing::r {

// All throw NullCharacter. The columns are the fields of the model (columns.hpp).
template <class T>
cpp11::sexp r_columns(const std::vector<T>& models) {
  return columns_of(models);
}
// Has a column `secret` where there is one key, and it has its secret.
cpp11::sexp r_columns(const std::vector<sdk::ApiKey>& keys);
cpp11::sexp r_columns(const std::vector<sdk::KeyVerdict>& verdicts);
// Includes `charge` (the id of what the capture made), `charged`, and `grants` as for charges.
cpp11::sexp r_columns(const std::vector<sdk::CapturedHold>& holds);
// Includes `key` and `caller_key`, the ids of the keys.
cpp11::sexp r_columns(const std::vector<sdk::LedgerEntry>& entries);

}  // namespace farthing::r
