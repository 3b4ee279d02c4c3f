// SPDX-License-Identifier: Apache-2.0
#include "selftest/selftest.hpp"

#include <fmt/format.h>

#include <memory>
#include <random>

#include "cli/access/server_access.hpp"
#include "cli/commands/commands.hpp"
#include "cli/frame/client_command.hpp"
#include "cli/frame/problem.hpp"
#include "cli/options/whole_number.hpp"
#include "selftest/http/http_selftest.hpp"
#include "server/app/secret_file.hpp"

namespace farthing::cli {
namespace {

struct SelftestArguments {
  std::optional<std::uint64_t> seed;
  double minutes = 1;
  std::size_t submitters = 4;
  std::string data;
  bool is_over_http = false;
  // A server that runs already, in place of `data`.
  AccessOptions access;
};

// Makes a seed when none was given; it is printed, so that the run can be repeated.
std::uint64_t make_seed() { return std::random_device()(); }

std::optional<std::string> try_store(const SelftestArguments& arguments, std::uint64_t seed,
                                     std::chrono::duration<double> duration,
                                     const selftest::Tell& tell) {
  if (arguments.is_over_http) {
    return selftest::run_http_selftest({.seed = seed, .duration = duration}, arguments.data, tell);
  }
  return selftest::run_selftest({.seed = seed,
                                 .duration = duration,
                                 .submitters = arguments.submitters,
                                 .data = arguments.data},
                                tell);
}

Result<Report> run(const SelftestArguments& arguments, const Surroundings& surroundings) {
  const std::uint64_t seed = arguments.seed ? *arguments.seed : make_seed();
  const std::chrono::duration<double, std::ratio<60>> duration(arguments.minutes);
  const auto tell = [&surroundings](const std::string& line) {
    // A reader that has gone away does not end the test.
    (void)surroundings.print(line + "\n");
  };
  std::optional<std::string> deviation;
  Problem problem;
  if (arguments.access.base_url) {
    const auto server = resolve_access(arguments.access, DefaultServer::none, surroundings);
    if (!server) return server.error();
    deviation =
        selftest::run_http_selftest({.seed = seed, .duration = duration}, server->options, tell);
    problem.notes = {"What was made on the server is left there."};
  } else {
    if (const auto refusal = selftest::find_refusal(arguments.data)) {
      return usage_problem(fmt::format("{}.", *refusal));
    }
    app::keep_new_files_private();
    deviation = try_store(arguments, seed, duration, tell);
    problem.notes = {fmt::format("The store is left in {} as it was then.", arguments.data)};
  }
  if (!deviation) return Report{.is_written = true};
  problem.code = ExitCode::deviates;
  problem.message = fmt::format("Seed {}: {}.", seed, *deviation);
  return problem;
}

}  // namespace

void add_selftest(CommandSet& commands) {
  CLI::App* command = commands.app().add_subcommand(
      "selftest", "Try the store of this machine, or a server, with random histories");
  const auto arguments = std::make_shared<SelftestArguments>();
  CLI::Option_group* subject = command->add_option_group("Subject");
  subject->require_option(1);
  subject->add_option("--data", arguments->data, "A directory that is new or empty")
      ->type_name("DIR");
  CLI::Option* server = subject
                            ->add_option("--base-url", arguments->access.base_url,
                                         "A server that runs already, as in http://127.0.0.1:8080")
                            ->type_name("URL");
  command
      ->add_option("--api-key-file", arguments->access.key.file,
                   "Read the admin key for that server from FILE")
      ->needs(server)
      ->type_name("FILE");
  command
      ->add_flag("--http", arguments->is_over_http,
                 "Serve the store on a free port of the loopback and try the answers too")
      ->excludes(server);
  command->add_option("--seed", arguments->seed, "Of the histories; without it, any")
      ->check(whole_number(20))
      ->type_name("N");
  command->add_option("--minutes", arguments->minutes, "How long to go on")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1e6))
      ->type_name("M");
  command
      ->add_option("--submitters", arguments->submitters,
                   "Who send requests at the same time; 1 repeats a seed exactly")
      ->capture_default_str()
      ->check(whole_number())
      ->check(CLI::Range(1, 64))
      ->type_name("N");
  command->footer(
      R"(Random requests of every kind from several submitters at once, some of them sent again, with the
clock set forward and back and the store closed and opened again at any moment. After every round all
entries, answers, balances and states are held against a second reading of the rules. Prints the seed,
how far it is and what it reached; at the first deviation it says where it is and ends with 1. The
store stays in DIR.

With --http a server in a process of its own is asked over HTTP, by one request at a time: every
answer, with its status, amounts and balance, and every repeat is held against the rules; the server
is killed and started again now and then. With --base-url a server that runs already is asked so, but
for that. It needs an admin key; the organizations that are made there stay.

Examples:
  farthing selftest --seed 7 --minutes 10 --data ./selftest
  farthing selftest --seed 7 --minutes 10 --data ./selftest --http
  farthing selftest --base-url http://127.0.0.1:8080 --api-key-file ./data/admin.key
)");
  commands.on(*command, [arguments](const Surroundings& surroundings) {
    return run_local_command(
        {}, [&] { return run(*arguments, surroundings); }, surroundings);
  });
}

}  // namespace farthing::cli
