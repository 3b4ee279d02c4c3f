// SPDX-License-Identifier: Apache-2.0
// Owns one connection to the database, by libpq in pipeline mode. Statements are sent together and
// answered together, so a list of them costs one round trip. Prepares each statement once. For one
// thread at a time; every call ends within its timeout.
#pragma once

#include <chrono>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "server/store/postgres/database_error.hpp"
#include "server/store/postgres/parameters.hpp"
#include "server/store/postgres/rows.hpp"

struct pg_conn;
struct pg_result;

namespace farthing::store::postgres {

// A text of SQL and the name that it is prepared under. Must be a constant: connections remember
// the names.
struct Statement {
  const char* name = nullptr;  // null: not prepared, for what is run once
  const char* sql = nullptr;
};

struct Call {
  const Statement& statement;
  Parameters parameters = {};
};

// The timeout for statements of tools that work through a whole database.
inline constexpr std::chrono::milliseconds kToolTimeout{60'000};

class DatabaseConnection {
 public:
  // Connects. `conninfo` is a URL or a string of libpq's keywords; what it leaves out comes from
  // libpq's environment (PGPASSWORD, PGPASSFILE, PGSERVICE and so on). Several hosts are tried in
  // turn, for some seconds each; one that is no primary is passed over.
  static Checked<std::unique_ptr<DatabaseConnection>> connect(const std::string& conninfo);
  // Returns why `conninfo` cannot be read, without quoting it; empty when it can be read.
  static std::string find_fault(const std::string& conninfo);
  // Returns whether it contains a password.
  static bool has_password(const std::string& conninfo);

  ~DatabaseConnection();
  DatabaseConnection(const DatabaseConnection&) = delete;
  DatabaseConnection& operator=(const DatabaseConnection&) = delete;

  // Sends all calls and returns one answer for each. When one fails, those after it are not carried
  // out, and an open transaction can only be rolled back.
  Checked<std::vector<Rows>> run(std::span<const Call> calls, std::chrono::milliseconds timeout);
  // Runs several statements at once, without parameters, for migrations.
  Checked<Done> run_script(const std::string& sql, std::chrono::milliseconds timeout);

  // Returns false once the connection is lost.
  bool is_usable() const;
  // Returns whether a transaction is open on this connection.
  bool is_in_transaction() const;
  // Returns whether the database has warned since the last call of this. After a warning a COMMIT
  // may not have reached the standbys that synchronous replication asks for.
  bool take_warning();

 private:
  using Deadline = std::chrono::steady_clock::time_point;
  struct Sent;

  explicit DatabaseConnection(pg_conn* connection) : connection_(connection) {}
  Checked<Done> set_up();
  Checked<std::vector<Sent>> send(std::span<const Call> calls);
  Checked<Done> flush(Deadline deadline);
  // Returns null at the end of one statement's results.
  Checked<pg_result*> next_result(Deadline deadline);
  Checked<Done> wait(Deadline deadline, short events);
  DatabaseError lost(std::string message);
  DatabaseError failure_of(const pg_result* result);
  static void note_notice(void* connection, const pg_result* notice);

  pg_conn* connection_;
  bool is_lost_ = false;
  bool has_warned_ = false;
  std::set<std::string_view> prepared_;
};

}  // namespace farthing::store::postgres
