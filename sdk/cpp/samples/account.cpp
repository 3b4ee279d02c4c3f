// SPDX-License-Identifier: Apache-2.0
// Who am I, and what do I belong to?
//
//   STABILITY_API_KEY=sk-… API_HOST=http://127.0.0.1:8080 ./account
#include <cstdlib>
#include <iostream>

#include <farthing/v1alpha_user_api.hpp>

int main() {
  using namespace farthing::sdk;

  const V1alphaUserApi api(options_from_environment());
  const auto account = api.V1alphaUserAccount();
  if (!account) {
    std::cerr << account.error().message << '\n';
    return EXIT_FAILURE;
  }
  std::cout << account->email << " (" << account->id << ")\n";
  for (const OrganizationMembership& membership : account->organizations) {
    std::cout << "  " << membership.role << " of " << membership.name << " (" << membership.id
              << ")" << (membership.is_default ? ", the default" : "") << '\n';
  }
}
