// SPDX-License-Identifier: Apache-2.0
// What have I left? The organization may be given as an argument; the answer is kept in a file when
// a second one names it.
//
//   STABILITY_API_KEY=sk-… API_HOST=http://127.0.0.1:8080 ./balance [ORGANIZATION [FILE]]
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>

#include <farthing/v1alpha_user_api.hpp>

int main(int argc, char** argv) {
  using namespace farthing::sdk;

  const std::string organization = argc > 1 ? argv[1] : "";
  std::optional<std::filesystem::path> data_file;
  if (argc > 2) data_file = argv[2];

  const V1alphaUserApi api(options_from_environment());
  const auto balance = api.V1alphaUserBalance(organization, data_file);
  if (!balance) {
    std::cerr << balance.error().message << '\n';
    return EXIT_FAILURE;
  }
  std::cout << balance->credits_text << " credits\n";
}
