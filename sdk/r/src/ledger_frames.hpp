// SPDX-License-Identifier: Apache-2.0
// Models of the /v1 API as the columns of a data frame: a named list of vectors of one length, one
// element a model. Amounts are columns of doubles, each beside a column of the exact decimals,
// named alike with `_text` behind. What a model does not have is NA. R/ledger_frames.R makes the
// frame.
#pragma once

#include <cpp11.hpp>

#include <vector>

#include <farthing/entry_models.hpp>
#include <farthing/ledger_models.hpp>
#include <farthing/models.hpp>

namespace farthing::r {

// All throw NullCharacter.
cpp11::sexp r_columns(const std::vector<sdk::User>& users);
cpp11::sexp r_columns(const std::vector<sdk::Organization>& organizations);
cpp11::sexp r_columns(const std::vector<sdk::OrganizationBalance>& balances);
cpp11::sexp r_columns(const std::vector<sdk::Membership>& memberships);
cpp11::sexp r_columns(const std::vector<sdk::Member>& members);
cpp11::sexp r_columns(const std::vector<sdk::ApiKey>& keys);
cpp11::sexp r_columns(const std::vector<sdk::Grant>& grants);
// With a list column `grants`: what each grant paid.
cpp11::sexp r_columns(const std::vector<sdk::Charge>& charges);
// The same; `key` and `caller_key` are columns of their own.
cpp11::sexp r_columns(const std::vector<sdk::LedgerEntry>& entries);

}  // namespace farthing::r
