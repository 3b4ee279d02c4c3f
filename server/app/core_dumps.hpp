// SPDX-License-Identifier: Apache-2.0
// A core dump holds whatever was in memory: keys that callers presented, the TLS key, the
// database's password. Whoever may attach a debugger reads the same.
#pragma once

#include <optional>
#include <string>

namespace farthing::app {

// Makes the process leave no core dump from now on, also where the system hands them to a program,
// and lets only a privileged user look into it. The error is a sentence for the operator.
std::optional<std::string> forbid_core_dumps();

}  // namespace farthing::app
