// SPDX-License-Identifier: Apache-2.0
#include "server/http/request.hpp"

#include <algorithm>
#include <ranges>

#include "server/http/ascii.hpp"

namespace farthing::http {

std::optional<std::string_view> Request::header(KnownHeader name) const {
  const Known& known = known_[static_cast<std::size_t>(name)];
  if (known.count == 0) return {};
  return view(known.first);
}

std::optional<std::string_view> Request::header(std::string_view name) const {
  for (const Field& field : fields_) {
    if (equal_ignoring_case(view(field.name), name)) return view(field.value);
  }
  return {};
}

std::size_t Request::header_count(KnownHeader name) const {
  return known_[static_cast<std::size_t>(name)].count;
}

std::size_t Request::header_count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(
      fields_.begin(), fields_.end(),
      [&](const Field& field) { return equal_ignoring_case(view(field.name), name); }));
}

IpAddress Request::client_address() const {
  IpAddress client = peer_;
  if (proxies_ == nullptr) return client;
  for (const Field& field : std::views::reverse(fields_)) {
    if (!equal_ignoring_case(view(field.name), "x-forwarded-for")) continue;
    if (!proxies_->follow(view(field.value), client)) break;
  }
  return client;
}

void Request::clear() {
  head_ = nullptr;
  method_ = Method::get;
  version_ = Version::http_1_1;
  keep_alive_ = false;
  target_ = path_ = query_ = {};
  known_ = {};
  fields_.clear();
  body_ = {};
}

}  // namespace farthing::http
