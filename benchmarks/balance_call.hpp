// SPDX-License-Identifier: Apache-2.0
// One balance call, made by the SDK and by libcurl alone: the same request over one kept
// connection, the whole answer read. libcurl alone does nothing with it; the SDK decodes and checks
// it as well.
#pragma once

#include <functional>
#include <string>

namespace farthing::bench {

// Blocks until the answer is there; ends the program when it is not 200. One thread only.
using BalanceCall = std::function<void()>;

inline constexpr const char* kBalanceUserAgent = "farthing-bench";

// `base_url` is without a slash at its end.
BalanceCall make_sdk_balance_call(const std::string& base_url, const std::string& key);
BalanceCall make_curl_balance_call(const std::string& base_url, const std::string& key);

}  // namespace farthing::bench
