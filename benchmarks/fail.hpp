// SPDX-License-Identifier: Apache-2.0
// How the programs of the benchmark end when they cannot go on: one line on stderr, exit status 1.
// They are tools of one run, so there is nobody above them to hand an error to.
#pragma once

#include <string_view>

namespace farthing::bench {

[[noreturn]] void fail(std::string_view message);

// The same, with the text of `errno` behind the message.
[[noreturn]] void fail_errno(std::string_view message);

}  // namespace farthing::bench
