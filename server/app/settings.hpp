// SPDX-License-Identifier: Apache-2.0
// Every setting of a server, described once. The options of `farthing serve` and their help, the
// keys of the configuration file, what is accepted and what an error says of it, and the tables of
// docs/operating/configuration.md come from this table.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace farthing::app {

struct ServerOptions;

// Done, or a sentence that says what is wrong.
using Checked = BasicResult<Done, std::string>;

// A value as a file or a command line gives it; monostate for what none can be, such as a date.
using SettingValue =
    std::variant<std::monostate, std::int64_t, bool, std::string, std::vector<std::string>>;

// The form in which the command line's words for a setting are read; `texts` may be repeated there.
enum class SettingForm : std::uint8_t { number, flag, text, texts };

// The type of a setting: what its values are and where they go. kSettingType makes it
// (setting_types.hpp).
struct SettingType {
  SettingForm form;
  // Returns what a value must be, as in "true or false".
  std::string (*expected)();
  // Sets the value in the options, or returns a sentence that says what is wrong with it and calls
  // the setting `name`.
  Checked (*set)(const SettingValue& value, std::string_view name, ServerOptions& options);
  // Returns the value in the options as a file spells it; empty when there is none.
  std::string (*show)(const ServerOptions& options);
};

// The time at which a running server takes note of a change.
enum class TakesEffect : std::uint8_t { at_start, at_hang_up };

enum class Secrecy : std::uint8_t { open, names_secret_file };

struct Setting {
  std::string_view key;               // in the file; "limits.headers" is `headers` in [limits]
  std::string_view option = {};       // "--listen"; empty: in the file only
  std::string_view placeholder = {};  // "HOST:PORT", what the help shows for the option's value
  std::string_view summary;           // sentences of plain text, for the help and the page
  std::string_view details = {};      // sentences in Markdown, for the page alone
  SettingType type;
  std::string_view when_unset = {};  // in Markdown, where the default is not one value
  TakesEffect takes_effect = TakesEffect::at_start;
  Secrecy secrecy = Secrecy::open;

  // Returns "limits" for "limits.headers", nothing for "listen".
  std::string_view table() const;
};

// Returns all settings in the order of the page; those of one table stand together.
std::span<const Setting> all_settings();
// Returns null when there is none of that name.
const Setting* find_setting(std::string_view key);
// Returns whether a setting is in a table of that name.
bool is_settings_table(std::string_view name);

// Sets what stood behind the setting's option, once or, of a list, repeatedly.
Checked set_from_command_line(const Setting& setting, const std::vector<std::string>& words,
                              ServerOptions& options);

}  // namespace farthing::app
