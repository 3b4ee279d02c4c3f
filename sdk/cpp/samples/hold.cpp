// SPDX-License-Identifier: Apache-2.0
// Sets credits aside for a job, captures what it cost, and gives the rest back; a job that costs
// nothing because it failed leaves nothing held. Needs a key with scope `service` or `admin`.
//
//   FARTHING_API_KEY=sk-… FARTHING_URL=http://127.0.0.1:8080 ./hold ORGANIZATION MOST COST
#include <chrono>
#include <cstdlib>
#include <iostream>

#include <farthing/hold_guard.hpp>
#include <farthing/insufficient_credits.hpp>

namespace {

int report(const farthing::sdk::Failure& failure) {
  std::cerr << failure.message << '\n';
  if (const auto credits = farthing::sdk::insufficient_credits(failure)) {
    std::cerr << "needed: " << credits->required.to_string()
              << ", available: " << credits->available.to_string() << '\n';
  }
  return EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace farthing::sdk;

  const auto most = farthing::Credits::parse(argc == 4 ? argv[2] : "");
  const auto cost = farthing::Credits::parse(argc == 4 ? argv[3] : "");
  if (!most || !cost) {
    std::cerr << "usage: hold ORGANIZATION MOST COST, both in credits, as in 2.5\n";
    return 2;
  }

  const Client client(options_from_environment());
  auto held = HoldGuard::place(client, {.organization = argv[1],
                                        .amount = *most,
                                        .ttl = std::chrono::minutes(2),
                                        .operation = "sample"});
  if (!held) return report(held.error());

  if (!cost->is_positive()) {
    std::cout << "the job failed, nothing is charged\n";
    return EXIT_SUCCESS;  // the guard releases the hold
  }
  const auto captured = held->capture(*cost);
  if (!captured) return report(captured.error());
  std::cout << "charged " << captured->charge.amount.to_string() << ", released "
            << captured->released.to_string() << ", " << captured->balance.available.to_string()
            << " credits left\n";
}
