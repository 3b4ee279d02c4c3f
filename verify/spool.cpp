// SPDX-License-Identifier: Apache-2.0
#include "verify/spool.hpp"

#include <algorithm>
#include <cstring>

namespace farthing::verify {
namespace {

using Place = std::uint64_t;
using Length = std::uint32_t;

}  // namespace

void Spool::put(std::uint64_t number, std::string_view value) {
  const std::size_t place_at = number * sizeof(Place);
  const std::size_t bytes = sizeof(Length) + value.size();
  if (!places_.reserve(place_at + sizeof(Place)) || !values_.reserve(values_end_ + bytes)) {
    has_failed_ = true;
    return;
  }
  const Place place = values_end_ + 1;
  std::memcpy(places_.data() + place_at, &place, sizeof place);
  const auto length = static_cast<Length>(value.size());
  std::memcpy(values_.data() + values_end_, &length, sizeof length);
  std::memcpy(values_.data() + values_end_ + sizeof length, value.data(), value.size());
  places_end_ = std::max(places_end_, place_at + sizeof place);
  values_end_ += bytes;
}

std::string_view Spool::get(std::uint64_t number) const {
  if (number >= places_end_ / sizeof(Place)) return {};
  Place place = 0;
  std::memcpy(&place, places_.data() + number * sizeof(Place), sizeof place);
  if (place == 0) return {};
  const char* value = values_.data() + (place - 1);
  Length length = 0;
  std::memcpy(&length, value, sizeof length);
  return {value + sizeof length, length};
}

void Spool::clear() {
  if (places_end_ > 0) std::memset(places_.data(), 0, places_end_);
  places_end_ = 0;
  values_end_ = 0;
}

}  // namespace farthing::verify
