// SPDX-License-Identifier: Apache-2.0
// A whole server, from its options to its end: opens the store, makes what a first start needs,
// serves and waits.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "server/app/server_options.hpp"

namespace farthing::app {

// The way it ended. What has failed is in the log, on stderr.
enum class Ending : std::uint8_t { orderly, failed };

// Serves until SIGTERM or SIGINT; with TLS, SIGHUP has it read certificate and key again. In a data
// directory without any key it makes the first admin key and writes it to DIR/admin.key; a database
// gets its own from `migrate_database`. It must be called from the main thread, before there are
// others. The error is a sentence about what kept it from beginning.
BasicResult<Ending, std::string> run_server(const ServerOptions& options);

}  // namespace farthing::app
