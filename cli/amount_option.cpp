// SPDX-License-Identifier: Apache-2.0
#include "cli/amount_option.hpp"

#include <CLI/CLI.hpp>

namespace farthing::cli {

void add_amount_option(CLI::App& command, Credits& value, const std::string& summary) {
  command
      .add_option_function<std::string>(
          "--amount",
          [&value](const std::string& decimal) {
            const auto amount = Credits::parse(decimal);
            if (!amount || !amount->is_positive()) {
              throw CLI::ValidationError(
                  "--amount",
                  "has to be a decimal number above 0 with at most 9 places, as in 12.5");
            }
            value = *amount;
          },
          summary)
      ->required()
      ->type_name("CREDITS");
}

}  // namespace farthing::cli
