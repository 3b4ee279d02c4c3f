// SPDX-License-Identifier: Apache-2.0
// A core dump holds whatever was in memory: keys that callers presented, the TLS key, the
// database's password. And whoever may attach a debugger reads the same.
#pragma once

#include <optional>
#include <string>

namespace farthing::app {

// From now on the process leaves no core dump, also where the system hands them to a program, and
// only a privileged user can look into it. The error is a sentence for the operator.
std::optional<std::string> forbid_core_dumps();

}  // namespace farthing::app
