// SPDX-License-Identifier: Apache-2.0
// The server's configuration file (TOML): docs/operating/configuration.md lists every setting. What
// is not known, or not of the right type or range, is an error; nothing is passed over in silence.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"
#include "server/app/server_options.hpp"

namespace farthing::app {

// Sets in `options` what the file says. The error names the file and the setting.
BasicResult<Done, std::string> read_config_file(const std::filesystem::path& path,
                                                ServerOptions& options);

}  // namespace farthing::app
