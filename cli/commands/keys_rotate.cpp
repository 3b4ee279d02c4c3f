// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "cli/commands/key_options.hpp"
#include "cli/commands/keys_verbs.hpp"
#include "cli/commands/minted_secret.hpp"
#include "cli/commands/operator_command.hpp"

namespace farthing::cli {
namespace {

constexpr int kLongestOverlap = 2'592'000;

struct RotateOptions {
  CommonOptions common{};
  std::string key{};
  std::optional<int> overlap_s{};
  std::optional<std::string> idempotency_key{};
  std::optional<std::string> secret_file{};
};

Result<Report> rotate_key(const RotateOptions& options, const ClientSession& session) {
  sdk::RotateApiKey request{.api_key = options.key};
  if (options.overlap_s) request.overlap = std::chrono::seconds(*options.overlap_s);
  return keep_minted_secret(options.secret_file, "rotate", [&] {
    return session.client.rotate_api_key(request, call_options(session, options.idempotency_key));
  });
}

}  // namespace

void add_keys_rotate(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<RotateOptions>();
  CLI::App& command = add_operator_command(commands, noun, "rotate", "Give an API key a new secret",
                                           options, rotate_key, AtomicFile::Access::owner_only);
  add_key_argument(command, options->key);
  command
      .add_option("--overlap", options->overlap_s,
                  "How long the present secret works on: 0 to 2592000, a day (86400) without")
      ->check(CLI::Range(0, kLongestOverlap))
      ->type_name("SECONDS");
  add_secret_file_option(command, options->secret_file);
  add_idempotency_key_option(command, options->idempotency_key);
  command.footer(R"(The key keeps its id and all else. The new secret is told once, here.
Plain output: each field as NAME<TAB>VALUE, the last one "secret" unless it went to a file.

Examples:
  farthing keys rotate KEY --secret-file laptop.key
  farthing keys rotate KEY --overlap 0 --json | jq -r .secret
)");
}

}  // namespace farthing::cli
