// SPDX-License-Identifier: Apache-2.0
// The tasks of operators on a store itself, beside a server. Each opens the store, does its work
// and closes it again, and blocks meanwhile. Errors are sentences for the operator.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/key_form.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "server/app/first_key.hpp"
#include "server/app/store_location.hpp"
#include "server/store/clock_set_back.hpp"
#include "server/store/embedded/journal_loss.hpp"
#include "server/store/postgres/schema.hpp"

namespace farthing::app {

// Returns whether there is a store; a database is not asked and counts as one.
bool is_store_there(const StoreLocation& location);

// Makes another admin key, which begins with `prefix`. No server may have the data directory open; on
// a database they may. What the store tells while it is open goes to `tell`.
BasicResult<Secret, std::string> make_admin_key(const StoreLocation& location,
                                                const KeyPrefix& prefix,
                                                std::function<void(const std::string&)> tell);

// Sets a store's ledger time back to the clock where it is ahead, or only finds what that would do.
// No server may run on the store, a database included.
BasicResult<store::ClockSetBack, std::string> set_clock_back(const StoreLocation& location,
                                                             store::SetBackMode mode);

// Finds what the journal of a data directory has lost, and accepts the loss if `word` is that of it.
// No server may have the directory open.
BasicResult<store::embedded::JournalLoss, std::string> accept_journal_loss(
    const std::filesystem::path& data, const std::optional<std::string>& word);

// Makes the tables of this version in a database, or brings them up to it, and distributes them if
// that is asked for. Any number of these may run at once.
using store::postgres::Migrated;
using store::postgres::Spread;
BasicResult<Migrated, std::string> migrate_database(const StoreLocation& location, Spread spread);
// Applies what waits until no server of before is left; returns the numbers of the migrations.
BasicResult<std::vector<std::int64_t>, std::string> finish_migrations(
    const StoreLocation& location);

// Makes the first admin key, which begins with `prefix`, of a database that has its tables. Any
// number of these may run at once.
BasicResult<FirstKey, std::string> make_first_key(const StoreLocation& location,
                                                  const std::filesystem::path& file,
                                                  const KeyPrefix& prefix);

}  // namespace farthing::app
