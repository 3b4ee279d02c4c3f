// SPDX-License-Identifier: Apache-2.0
#include "cli/access/profile.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "cli/options/input_file.hpp"
#include "cli/options/setting_values.hpp"
#include "cli/output/descriptor.hpp"

namespace farthing::cli {
namespace {

constexpr std::size_t kMaxFileSize = 1U << 20U;

std::string home_of_user() {
  const passwd* entry = ::getpwuid(::geteuid());
  return entry == nullptr || entry->pw_dir == nullptr ? "" : entry->pw_dir;
}

Problem profile_problem(const std::string& path, std::string_view what, std::string next = {}) {
  return usage_problem(fmt::format("The profile file {} {}", path, what), std::move(next));
}

// Checks the file that was opened, so that it cannot be swapped for another in between.
Result<Done> check_access(int descriptor, const std::string& path) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) {
    return system_problem(fmt::format("Cannot examine {}", path), errno);
  }
  if (!S_ISREG(status.st_mode)) return profile_problem(path, "is not a regular file.");
  if (status.st_uid != ::geteuid()) {
    return profile_problem(path, "belongs to another user and is not used.",
                           "Make one of your own; a profile may hold API keys.");
  }
  const auto mode = static_cast<unsigned>(status.st_mode) & 07777U;
  if (mode != 0600U) {
    return profile_problem(
        path, fmt::format("has mode {:04o} and is not used: it may hold API keys.", mode),
        fmt::format("Run: chmod 600 {}", path));
  }
  return Done{};
}

// Reads the fields of one profile; the first that is wrong is kept as the problem.
class ProfileReader {
 public:
  ProfileReader(const toml::table& table, std::string path, std::string_view name)
      : table_(table), path_(std::move(path)), name_(name) {}

  Result<Profile> read() {
    for (const auto& [key, node] : table_) {
      if (problem_.empty()) read_field(key.str(), node);
    }
    if (problem_.empty() && !profile_.api_key.is_empty() && profile_.api_key_file) {
      problem_ =
          fmt::format("has both api_key and api_key_file in [profiles.{}]: keep one.", name_);
    }
    if (!problem_.empty()) return profile_problem(path_, problem_);
    return std::move(profile_);
  }

 private:
  void read_field(std::string_view key, const toml::node& node) {
    if (key == "api_key") {
      if (const auto text = text_of(key, node)) profile_.api_key = sdk::Secret(*text);
    } else if (key == "api_key_file") {
      profile_.api_key_file = path_of(key, node);
    } else if (key == "ca_file") {
      profile_.ca_file = path_of(key, node);
    } else if (key == "base_url") {
      profile_.base_url = text_of(key, node);
    } else if (key == "api_version") {
      profile_.api_version = text_of(key, node);
    } else if (key == "organization") {
      profile_.organization = text_of(key, node);
    } else if (key == "auth_scheme") {
      profile_.auth_scheme = parse_auth_scheme(node.value_or(std::string_view{}));
      if (!profile_.auth_scheme) fail(key, node, R"(has to be "bare" or "bearer")");
    } else if (key == "timeout") {
      const auto seconds = node.value<double>();
      if (seconds) profile_.timeout = parse_timeout(fmt::format("{:.3f}", *seconds));
      if (!profile_.timeout) fail(key, node, "has to be a number of seconds from 0.001 to 86400");
    } else if (key == "retries") {
      const auto count = node.value<std::int64_t>();
      if (count && *count >= 0 && *count <= kMaxRetries) {
        profile_.retries = static_cast<int>(*count);
      } else {
        fail(key, node, fmt::format("has to be a whole number from 0 to {}", kMaxRetries));
      }
    } else {
      fail(key, node,
           "is not known; there are api_key, api_key_file, base_url, ca_file, api_version, "
           "auth_scheme, organization, timeout and retries");
    }
  }

