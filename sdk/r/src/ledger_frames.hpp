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

namespace farthing::r {

// All throw NullCharacter.
cpp11::sexp r_columns(const std::vector<sdk::User>& users);
cpp11::sexp r_columns(const std::vector<sdk::Organization>& organizations);
// Includes a list column `grants`: what each has left.
cpp11::sexp r_columns(const std::vector<sdk::OrganizationBalance>& balances);
cpp11::sexp r_columns(const std::vector<sdk::Membership>& memberships);
cpp11::sexp r_columns(const std::vector<sdk::Member>& members);
cpp11::sexp r_columns(const std::vector<sdk::ApiKey>& keys);
cpp11::sexp r_columns(const std::vector<sdk::LeakedKey>& keys);
cpp11::sexp r_columns(const std::vector<sdk::KeyVerdict>& verdicts);
cpp11::sexp r_columns(const std::vector<sdk::Grant>& grants);
cpp11::sexp r_columns(const std::vector<sdk::VoidedGrant>& grants);
// Includes a list column `grants`: what each grant paid, or got back.
cpp11::sexp r_columns(const std::vector<sdk::Charge>& charges);
// Includes the list columns `grants`, as for charges, and `refunds`.
cpp11::sexp r_columns(const std::vector<sdk::ChargeStory>& charges);
cpp11::sexp r_columns(const std::vector<sdk::Refund>& refunds);
// Includes the list columns `grants`, what was set aside of each, and `captures`, what each took
// and the charge that it made.
cpp11::sexp r_columns(const std::vector<sdk::HoldStory>& holds);
cpp11::sexp r_columns(const std::vector<sdk::ChangedHold>& holds);
// Includes `charge` (the id of what the capture made), `charged`, and `grants` as for charges.
cpp11::sexp r_columns(const std::vector<sdk::CapturedHold>& holds);
// Includes `grants` as for charges; `key` and `caller_key` are columns of their own.
cpp11::sexp r_columns(const std::vector<sdk::LedgerEntry>& entries);

}  // namespace farthing::r
