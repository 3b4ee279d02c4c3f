// SPDX-License-Identifier: Apache-2.0
// The commands of the `farthing` program that work on a store themselves. Each runs to its end and
// returns the program's exit code; what went wrong is one sentence on stderr.
#pragma once

#include <optional>
#include <string>

#include "server/app/server_options.hpp"
#include "server/app/store_location.hpp"

namespace farthing::app {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailure =
    1;                                // the store cannot be opened, the port is taken, a disk fails
inline constexpr int kExitUsage = 2;  // an option or the configuration file is wrong

// Serves until SIGTERM or SIGINT; with TLS, SIGHUP has it read certificate and key again. In a data
// directory without any key it makes the first admin key and writes it to DIR/admin.key; a database
// gets its own from `migrate`. To be called from the main thread, before there are others.
int serve(const ServeArguments& arguments);

// Makes another admin key and prints it on stdout. No server may have the data directory open; on a
// database they may.
int admin_key(const StoreArguments& arguments);

struct SetClockBackArguments {
  StoreArguments store;
  bool is_agreed = false;  // otherwise it is only shown what would be done
};

// Sets a store's ledger time back to the clock, where it is ahead, and prints both and the
// organizations whose last entry is later. No server may run on the store, a database included.
int set_clock_back(const SetClockBackArguments& arguments);

struct MigrateArguments {
  StoreArguments store;                       // a database
  std::optional<std::string> admin_key_file;  // where the first admin key is to go
};

// Makes the tables of this version in a database, or brings them up to it, and the first admin key
// when there is none yet. Any number of these may run at once.
int migrate(const MigrateArguments& arguments);

}  // namespace farthing::app
