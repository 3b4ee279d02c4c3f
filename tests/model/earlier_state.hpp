// SPDX-License-Identifier: Apache-2.0
// States as earlier versions have stored them.
#pragma once

#include <string>

#include "base/bytes.hpp"
#include "server/ledger/state.hpp"

namespace farthing::model {

// Version 2: its spending is that of all days, and no amount in it is below zero.
inline std::string encode_as_version_2(const ledger::OrganizationState& state) {
  ledger::OrganizationState rest = state;
  rest.spending.clear();
  std::string bytes;
  ledger::append_encoded(rest, bytes);
  bytes.front() = '\2';
  bytes.pop_back();  // how many keys there are
  ByteWriter writer(bytes);
  writer.varint(state.spending.size());
  for (const auto& [key, spending] : state.spending) {
    writer.raw(key.as_bytes());
    for (const Credits amount : {spending.held, spending.total, spending.month, spending.day}) {
      writer.varint(static_cast<std::uint64_t>(amount.nano()));
    }
    writer.varint(spending.day_number);
  }
  return bytes;
}

}  // namespace farthing::model
