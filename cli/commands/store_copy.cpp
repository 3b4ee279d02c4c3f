// SPDX-License-Identifier: Apache-2.0
#include "offline/copy/copy.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/commands/entries_tables.hpp"
#include "cli/commands/store_verbs.hpp"
#include "cli/frame/client_command.hpp"
#include "server/app/secret_file.hpp"

namespace farthing::cli {
namespace {

constexpr auto kTellInterval = std::chrono::seconds(2);

// One end as it was given on the command line.
struct EndOptions {
  std::optional<std::string> place{};  // a directory or a URL
  std::optional<std::string> file{};   // one whose first line is a URL

  bool is_given() const { return place || file; }
};

struct Options {
  OutputOptions output{};
  EndOptions from{};
  EndOptions to{};
};

Result<app::StoreLocation> find_end(const EndOptions& end, const char* option,
                                    const char* file_option) {
  app::StoreArguments arguments;
  arguments.file_option = file_option;
  arguments.store_file = end.file;
  const bool is_url = end.place && end.place->find("://") != std::string::npos;
  (is_url ? arguments.store : arguments.data) = end.place;
  auto location = app::find_store(arguments);
  if (!location) return usage_problem(fmt::format("{}: {}.", option, location.error()));
  if (!*location) {
    return usage_problem(fmt::format("Say where: {} DIR, {} URL, {} FILE or {}.", option, option,
                                     file_option, app::kStoreVariable));
  }
  return **std::move(location);
}

// Reports the progress of the copy, when something begins and every now and then.
class Teller {
 public:
  explicit Teller(const Surroundings& surroundings) : surroundings_(surroundings) {}

  void operator()(const copy::Progress& progress) {
    const auto now = std::chrono::steady_clock::now();
    if (progress.step == last_step_ && now - told_at_ < kTellInterval) return;
    last_step_ = progress.step;
    told_at_ = now;
    surroundings_.tell(fmt::format("farthing: {}\n", words_of(progress)));
  }

 private:
  static std::string words_of(const copy::Progress& progress) {
    switch (progress.step) {
      case copy::Step::verify_source:
        return "verifying the source";
      case copy::Step::copy_directory:
        return "copying users, organizations and keys";
      case copy::Step::copy_entries:
        return fmt::format("copying entries: {} of {}", progress.entries_done, progress.entries);
      case copy::Step::verify_copy:
        return "verifying the copy";
    }
    return {};
  }

  const Surroundings& surroundings_;
  std::optional<copy::Step> last_step_;
  std::chrono::steady_clock::time_point told_at_{};
};

Result<Report> copy_all(const Options& options, const Surroundings& surroundings) {
  if (!options.from.is_given() && !options.to.is_given()) {
    return usage_problem("Say what to copy and where: --from and --to.",
                         "One of them may be left to FARTHING_STORE.");
  }
  const auto from = find_end(options.from, "--from", "--from-file");
  if (!from) return from.error();
  const auto to = find_end(options.to, "--to", "--to-file");
  if (!to) return to.error();
  copy::CopyOptions copy_options;
  copy_options.on_progress = Teller(surroundings);
  copy_options.on_warning = [&surroundings](const std::string& what) {
    surroundings.tell(fmt::format("farthing: {}\n", what));
  };
  const auto copied = copy::copy_store(*from, *to, copy_options);
  if (!copied) return Problem{.message = copied.error().message};
  auto counts = name_counts(copied->content.counts);
  counts.emplace_back("users", copied->content.directory.users);
  counts.emplace_back("api_keys", copied->content.directory.api_keys);
  counts.emplace_back("equal_heads", copied->content.heads.size());
  return Report{.document = counts_document(counts)};
}

void add_end(CLI::App& command, const char* option, const char* file_option, EndOptions& end,
             const char* about) {
  CLI::Option* place = command.add_option(option, end.place, about)->type_name("DIR|URL");
  command.add_option(file_option, end.file, "The same: a file whose first line is the URL")
      ->type_name("FILE")
      ->excludes(place);
}

}  // namespace

void add_store_copy(CommandSet& commands, CLI::App& noun) {
  CLI::App* command = noun.add_subcommand("copy", "Copy a whole store, from one kind to the other");
  const auto options = std::make_shared<Options>();
  add_end(*command, "--from", "--from-file", options->from,
          "A data directory whose server is stopped, or a database: postgres://user@host/database, "
          "without a password");
  add_end(*command, "--to", "--to-file", options->to,
          "A directory that is not there yet, or a database with empty tables");
  add_output_options(*command, options->output);
  command->footer(
      R"(Stop the servers of the source first. The source is verified before, the copy after, and both must
have equal chains in the end; the source is left as it is. A database needs its tables first: farthing
store migrate, without --admin-key-file. Keys go on working, those of idempotency too. Whenever the
copy is interrupted, the same command goes on where it was; until it has ended, servers refuse the
target.

Examples:
  farthing store copy --from ./data --to postgres://farthing@db/farthing
  farthing store copy --from-file /etc/farthing/store.url --to ./data
)");
  commands.on(*command, [options](const Surroundings& surroundings) {
    return run_local_command(
        options->output,
        [&] {
          app::keep_new_files_private();
          return copy_all(*options, surroundings);
        },
        surroundings);
  });
}

}  // namespace farthing::cli
