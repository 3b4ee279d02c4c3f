// SPDX-License-Identifier: Apache-2.0
// How Citus spreads the tables over its workers. The tables of the ledger are distributed by
// organization and stand side by side, so that a movement is about one worker. The directory and the
// audit log stay with the coordinator. The end of the audit log is known to Citus as a table of the
// coordinator: a transaction that writes it and a worker is committed in two phases.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "server/store/postgres/database_connection.hpp"

namespace farthing::store::postgres {

// Returns the tables that are distributed, the first being the one that the others stand beside.
std::span<const std::string_view> distributed_tables();

// A table as Citus knows it.
struct CitusTable {
  std::string name;
  enum class Kind : std::uint8_t { distributed, reference, local } kind{};
  std::string column;           // by which it is distributed
  std::int64_t colocation = 0;  // the same for tables that stand side by side
};

struct Distribution {
  bool has_citus = false;  // whether the database has the extension
  bool is_distributed = false;
  // What is missing, as a sentence for the operator; empty when nothing is.
  std::string fault;
};

// Judges the tables of the schema that Citus knows.
Distribution judge_distribution(const std::vector<CitusTable>& tables);
// Reads how the tables are spread. The schema must be there.
Checked<Distribution> read_distribution(DatabaseConnection& connection);
// Distributes what is not distributed yet, with the rows that are there. Fails when the database has
// no Citus. Must be called within a transaction.
Checked<Done> distribute(DatabaseConnection& connection);

}  // namespace farthing::store::postgres
