// SPDX-License-Identifier: Apache-2.0
// Takes away the rights of others to a data directory, which an earlier version or a careless hand
// may have given them: users' mail addresses are in its files.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace farthing::store::embedded {

// Makes `directory` itself and the named entries in it, with all that is in those that are
// directories, private to their owner. Leaves links, and what belongs to another user, as they are.
// Returns sentences about what others may still read or replace.
std::vector<std::string> make_private(const std::filesystem::path& directory,
                                      const std::vector<std::string>& names);

}  // namespace farthing::store::embedded
