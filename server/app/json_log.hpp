// SPDX-License-Identifier: Apache-2.0
// The server's log: one JSON object a line on stderr, {"at": …, "level": …, "message": …}. Safe to
// use from any thread.
#pragma once

#include <memory>

#include "server/app/server_options.hpp"

namespace spdlog {
class logger;
}

namespace farthing::app {

std::shared_ptr<spdlog::logger> make_json_logger(LogLevel level);

}  // namespace farthing::app
