// SPDX-License-Identifier: Apache-2.0
// Takes from others what an earlier version or a careless hand has let them have of a data
// directory: users' mail addresses are in its files.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace farthing::store::embedded {

// Leaves to its owner alone `directory` itself and, of what is in it, the entries named, with all
// that is in those that are directories. What belongs to another user, and links, are left as they
// are. Answers sentences about what others may read or replace after all.
std::vector<std::string> make_private(const std::filesystem::path& directory,
                                      const std::vector<std::string>& names);

}  // namespace farthing::store::embedded
