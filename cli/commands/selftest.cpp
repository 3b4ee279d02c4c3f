// SPDX-License-Identifier: Apache-2.0
#include "selftest/selftest.hpp"

#include <fmt/format.h>

#include <memory>
#include <random>

#include "cli/commands/commands.hpp"
#include "cli/problem.hpp"
#include "server/app/secret_file.hpp"

namespace farthing::cli {
namespace {

struct Arguments {
  std::optional<std::uint64_t> seed;
  double minutes = 1;
  std::size_t submitters = 4;
  std::string data;
};

// Made up when none was given: it is told, so that the run can be repeated.
std::uint64_t make_seed() { return std::random_device()(); }

ExitCode fail(const Surroundings& surroundings, const Problem& problem) {
  surroundings.tell(to_text(problem));
  return problem.code;
}

ExitCode run(const Arguments& arguments, const Surroundings& surroundings) {
  const selftest::SelftestOptions options = {
      .seed = arguments.seed ? *arguments.seed : make_seed(),
      .duration = std::chrono::duration<double, std::ratio<60>>(arguments.minutes),
      .submitters = arguments.submitters,
      .data = arguments.data};
  if (const auto refusal = selftest::find_refusal(options.data)) {
    return fail(surroundings, usage_problem(fmt::format("{}.", *refusal)));
  }
  app::keep_new_files_private();
  const auto tell = [&surroundings](const std::string& line) {
    // A reader that has gone away does not end the test.
    (void)surroundings.print(line + "\n");
  };
  const auto deviation = selftest::run_selftest(options, tell);
  if (!deviation) return ExitCode::ok;
  return fail(surroundings,
              {.message = fmt::format("Seed {}: {}.", options.seed, *deviation),
               .notes = {fmt::format("The store is left in {} as it was then.", arguments.data)}});
}

}  // namespace

void add_selftest(CommandSet& commands) {
  CLI::App* command = commands.app().add_subcommand(
      "selftest", "Try the store of this machine with random histories");
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("--data", arguments->data, "A directory that is new or empty")
      ->required()
      ->type_name("DIR");
  command->add_option("--seed", arguments->seed, "Of the histories; without it, any")
      ->type_name("N");
  command->add_option("--minutes", arguments->minutes, "How long to go on")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1e6))
      ->type_name("M");
  command
      ->add_option("--submitters", arguments->submitters,
                   "Who send requests at the same time; 1 repeats a seed exactly")
      ->capture_default_str()
      ->check(CLI::Range(1, 64))
      ->type_name("N");
  command->footer(
      R"(Random requests of every kind from several submitters at once, some of them sent again, with the
clock set forward and back and the store closed and opened again at any moment. After every round all
entries, answers, balances and states are held against a second reading of the rules. Prints the seed,
how far it is and what it reached; at the first deviation it says where it is and ends with 1. The
store stays in DIR.

Example:
  farthing selftest --seed 7 --minutes 10 --data ./selftest
)");
  commands.on(*command, [arguments](const Surroundings& surroundings) {
    return run(*arguments, surroundings);
  });
}

}  // namespace farthing::cli
