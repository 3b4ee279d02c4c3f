// SPDX-License-Identifier: Apache-2.0
// Stores to copy, and what is in them down to the last byte, so that a copy can be compared.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "server/app/store_location.hpp"
#include "server/store/store.hpp"

namespace farthing::copy::testing {

// Something of everything: every kind of entry and of directory record, in organizations of many
// entries, of few and of none.
struct Sample {
  OrganizationId busy;   // 1 500 entries and more
  OrganizationId owing;  // owes for a charge
  OrganizationId empty;
  ledger::Command charge;  // the first one of `busy`, settled
};
Sample fill(store::Store& store);

// The clock of the tests. Every store has its own time; this one goes on by itself with each that
// is opened.
ManualClock& test_clock();
// Opened with that clock. The store must not be in use.
std::unique_ptr<store::Store> open_directory(const std::filesystem::path& directory);
std::unique_ptr<store::Store> open_database();

// Where a database is that tests may do with as they like, without a store in it yet but with the
// tables of one.
bool has_database();
app::StoreLocation empty_database();
app::StoreLocation database();
app::StoreLocation directory(const std::filesystem::path& path);

// What is in every family of a store that is closed, and in every table, by name. Left out is what
// says how the content came there.
using Dump = std::map<std::string, std::vector<std::string>>;
Dump dump_directory(const std::filesystem::path& directory);
Dump dump_database();
// As the database's owner.
void run_sql(const std::string& sql);
// The first column of the answer, which must be a text.
std::vector<std::string> query(const std::string& sql);

}  // namespace farthing::copy::testing
