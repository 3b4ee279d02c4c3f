// SPDX-License-Identifier: Apache-2.0
// The exit codes of the program. Public: scripts depend on the numbers, never renumber.
#pragma once

#include <farthing/failure.hpp>

namespace farthing::cli {

enum class ExitCode : int {
  ok = 0,
  internal = 1,  // a fault of this program or of this machine: a full disk, a closed pipe
  deviates = 1,  // what was verified is not as it should be
  usage = 2,     // the command line, the environment or the profile is wrong; nothing was sent
  network = 3,   // no answer: name, connection, TLS, time
  not_authorized = 4,  // 401 and 403
  refused = 5,         // any other 4xx
  server_failed = 6,   // 5xx, or an answer that is not what the API promises
  rate_limited = 7,    // 429, unless it speaks of missing funds
  below_minimum = 8,   // `balance --min`: the answer is good, the balance too small
  interrupted = 130,   // SIGINT; the other signals likewise, 128 + their number
};

ExitCode exit_code_of(const sdk::Failure& failure);

}  // namespace farthing::cli
