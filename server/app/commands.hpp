// SPDX-License-Identifier: Apache-2.0
// The commands of the `farthing` program that work on a data directory themselves. Each runs to its
// end and returns the program's exit code; what went wrong is one sentence on stderr.
#pragma once

#include <optional>
#include <string>

namespace farthing::app {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailure =
    1;                                // the store cannot be opened, the port is taken, a disk fails
inline constexpr int kExitUsage = 2;  // an option or the configuration file is wrong

// What stood on the command line. It overrides the configuration file, which overrides the defaults
// (server_options.hpp).
struct ServeArguments {
  std::optional<std::string> config;     // path of a TOML file
  std::optional<std::string> data;       // the data directory, made if need be
  std::optional<std::string> listen;     // "HOST:PORT"; port 0 lets the system choose
  std::optional<int> threads;            // I/O threads
  std::optional<std::string> log_level;  // "debug", "info", "warning" or "error"
};

// Serves until SIGTERM or SIGINT. On a store without any key it makes the first admin key and
// writes it to DIR/admin.key. To be called from the main thread, before there are others.
int serve(const ServeArguments& arguments);

struct AdminKeyArguments {
  std::string data;
};

// Makes another admin key, while no server has the data directory open, and prints it on stdout.
int admin_key(const AdminKeyArguments& arguments);

}  // namespace farthing::app
