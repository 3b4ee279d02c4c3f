// SPDX-License-Identifier: Apache-2.0
// Stored entries, states and records: hostile bytes are refused or read, and what was read is
// written and read again as the same.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.hpp"
#include "server/ledger/entry.hpp"
#include "server/ledger/record.hpp"
#include "server/ledger/state.hpp"

namespace {

using namespace farthing::ledger;

std::string bytes_of(const Entry& entry) {
  std::string out;
  append_encoded(entry, canonical_bytes(entry), out);
  return out;
}
std::string bytes_of(const Record& record) {
  std::string out;
  append_encoded(record, out);
  return out;
}
std::string bytes_of(const OrganizationState& state) {
  std::string out;
  append_encoded(state, out);
  return out;
}

template <class Decoded>
void expect_stable(const std::optional<Decoded>& decoded,
                   std::optional<Decoded> (*decode)(std::string_view)) {
  if (!decoded) return;
  const std::string bytes = bytes_of(*decoded);
  const auto again = decode(bytes);
  CHECK(again.has_value());
  CHECK(bytes_of(*again) == bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  expect_stable(decode_entry(bytes), &decode_entry);
  expect_stable(decode_state(bytes), &decode_state);
  expect_stable(decode_record(bytes), &decode_record);
  return 0;
}
