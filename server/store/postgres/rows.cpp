// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/rows.hpp"

#include <libpq-fe.h>

#include "base/bytes.hpp"
#include "base/check.hpp"

namespace farthing::store::postgres {

void Rows::Clear::operator()(pg_result* result) const { PQclear(result); }

std::size_t Rows::size() const {
  return result_ ? static_cast<std::size_t>(PQntuples(result_.get())) : 0;
}

bool Rows::is_null(std::size_t row, int column) const {
  if (row >= size()) return true;
  CHECK(column < PQnfields(result_.get()));
  return PQgetisnull(result_.get(), static_cast<int>(row), column) != 0;
}

std::int64_t Rows::number(std::size_t row, int column) const {
  const std::string_view value = bytes(row, column);
  ByteReader reader(value);
  switch (value.size()) {
    case sizeof(std::int64_t):
      return reader.fixed<std::int64_t>();
    case sizeof(std::int32_t):
      return reader.fixed<std::int32_t>();
    case sizeof(std::int16_t):
      return reader.fixed<std::int16_t>();
    default:
      return 0;
  }
}

std::string_view Rows::bytes(std::size_t row, int column) const {
  if (row >= size()) return {};
  const int at = static_cast<int>(row);
  CHECK(column < PQnfields(result_.get()));
  return {PQgetvalue(result_.get(), at, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), at, column))};
}

Id128 Rows::id(std::size_t row, int column) const {
  const std::string_view value = bytes(row, column);
  return value.size() == sizeof(Id128::bytes) ? Id128::from_bytes(value) : Id128();
}

}  // namespace farthing::store::postgres
