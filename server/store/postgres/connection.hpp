// SPDX-License-Identifier: Apache-2.0
// One connection to the database, owned: libpq in pipeline mode behind it. Statements are sent
// together and answered together, so a list of them costs one round trip. Prepares each statement
// once. For one thread at a time; every call ends within its timeout.
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

// One text of SQL under the name that it is prepared with. Constants only: connections remember the
// names.
struct Statement {
  const char* name = nullptr;  // null: not prepared, for what is run once
  const char* sql = nullptr;
};

struct Call {
  const Statement& statement;
  Parameters parameters = {};
};

// How long a statement of a tool may take that works through a whole database.
inline constexpr std::chrono::milliseconds kToolTimeout{60'000};

class Connection {
 public:
  // `conninfo` is a URL or a string of libpq's keywords; what it leaves out comes from libpq's
  // environment (PGPASSWORD, PGPASSFILE, PGSERVICE and so on). Several hosts are tried in turn, and
  // one that is no primary is passed over. At most some seconds a host.
  static Checked<std::unique_ptr<Connection>> connect(const std::string& conninfo);
  // Why `conninfo` cannot be read, in words without what it says; nothing when it can.
  static std::string find_fault(const std::string& conninfo);
  // Whether a password stands in it.
  static bool has_password(const std::string& conninfo);

  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Sends all, and returns one answer for each. When one fails, those after it are not carried out,
  // and a transaction that is open can only be rolled back.
  Checked<std::vector<Rows>> run(std::span<const Call> calls, std::chrono::milliseconds timeout);
  // Several statements at once, without parameters, for migrations.
  Checked<Done> run_script(const std::string& sql, std::chrono::milliseconds timeout);

  // False once it is lost.
  bool is_usable() const;
  // Whether a transaction is open that this connection began.
  bool is_in_transaction() const;
  // Whether the database warned since the last call of this: a COMMIT may then not be where
  // synchronous replication would have it.
  bool take_warning();

 private:
  using Deadline = std::chrono::steady_clock::time_point;
  struct Sent;

  explicit Connection(pg_conn* connection) : connection_(connection) {}
  Checked<Done> set_up();
  Checked<std::vector<Sent>> send(std::span<const Call> calls);
  Checked<Done> flush(Deadline deadline);
  // Null when there is nothing more of one statement.
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
