// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/parameters.hpp"

#include "base/bytes.hpp"

namespace farthing::store::postgres {

Parameters& Parameters::add(std::int64_t number) {
  ByteWriter(bytes_).fixed(number);
  return end_value();
}

Parameters& Parameters::add(const Id128& id) { return add(id.as_bytes()); }

Parameters& Parameters::add(std::string_view bytes) {
  bytes_.append(bytes);
  return end_value();
}

Parameters& Parameters::add_null() {
  values_.push_back({.begin = begin_, .length = 0, .is_null = true});
  return *this;
}

const char* Parameters::data(std::size_t index) const {
  const Value& value = values_[index];
  return value.is_null ? nullptr : bytes_.data() + value.begin;
}

// Writes one dimension whose first element has the number 1; an empty array has no dimension.
void Parameters::begin_array(std::uint32_t type, std::size_t size) {
  ByteWriter writer(bytes_);
  const bool is_empty = size == 0;
  writer.fixed<std::int32_t>(is_empty ? 0 : 1).fixed<std::int32_t>(1).fixed(type);
  if (is_empty) return;
  writer.fixed(static_cast<std::int32_t>(size)).fixed<std::int32_t>(1);
}

void Parameters::append_element(std::int64_t number) {
  ByteWriter(bytes_).fixed<std::int32_t>(sizeof number).fixed(number);
}

void Parameters::append_element(std::int16_t number) {
  ByteWriter(bytes_).fixed<std::int32_t>(sizeof number).fixed(number);
}

void Parameters::append_element(std::string_view bytes) {
  ByteWriter(bytes_).fixed(static_cast<std::int32_t>(bytes.size())).raw(bytes);
}

void Parameters::append_null_element() { ByteWriter(bytes_).fixed<std::int32_t>(-1); }

Parameters& Parameters::end_value() {
  values_.push_back({.begin = begin_, .length = bytes_.size() - begin_});
  begin_ = bytes_.size();
  return *this;
}

}  // namespace farthing::store::postgres
