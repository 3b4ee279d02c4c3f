// SPDX-License-Identifier: Apache-2.0
// Charges an organization, once however often it is run with the same order number. Needs a key
// with scope `service` or `admin`.
//
//   FARTHING_API_KEY=sk-… FARTHING_URL=http://127.0.0.1:8080 ./charge ORGANIZATION AMOUNT ORDER
#include <cstdlib>
#include <iostream>
#include <string>

#include <farthing/client.hpp>

int main(int argc, char** argv) {
  using namespace farthing::sdk;

  if (argc != 4) {
    std::cerr << "usage: charge ORGANIZATION AMOUNT ORDER\n";
    return 2;
  }
  const auto amount = farthing::Credits::parse(argv[2]);
  if (!amount) {
    std::cerr << "the amount must be a decimal with at most 9 places, as in 0.15\n";
    return 2;
  }

  const Client client(options_from_environment());
  const auto charge =
      client.create_charge({.organization = argv[1], .amount = *amount, .operation = "sample"},
                           {.idempotency_key = "order-" + std::string(argv[3])});
  if (!charge) {
    const Failure& failure = charge.error();
    std::cerr << failure.message << '\n';
    if (failure.is_named("insufficient_credits")) {
      std::cerr << "available: " << failure.error->detail("available").value_or("unknown") << '\n';
    }
    return EXIT_FAILURE;
  }
  std::cout << charge->id << (charge->is_replayed ? " (made before)" : "") << ", "
            << charge->balance.available.to_string() << " credits left\n";
}
