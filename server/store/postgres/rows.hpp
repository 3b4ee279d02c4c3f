// SPDX-License-Identifier: Apache-2.0
// The answer to a statement: rows of columns in PostgreSQL's binary form. Owns the memory of the
// views that it returns. The caller knows the columns' types; a null, a value of another length and
// a row that is not there read as zero or empty.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/id.hpp"
#include "base/instant.hpp"

struct pg_result;

namespace farthing::store::postgres {

class Rows {
 public:
  Rows() = default;
  // Takes over the result, which it frees.
  explicit Rows(pg_result* result) : result_(result) {}

  std::size_t size() const;
  bool is_empty() const { return size() == 0; }
  bool is_null(std::size_t row, int column) const;
  // Reads a `bigint` or a smaller whole number.
  std::int64_t number(std::size_t row, int column) const;
  std::string_view bytes(std::size_t row, int column) const;
  Id128 id(std::size_t row, int column) const;
  // Reads a `bigint` of microseconds.
  Instant instant(std::size_t row, int column) const {
    return Instant::from_us(number(row, column));
  }

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

}  // namespace farthing::store::postgres
