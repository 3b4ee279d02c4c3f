// SPDX-License-Identifier: Apache-2.0
// The values of a statement's parameters in PostgreSQL's binary form, in order: numbers, ids, byte
// strings, and arrays of them, so that a batch of any size is one statement. A plain value.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"

namespace farthing::store::postgres {

// Returns the number of an entry or of a record of the audit log as PostgreSQL has it.
inline std::int64_t as_number(std::uint64_t number) { return static_cast<std::int64_t>(number); }

class Parameters {
 public:
  // Adds a `bigint`.
  Parameters& add(std::int64_t number);
  // Adds a `uuid`.
  Parameters& add(const Id128& id);
  // Adds a `bytea`.
  Parameters& add(std::string_view bytes);
  Parameters& add_null();

  // These add arrays of `uuid`, `bigint`, `smallint` and `bytea`. `to_element` returns each
  // element, as an optional where it may be null.
  template <class Range, class ToElement>
  Parameters& add_ids(const Range& range, ToElement to_element) {
    return add_array(kUuid, range, to_element);
  }
  template <class Range, class ToElement>
  Parameters& add_numbers(const Range& range, ToElement to_element) {
    return add_array(kBigint, range, to_element);
  }
  template <class Range, class ToElement>
  Parameters& add_small_numbers(const Range& range, ToElement to_element) {
    return add_array(kSmallint, range, to_element);
  }
  template <class Range, class ToElement>
  Parameters& add_byte_strings(const Range& range, ToElement to_element) {
    return add_array(kBytea, range, to_element);
  }

  std::size_t size() const { return values_.size(); }
  // Returns a null pointer for a null. Valid until the next change.
  const char* data(std::size_t index) const;
  int length(std::size_t index) const { return static_cast<int>(values_[index].length); }

 private:
  // The numbers of PostgreSQL's types; they are part of its protocol.
  static constexpr std::uint32_t kBytea = 17;
  static constexpr std::uint32_t kBigint = 20;
  static constexpr std::uint32_t kSmallint = 21;
  static constexpr std::uint32_t kUuid = 2950;

  struct Value {
    std::size_t begin = 0;
    std::size_t length = 0;
    bool is_null = false;
  };

  template <class Range, class ToElement>
  Parameters& add_array(std::uint32_t type, const Range& range, ToElement to_element) {
    begin_array(type, range.size());
    for (const auto& each : range) append_element(to_element(each));
    return end_value();
  }
  void begin_array(std::uint32_t type, std::size_t size);
  void append_element(std::int64_t number);
  void append_element(std::int16_t number);
  void append_element(const Id128& id) { append_element(id.as_bytes()); }
  void append_element(std::string_view bytes);
  template <class T>
  void append_element(const std::optional<T>& element) {
    if (element) return append_element(*element);
    append_null_element();
  }
  void append_null_element();
  Parameters& end_value();

  std::string bytes_;  // of all values, end to end
  std::size_t begin_ = 0;
  std::vector<Value> values_;
};

}  // namespace farthing::store::postgres
