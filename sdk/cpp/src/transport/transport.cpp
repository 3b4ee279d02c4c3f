// SPDX-License-Identifier: Apache-2.0
#include <farthing/transport.hpp>

#include "sdk/cpp/src/session/header_rules.hpp"

namespace farthing::sdk {

Transport::~Transport() = default;

const std::string* find_header(const std::vector<Header>& headers, std::string_view name) {
  for (const Header& header : headers) {
    if (equals_ignoring_case(header.name, name)) return &header.value;
  }
  return nullptr;
}

}  // namespace farthing::sdk
