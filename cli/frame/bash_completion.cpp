// SPDX-License-Identifier: Apache-2.0
#include "cli/frame/bash_completion.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <set>

namespace farthing::cli {
namespace {

bool is_shown(const CLI::Option& option) { return !option.get_group().empty(); }

// A group of options is a subcommand without a name.
bool is_group(const CLI::App& subcommand) { return subcommand.get_name().empty(); }

// Returns the words that can follow a command: its subcommands and the long names of its options.
std::string words_of(const CLI::App& command) {
  std::string words;
  for (const CLI::App* subcommand : command.get_subcommands({})) {
    words += (is_group(*subcommand) ? words_of(*subcommand) : subcommand->get_name()) + " ";
  }
  for (const CLI::Option* option : command.get_options()) {
    if (!is_shown(*option)) continue;
    for (const auto& name : option->get_lnames()) words += fmt::format("--{} ", name);
  }
  if (!words.empty()) words.pop_back();
  return words;
}

// Appends a case for the command and each one below it; `path` is what was typed so far ("users
// list").
void append_cases(const CLI::App& command, const std::string& path, std::string& script) {
  script += fmt::format("    '{}') words='{}' ;;\n", path, words_of(command));
  for (const CLI::App* subcommand : command.get_subcommands({})) {
    if (is_group(*subcommand)) continue;
    const std::string& name = subcommand->get_name();
    append_cases(*subcommand, path.empty() ? name : fmt::format("{} {}", path, name), script);
  }
}

// Collects the options whose value is a file or directory, in any command.
void collect_file_options(const CLI::App& command, std::set<std::string>& names) {
  for (const CLI::Option* option : command.get_options()) {
    const std::string type = option->get_type_name();
    if (type != "FILE" && type != "DIR") continue;
    for (const auto& name : option->get_snames()) names.insert("-" + name);
    for (const auto& name : option->get_lnames()) names.insert("--" + name);
  }
  for (const CLI::App* subcommand : command.get_subcommands({})) {
    collect_file_options(*subcommand, names);
  }
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
  std::set<std::string> file_options;
  collect_file_options(app, file_options);
  std::string cases;
  append_cases(app, "", cases);
  return fmt::format(R"(# bash completion for farthing: source <(farthing completion bash)
_farthing() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" previous="${{COMP_WORDS[COMP_CWORD-1]}}"
  COMPREPLY=()
  case "$previous" in
    {})
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      return ;;
  esac
  local path='' word words=''
  for word in "${{COMP_WORDS[@]:1:2}}"; do
    [[ "$word" == "$current" || "$word" != [a-z]* ]] && break
    path="${{path:+$path }}$word"
  done
  case "$path" in
{}    *) return ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}}
complete -F _farthing farthing
)",
                     fmt::join(file_options, "|"), cases);
}

}  // namespace farthing::cli
