// SPDX-License-Identifier: Apache-2.0
// Includes every public header and makes one call on a scripted transport, and one that is refused
// before libcurl comes into it.
#include <iostream>
#include <memory>

#include <farthing/client.hpp>
#include <farthing/credits.hpp>
#include <farthing/mocks/scripted_transport.hpp>
#include <farthing/v1alpha_user_api.hpp>
#include <farthing/version.hpp>

int main() {
  using namespace farthing::sdk;

  auto transport = std::make_shared<mocks::ScriptedTransport>();
  transport->answer(200, R"({"credits": 12.5})");
  Options options;
  options.api_key = "sk-test";
  options.transport = transport;
  const auto balance = V1alphaUserApi(options).V1alphaUserBalance("org-1");
  if (!balance || balance->exact_credits != farthing::Credits::parse("12.5")) return 1;

  const auto refused = Client(Options{}).account();
  if (refused || refused.error().kind != FailureKind::usage) return 2;

  // The vtable and the type of a failure cross the library's border.
  if (!make_curl_transport()) return 3;
  std::cout << kVersion << '\n';
}