  std::optional<std::string> text_of(std::string_view key, const toml::node& node) {
    auto text = node.value<std::string>();
    if (text && !text->empty()) return text;
    fail(key, node, "has to be a text that is not empty");
    return {};
  }

  std::optional<std::string> path_of(std::string_view key, const toml::node& node) {
    auto path = text_of(key, node);
    if (path && !path->starts_with('/')) fail(key, node, "has to be an absolute path");
    return path;
  }

  void fail(std::string_view key, const toml::node& node, std::string_view rule) {
    problem_ = fmt::format("is wrong in line {}: {} in [profiles.{}] {}.", node.source().begin.line,
                           key, name_, rule);
  }

  const toml::table& table_;
  std::string path_;
  std::string_view name_;
  Profile profile_;
  std::string problem_;
};

std::string names_of(const toml::table& profiles) {
  std::string names;
  for (const auto& [name, node] : profiles) {
    names += fmt::format("{}{}", names.empty() ? "" : ", ", name.str());
  }
  return names.empty() ? "none" : names;
}

Result<Profile> missing_profile(const std::string& path, std::string_view name,
                                const std::string& known) {
  if (name == kDefaultProfile) return Profile{};
  return profile_problem(path, fmt::format("has no profile named {}.", name),
                         "Profiles there: " + known);
}

}  // namespace

std::optional<std::string> profile_path(const Surroundings& surroundings) {
  // The XDG specification says that relative paths are ignored.
  const auto config_home = surroundings.variable("XDG_CONFIG_HOME");
  if (config_home && config_home->starts_with('/')) return *config_home + "/farthing/config.toml";
  const std::string home = surroundings.variable("HOME").value_or(home_of_user());
  if (home.empty()) return {};
  return home + "/.config/farthing/config.toml";
}

Result<Profile> load_profile(const Surroundings& surroundings, std::string_view name) {
  const auto path = profile_path(surroundings);
  if (!path) return missing_profile("config.toml (no home directory)", name, "none");
  // O_NONBLOCK keeps the opening of a pipe from waiting for a writer.
  const Descriptor file(::open(path->c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) {
    if (errno == ENOENT || errno == ENOTDIR) return missing_profile(*path, name, "none (no file)");
    Problem problem = system_problem(fmt::format("Cannot open the profile file {}", *path), errno);
    problem.code = ExitCode::usage;
    return problem;
  }
  if (auto access = check_access(file.number(), *path); !access) return std::move(access.error());
  auto text = read_all(file.number(), kMaxFileSize, fmt::format("the profile file {}", *path));
  if (!text) return std::move(text.error());
  return parse_profile(*text, *path, name);
}

Result<Profile> parse_profile(std::string_view text, const std::string& path,
                              std::string_view name) {
  toml::table file;
  try {
    file = toml::parse(text, path);
  } catch (const toml::parse_error& error) {
    // The message names only the place: the parser's own words may repeat the text, and so a key.
    return profile_problem(
        path, fmt::format("is not TOML: see line {}, column {}.", error.source().begin.line,
                          error.source().begin.column));
  }
  for (const auto& [key, node] : file) {
    if (key.str() != "profiles") {
      return profile_problem(
          path, fmt::format("is wrong in line {}: there is nothing but [profiles.NAME] tables.",
                            node.source().begin.line));
    }
  }
  const toml::node* profiles = file.get("profiles");
  if (profiles == nullptr) return missing_profile(path, name, "none");
  if (!profiles->is_table()) return profile_problem(path, "is wrong: profiles has to be a table.");
  const toml::node* profile = profiles->as_table()->get(name);
  if (profile == nullptr) return missing_profile(path, name, names_of(*profiles->as_table()));
  if (!profile->is_table()) {
    return profile_problem(path, fmt::format("is wrong: profiles.{} has to be a table.", name));
  }
  return ProfileReader(*profile->as_table(), path, name).read();
}

}  // namespace farthing::cli
