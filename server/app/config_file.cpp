// SPDX-License-Identifier: Apache-2.0
#include "server/app/config_file.hpp"

#include <fcntl.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "server/app/secret_file.hpp"
#include "server/app/settings.hpp"
#include "server/store/postgres/database_connection.hpp"

namespace farthing::app {
namespace {

constexpr std::string_view kSharedSecretFiles = "shared_secret_files";

SettingValue to_value(const toml::node& node) {
  if (const auto number = node.value_exact<std::int64_t>()) return *number;
  if (const auto flag = node.value_exact<bool>()) return *flag;
  if (auto text = node.value_exact<std::string>()) return *std::move(text);
  const toml::array* array = node.as_array();
  if (array == nullptr) return {};
  std::vector<std::string> texts;
  for (const toml::node& element : *array) {
    auto text = element.value_exact<std::string>();
    if (!text) return {};
    texts.push_back(*std::move(text));
  }
  return texts;
}

// `prefix` is the name of the table with a dot, or empty.
Checked apply_table(const toml::table& table, const std::string& prefix, ServerOptions& options) {
  for (const auto& [key, node] : table) {
    const std::string name = prefix + std::string(key.str());
    if (prefix.empty() && is_settings_table(name)) {
      const toml::table* inner = node.as_table();
      if (inner == nullptr) return name + " must be a table";
      if (auto done = apply_table(*inner, name + ".", options); !done) return done;
      continue;
    }
    const Setting* setting = find_setting(name);
    // A dot within a key is part of it: it does not lead into a table.
    if (setting == nullptr || key.str().find('.') != std::string_view::npos) {
      return "there is no setting \"" + name + "\"";
    }
    if (auto done = setting->type.set(to_value(node), name, options); !done) return done;
  }
  return Done{};
}

// Applies first the setting that says how the files that others name are to be read.
Checked apply_settings(const toml::table& table, ServerOptions& options) {
  if (const toml::node* node = table.get(kSharedSecretFiles)) {
    const SettingType& type = find_setting(kSharedSecretFiles)->type;
    auto done = type.set(to_value(*node), kSharedSecretFiles, options);
    if (!done) return done;
  }
  return apply_table(table, "", options);
}

// The command line may name another place than the file, but the file names one.
Checked check_one_place(const toml::table& table) {
  const auto is_named = [&table](const char* key) { return table.contains(key) ? 1 : 0; };
  if (is_named("data") + is_named("store") + is_named("store_file") > 1) {
    return std::string("give one of data, store and store_file");
  }
  return Done{};
}

// A URL with a password makes the configuration itself a file with a secret.
Checked check_own_secret(const std::filesystem::path& path, const toml::table& table,
                         const ServerOptions& options) {
  const auto url = table["store"].value_exact<std::string>();
  if (!url || !store::postgres::DatabaseConnection::has_password(*url)) return Done{};
  return check_secret_file(path, options.shared_secrets);
}

std::string at_line(const toml::parse_error& error) {
  return std::string(error.description()) + " (line " + std::to_string(error.source().begin.line) +
         ")";
}

}  // namespace

Checked read_config_file(const std::filesystem::path& path, ServerOptions& options) {
  const std::string in_file = "in the configuration file " + path.string() + ": ";
  // The parser tells neither why a file cannot be opened nor a directory from an empty file.
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return in_file + std::strerror(errno);
  ::close(file);
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return in_file + "it is a directory";
  try {
    const toml::table table = toml::parse_file(path.string());
    if (auto done = check_one_place(table); !done) return in_file + done.error();
    if (auto done = apply_settings(table, options); !done) return in_file + done.error();
    if (auto done = check_own_secret(path, table, options); !done) return done;
  } catch (const toml::parse_error& error) {
    return in_file + at_line(error);
  }
  return Done{};
}

}  // namespace farthing::app
