// SPDX-License-Identifier: Apache-2.0
// The stored forms of docs/reference/formats.md, written a second time and from scratch, for code
// that must not trust the code that makes them.
#pragma once

#include <cstdint>
#include <string>

#include "server/ledger/entry.hpp"

namespace farthing::model {

std::string text_of(const Id128& id);
std::string text_of(const Digest& digest);

// Returns the own id of what an entry makes.
std::string entry_id(std::int64_t at_us, std::uint64_t seq);
std::string canonical_bytes_of(const ledger::Entry& entry);
std::string sha256_of(const std::string& bytes);
// Returns a decimal such as "12.5".
std::string decimal_of(std::int64_t nano);

}  // namespace farthing::model
