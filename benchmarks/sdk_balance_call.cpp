// SPDX-License-Identifier: Apache-2.0
#include <farthing/v1alpha_user_api.hpp>

#include <utility>

#include "benchmarks/balance_call.hpp"
#include "benchmarks/fail.hpp"

namespace farthing::bench {

BalanceCall make_sdk_balance_call(const std::string& base_url, const std::string& key) {
  sdk::Options options;
  options.api_key = key;
  options.base_url = base_url;
  options.api_version = "v1";
  options.auth_scheme = sdk::AuthScheme::bearer;
  options.user_agent = kBalanceUserAgent;
  return [api = sdk::V1alphaUserApi(std::move(options))] {
    const auto balance = api.V1alphaUserBalance();
    if (!balance) fail("the SDK: " + balance.error().message);
  };
}

}  // namespace farthing::bench
