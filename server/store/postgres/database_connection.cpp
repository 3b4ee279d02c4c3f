// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/database_connection.hpp"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <utility>

#include "server/store/postgres/schema.hpp"

namespace farthing::store::postgres {
namespace {

// The settings of a connection whose URL does not say otherwise. A host that does not answer is
// given up in seconds, during connecting and later. A primary that lets nothing be written is
// accepted, too: reads go on.
constexpr std::array kDefaults = {
    std::pair{"connect_timeout", "3"},  std::pair{"target_session_attrs", "primary"},
    std::pair{"keepalives_idle", "5"},  std::pair{"keepalives_interval", "2"},
    std::pair{"keepalives_count", "3"}, std::pair{"tcp_user_timeout", "10000"},
};

// Returns how the connection is called in pg_stat_activity. It says which migration the program
// knows: a migration is not finished while programs of before it are connected.
const char* application_name() {
  static const std::string name = "farthing/" + std::to_string(all_migrations().back().number);
  return name.c_str();
}

// Every statement finds its rows by their keys. Plans are therefore made once, and never scan a
// table because it was small when they were made. Citus is left the choice, because it can find the
// shard of some statements only when it knows their parameters. A session that stops within a
// transaction, holding locks, is cut off.
constexpr const char* kSetUp =
    "SELECT set_config('enable_seqscan', 'off', false), set_config('enable_hashjoin', 'off', "
    "false),"
    " set_config('enable_mergejoin', 'off', false),"
    " set_config('plan_cache_mode', CASE WHEN EXISTS"
    "  (SELECT FROM pg_catalog.pg_extension WHERE extname = 'citus')"
    "  THEN 'auto' ELSE 'force_generic_plan' END, false),"
    " set_config('idle_in_transaction_session_timeout', '10s', false),"
    " set_config('lock_timeout', '10s', false),"
    " set_config('default_transaction_isolation', 'read committed', false)";

constexpr std::chrono::milliseconds kSetUpTimeout{5'000};

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

// Returns the first line, without its end.
std::string first_line(const char* text) {
  const std::string_view all(text == nullptr ? "" : text);
  return std::string(all.substr(0, all.find('\n')));
}

bool is_one_of(std::string_view code, std::initializer_list<std::string_view> codes) {
  return std::ranges::find(codes, code) != codes.end();
}

// Classifies by the code that PostgreSQL documents (appendix A), and by whether the session is over.
Failure classify(std::string_view code, bool is_over) {
  // serialization_failure, deadlock_detected, lock_not_available
  if (is_one_of(code, {"40001", "40P01", "55P03"})) return Failure::conflict;
  // A coordinator of Citus passes on that it lost a worker, or that one was shut down. A
  // protocol_violation is our own.
  const bool is_about_connection = code.starts_with("08") || code.starts_with("57P");
  if (is_about_connection && !is_over && code != "08P01") return Failure::worker_lost;
  // connection exceptions, shutdowns and starts, too many connections, a standby, a session cut off
  // within a transaction; and prepared plans of this connection that are no longer valid
  if (is_about_connection || is_one_of(code, {"53300", "25006", "25P03", "26000", "0A000"})) {
    return Failure::lost;
  }
  // Impossible values and duplicate rows: all values are checked before they are sent, so what is
  // stored is not what was written.
  if (code.starts_with("22") || code.starts_with("23")) return Failure::damaged;
  return Failure::refused;
}

}  // namespace

// The answers that must come, in order.
struct DatabaseConnection::Sent {
  const char* prepares = nullptr;  // the name, if it only prepares
};

std::string DatabaseConnection::find_fault(const std::string& conninfo) {
  char* error = nullptr;
  const Options options(PQconninfoParse(conninfo.c_str(), &error));
  // libpq's words may quote what they are about.
  if (error != nullptr) PQfreemem(error);
  return options ? std::string()
                 : "it is neither a postgres:// URL nor key=value settings of libpq";
}

bool DatabaseConnection::has_password(const std::string& conninfo) {
  const Options options(PQconninfoParse(conninfo.c_str(), nullptr));
  if (!options) return false;
  for (const PQconninfoOption* each = options.get(); each->keyword != nullptr; ++each) {
    const std::string_view name(each->keyword);
    if ((name == "password" || name == "sslpassword") && each->val != nullptr) return true;
  }
  return false;
}

Checked<std::unique_ptr<DatabaseConnection>> DatabaseConnection::connect(
    const std::string& conninfo) {
  if (auto fault = find_fault(conninfo); !fault.empty()) {
    return DatabaseError{.failure = Failure::refused, .message = std::move(fault)};
  }
  const Options options(PQconninfoParse(conninfo.c_str(), nullptr));
  std::vector<const char*> names;
  std::vector<const char*> values;
  for (const PQconninfoOption* each = options.get(); each->keyword != nullptr; ++each) {
    if (each->val == nullptr) continue;
    names.push_back(each->keyword);
    values.push_back(each->val);
  }
  const auto set_default = [&](const char* name, const char* value) {
    const auto is_named = [&](const char* other) { return std::string_view(other) == name; };
    if (std::ranges::any_of(names, is_named)) return;
    names.push_back(name);
    values.push_back(value);
  };
  set_default("application_name", application_name());
  for (const auto& [name, value] : kDefaults) set_default(name, value);
  names.push_back(nullptr);
  values.push_back(nullptr);

  std::unique_ptr<DatabaseConnection> connection(
      new DatabaseConnection(PQconnectdbParams(names.data(), values.data(), 0)));
  if (auto done = connection->set_up(); !done) return std::move(done).error();
  return connection;
}

DatabaseConnection::~DatabaseConnection() { PQfinish(connection_); }

Checked<Done> DatabaseConnection::set_up() {
  if (PQstatus(connection_) != CONNECTION_OK) {
    return lost("cannot connect to the database: " + first_line(PQerrorMessage(connection_)));
  }
  PQsetNoticeReceiver(connection_, &DatabaseConnection::note_notice, this);
  if (PQsetnonblocking(connection_, 1) != 0 || PQenterPipelineMode(connection_) != 1) {
    return lost("cannot set the connection up: " + first_line(PQerrorMessage(connection_)));
  }
  const Statement set_up{.sql = kSetUp};
  const std::array calls = {Call{.statement = set_up}};
  auto done = run(calls, kSetUpTimeout);
  if (!done) return std::move(done).error();
  return Done{};
}

void DatabaseConnection::note_notice(void* connection, const pg_result* notice) {
  const char* severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
  if (severity != nullptr && std::string_view(severity) == "WARNING") {
    static_cast<DatabaseConnection*>(connection)->has_warned_ = true;
  }
}

bool DatabaseConnection::take_warning() { return std::exchange(has_warned_, false); }

bool DatabaseConnection::is_usable() const {
  return !is_lost_ && PQstatus(connection_) == CONNECTION_OK;
}

bool DatabaseConnection::is_in_transaction() const {
  return PQtransactionStatus(connection_) != PQTRANS_IDLE;
}

DatabaseError DatabaseConnection::lost(std::string message) {
  is_lost_ = true;
  return {.failure = Failure::lost, .message = std::move(message)};
}

DatabaseError DatabaseConnection::failure_of(const pg_result* result) {
  const char* code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  std::string message =
      words != nullptr ? first_line(words) : first_line(PQresultErrorMessage(result));
  if (code == nullptr || PQstatus(connection_) == CONNECTION_BAD) {
    return lost("the connection to the database was lost: " + message);
  }
  message = "the database says: " + message + " (" + code + ")";
  // disk_full, read_only_sql_transaction
  const bool is_read_only = is_one_of(code, {"53100", "25006"});
  const char* severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  const bool is_over = severity == nullptr || std::string_view(severity) != "ERROR";
  DatabaseError error{.failure = classify(code, is_over),
                      .message = std::move(message),
                      .is_read_only = is_read_only,
                      .state = code};
  if (error.failure == Failure::lost) is_lost_ = true;
  if (error.failure == Failure::damaged) {
    error.message = "the database is damaged: " + error.message;
    error.concerns_all = true;
  }
  return error;
}

Checked<std::vector<DatabaseConnection::Sent>> DatabaseConnection::send(
    std::span<const Call> calls) {
  const auto fail = [this] {
    return lost("cannot send to the database: " + first_line(PQerrorMessage(connection_)));
  };
  std::vector<Sent> sent;
  std::set<std::string_view> preparing;
  for (const Call& call : calls) {
    const auto& [statement, parameters] = call;
    const std::size_t count = parameters.size();
    std::vector<const char*> values(count);
    std::vector<int> lengths(count);
    for (std::size_t i = 0; i < count; ++i) {
      values[i] = parameters.data(i);
      lengths[i] = parameters.length(i);
    }
    const std::vector<int> formats(count, 1);
    const int size = static_cast<int>(count);
    if (statement.name == nullptr) {
      if (PQsendQueryParams(connection_, statement.sql, size, nullptr, values.data(),
                            lengths.data(), formats.data(), 1) != 1) {
        return fail();
      }
    } else {
      if (!prepared_.contains(statement.name) && preparing.insert(statement.name).second) {
        if (PQsendPrepare(connection_, statement.name, statement.sql, 0, nullptr) != 1) {
          return fail();
        }
        sent.push_back({.prepares = statement.name});
      }
      if (PQsendQueryPrepared(connection_, statement.name, size, values.data(), lengths.data(),
                              formats.data(), 1) != 1) {
        return fail();
      }
    }
    sent.push_back({});
  }
  if (PQpipelineSync(connection_) != 1) return fail();
  return sent;
}

Checked<std::vector<Rows>> DatabaseConnection::run(std::span<const Call> calls,
                                                   std::chrono::milliseconds timeout) {
  const Deadline deadline = std::chrono::steady_clock::now() + timeout;
  const auto sent = send(calls);
  if (!sent) return sent.error();
  std::vector<Rows> answers;
  answers.reserve(calls.size());
  std::optional<DatabaseError> error;
  for (const Sent& each : *sent) {
    auto result = next_result(deadline);
    if (!result) return std::move(result).error();
    Rows rows(*result);
    const ExecStatusType status = PQresultStatus(*result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
      if (each.prepares != nullptr) prepared_.insert(each.prepares);
      if (each.prepares == nullptr) answers.push_back(std::move(rows));
    } else if (!error) {
      error = failure_of(*result);
      if (is_lost_) return *std::move(error);
    }
    // Each statement's answers end with a null.
    auto end = next_result(deadline);
    if (!end) return std::move(end).error();
    if (*end != nullptr) PQclear(*end);
  }
  auto sync = next_result(deadline);
  if (!sync) return std::move(sync).error();
  const bool is_in_step = PQresultStatus(*sync) == PGRES_PIPELINE_SYNC;
  PQclear(*sync);
  if (!is_in_step) return lost("the database's answers are out of step");
  if (error) return *std::move(error);
  return answers;
}

Checked<Done> DatabaseConnection::run_script(const std::string& sql,
                                             std::chrono::milliseconds timeout) {
  if (PQexitPipelineMode(connection_) != 1 || PQsendQuery(connection_, sql.c_str()) != 1) {
    return lost("cannot send to the database: " + first_line(PQerrorMessage(connection_)));
  }
  const Deadline deadline = std::chrono::steady_clock::now() + timeout;
  std::optional<DatabaseError> error;
  for (;;) {
    auto result = next_result(deadline);
    if (!result) return std::move(result).error();
    if (*result == nullptr) break;
    const Rows owner(*result);
    if (PQresultStatus(*result) == PGRES_FATAL_ERROR && !error) error = failure_of(*result);
  }
  if (PQenterPipelineMode(connection_) != 1) return lost("cannot set the connection up again");
  if (error) return *std::move(error);
  return Done{};
}

Checked<pg_result*> DatabaseConnection::next_result(Deadline deadline) {
  for (;;) {
    const int unsent = PQflush(connection_);
    if (unsent < 0) {
      return lost("cannot send to the database: " + first_line(PQerrorMessage(connection_)));
    }
    if (PQisBusy(connection_) == 0) break;
    const short events = unsent > 0 ? POLLIN | POLLOUT : POLLIN;
    if (auto done = wait(deadline, events); !done) return std::move(done).error();
    if (PQconsumeInput(connection_) != 1) {
      return lost("the connection to the database was lost: " +
                  first_line(PQerrorMessage(connection_)));
    }
  }
  return PQgetResult(connection_);
}

Checked<Done> DatabaseConnection::wait(Deadline deadline, short events) {
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
      DatabaseError error = lost("the database did not answer in time");
      error.is_late = true;
      return error;
    }
    pollfd waiting{.fd = PQsocket(connection_), .events = events, .revents = 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(left.count()));
    if (ready > 0) return Done{};
    if (ready < 0 && errno != EINTR) return lost("cannot wait for the database");
  }
}

}  // namespace farthing::store::postgres
