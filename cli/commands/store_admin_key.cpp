// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <string>

#include "cli/commands/store_options.hpp"
#include "cli/commands/store_verbs.hpp"
#include "cli/frame/client_command.hpp"
#include "server/app/secret_file.hpp"
#include "server/app/store_tasks.hpp"

namespace farthing::cli {
namespace {

struct AdminKeyArguments {
  app::StoreArguments store{};
  std::string key_prefix{};
};

Result<Report> make_key(const AdminKeyArguments& arguments, const Surroundings& surroundings) {
  app::keep_new_files_private();
  const auto prefix = parse_key_prefix(arguments.key_prefix);
  if (!prefix) return prefix.error();
  const auto location = find_location(arguments.store);
  if (!location) return location.error();
  if (!app::is_store_there(*location)) {
    return usage_problem(fmt::format("there is no store in {}.", location->data.string()));
  }
  const auto secret =
      app::make_admin_key(*location, *prefix, [&surroundings](const std::string& what) {
        surroundings.tell(fmt::format("farthing: {}\n", what));
      });
  if (!secret) return Problem{.message = secret.error()};
  return Report{.text = fmt::format("{}\n", secret->reveal()),
                .when_unwritten = "A key was made that nobody can have now: revoke it."};
}

}  // namespace

void add_store_admin_key(CommandSet& commands, CLI::App& noun) {
  CLI::App* command =
      noun.add_subcommand("admin-key", "Make another admin key with the store itself in hand");
  const auto arguments = std::make_shared<AdminKeyArguments>();
  add_store_options(*command, arguments->store, "The data directory of a server that is stopped");
  add_key_prefix_option(*command, arguments->key_prefix);
  command->footer(
      R"(The secret is told once, on standard output; the store keeps only its hash. Servers on a database
may run meanwhile.

Examples:
  (umask 077 && farthing store admin-key --data ./data > admin.key)
  (umask 077 && farthing store admin-key --store postgres://farthing@db/farthing > admin.key)
)");
  commands.on(*command, [arguments](const Surroundings& surroundings) {
    return run_local_command(
        {}, [&] { return make_key(*arguments, surroundings); }, surroundings);
  });
}

}  // namespace farthing::cli
