// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/database_error.hpp"

namespace farthing::store::postgres {
namespace {

// Returns advice by the code that PostgreSQL documents (appendix A).
std::string_view what_to_do(std::string_view state) {
  if (state == "42501") {
    return "give the server's role the right to read and write all tables of the schema farthing";
  }
  if (state.starts_with("42")) {
    return "the tables are not those of this version: put back what was renamed or dropped";
  }
  if (state == "57014") {
    return "something ends statements: take statement_timeout away from the role and the database";
  }
  if (state.starts_with("53")) return "give PostgreSQL more of what it lacks";
  return "look into PostgreSQL's log";
}

}  // namespace

DatabaseError concerning_all(DatabaseError error) {
  error.concerns_all = true;
  return error;
}

bool is_trouble_of_database(const DatabaseError& error) {
  if (error.failure == Failure::damaged) return error.concerns_all;
  return error.failure == Failure::refused && !error.state.empty() && !error.is_read_only;
}

std::string advice_on(const DatabaseError& error) {
  if (error.failure == Failure::damaged) return error.message;
  return error.message + ": " + std::string(what_to_do(error.state));
}

std::string_view reason_for_clients(const DatabaseError& error) {
  if (error.is_read_only) return "The server's database lets nothing be written.";
  if (error.is_late) return "The server's database did not answer in time.";
  switch (error.failure) {
    case Failure::lost:
      return "The server cannot reach its database.";
    case Failure::worker_lost:
      return "The part of the server's database that has this does not answer.";
    case Failure::conflict:
      return "Something else in the server's database holds what this needs.";
    case Failure::refused:
    case Failure::damaged:
      break;
  }
  return "The server's database refused to do this.";
}

}  // namespace farthing::store::postgres
