// SPDX-License-Identifier: Apache-2.0
// CRC-32 as in ISO 3309 and zip files (reflected, polynomial 0x04c11db7): tells a mistyped text
// from a real one. It is no protection against people.
#pragma once

#include <cstdint>
#include <string_view>

namespace farthing::service {

std::uint32_t crc32(std::string_view bytes);

}  // namespace farthing::service
