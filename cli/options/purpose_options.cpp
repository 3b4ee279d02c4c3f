// SPDX-License-Identifier: Apache-2.0
#include "cli/options/purpose_options.hpp"

#include <CLI/CLI.hpp>
#include <string>

namespace farthing::cli {

void add_remarks_options(CLI::App& command, sdk::Remarks& remarks) {
  command
      .add_option_function<std::vector<std::string>>(
          "--tag",
          [&remarks](const std::vector<std::string>& pairs) {
            for (const std::string& pair : pairs) {
              const std::size_t equals = pair.find('=');
              if (equals == 0 || equals == std::string::npos) {
                throw CLI::ValidationError("--tag", "must be NAME=VALUE, not \"" + pair + "\"");
              }
              remarks.tags.push_back({pair.substr(0, equals), pair.substr(equals + 1)});
            }
          },
          "What it is counted under, by a name that the operator has declared; may be given five "
          "times")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->type_name("NAME=VALUE");
  command.add_option("--reason", remarks.reason, "Why it was done, for people")->type_name("TEXT");
  command.add_option("--metadata", remarks.metadata, "A JSON object kept with it")
      ->type_name("JSON");
}

}  // namespace farthing::cli
