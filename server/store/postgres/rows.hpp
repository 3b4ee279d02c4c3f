// SPDX-License-Identifier: Apache-2.0
// What a statement answered: rows of columns in PostgreSQL's binary form. Owns the memory that the
// views are of. The caller knows the columns' types; a null, a value of
// another length and a row that is not there read as zero or empty.
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
  // Takes the result over.
  explicit Rows(pg_result* result) : result_(result) {}

  std::size_t size() const;
  bool is_empty() const { return size() == 0; }
  bool is_null(std::size_t row, int column) const;
  // `bigint` and the smaller whole numbers.
  std::int64_t number(std::size_t row, int column) const;
  std::string_view bytes(std::size_t row, int column) const;
  Id128 id(std::size_t row, int column) const;
  // A `bigint` of microseconds.
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
