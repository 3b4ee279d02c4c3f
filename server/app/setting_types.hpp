// SPDX-License-Identifier: Apache-2.0
// The types that settings can have: each says how a value is spelled, which member of ServerOptions
// it sets and how it shows it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/key_form.hpp"
#include "base/result.hpp"
#include "server/app/server_options.hpp"
#include "server/app/settings.hpp"

namespace farthing::app {

template <class Type>
constexpr SettingType kSettingType = {
    .form = Type::kForm, .expected = &Type::expected, .set = &Type::set, .show = &Type::show};

// Returns the sentence "NAME must be EXPECTED", and for a text that was given ", and not "TEXT"".
std::string must_be(std::string_view name, std::string_view expected);
std::string must_be(std::string_view name, std::string_view expected, std::string_view text);

// Returns the member that a path leads to: `http` of the options, `max_head` of that.
template <auto... kPath>
const auto& member_of(const ServerOptions& options) {
  return (options.*....*kPath);
}
template <auto... kPath>
auto& member_of(ServerOptions& options) {
  return (options.*....*kPath);
}

enum class Unit : std::uint8_t { one, milliseconds, mebibytes };

// Returns "a number of MiB from 1 to 1024".
std::string describe_range(Unit unit, std::int64_t least, std::int64_t most);

template <Unit kUnit, std::int64_t kLeast, std::int64_t kMost, auto... kPath>
struct Number {
  static constexpr SettingForm kForm = SettingForm::number;
  static std::string expected() { return describe_range(kUnit, kLeast, kMost); }
  static Checked set(const SettingValue& value, std::string_view name, ServerOptions& options) {
    const auto* number = std::get_if<std::int64_t>(&value);
    if (number == nullptr || *number < kLeast || *number > kMost) return must_be(name, expected());
    auto& member = member_of<kPath...>(options);
    member = static_cast<std::remove_reference_t<decltype(member)>>(*number << kShift);
    return Done{};
  }
  static std::string show(const ServerOptions& options) {
    const auto& member = member_of<kPath...>(options);
    if constexpr (kUnit == Unit::milliseconds) {
      return std::to_string(member.count());
    } else {
      return std::to_string(member >> kShift);
    }
  }

 private:
  static constexpr int kShift = kUnit == Unit::mebibytes ? 20 : 0;
};

// `kOn` or `kOff`, spelled true or false.
template <auto kMember, auto kOn, auto kOff>
struct Flag {
  static constexpr SettingForm kForm = SettingForm::flag;
  static std::string expected() { return "true or false"; }
  static Checked set(const SettingValue& value, std::string_view name, ServerOptions& options) {
    const auto* is_on = std::get_if<bool>(&value);
    if (is_on == nullptr) return must_be(name, expected());
    options.*kMember = *is_on ? kOn : kOff;
    return Done{};
  }
  static std::string show(const ServerOptions& options) {
    return options.*kMember == kOn ? "true" : "false";
  }
};

std::string describe_rate();
Checked set_rate(const SettingValue& value, std::string_view name,
                 std::optional<directory::RateLimit>& limit);
std::string show_rate(const std::optional<directory::RateLimit>& limit);

// So many in so many seconds, or "off".
template <auto... kPath>
struct Rate {
  static constexpr SettingForm kForm = SettingForm::text;
  static std::string expected() { return describe_rate(); }
  static Checked set(const SettingValue& value, std::string_view name, ServerOptions& options) {
    return set_rate(value, name, member_of<kPath...>(options));
  }
  static std::string show(const ServerOptions& options) {
    return show_rate(member_of<kPath...>(options));
  }
};

std::string describe_file();
// Returns null unless the value is a text that is not empty.
const std::string* file_path_in(const SettingValue& value);

// One of the two files that TLS needs.
template <auto kMember>
struct TlsFile {
  static constexpr SettingForm kForm = SettingForm::text;
  static std::string expected() { return describe_file(); }
  static Checked set(const SettingValue& value, std::string_view name, ServerOptions& options) {
    const std::string* path = file_path_in(value);
    if (path == nullptr) return must_be(name, expected());
    if (!options.tls) options.tls.emplace();
    (*options.tls).*kMember = *path;
    return Done{};
  }
  static std::string show(const ServerOptions& options) {
    return options.tls ? (*options.tls).*kMember : std::string();
  }
};

struct StatementKeyFile {
  static constexpr SettingForm kForm = SettingForm::text;
  static std::string expected() { return describe_file(); }
  static Checked set(const SettingValue& value, std::string_view name, ServerOptions& options);
  static std::string show(const ServerOptions& options);
};

// The place of the store: a directory, the URL of a database, or a file with such a URL. The last
// of them that is set counts.
struct DataDirectory {
  static constexpr SettingForm kForm = SettingForm::text;
  static std::string expected() { return "the path of a directory, as a string"; }
  static Checked set(const SettingValue& value, std::string_view name, ServerOptions& options);
  static std::string show(const ServerOptions& options) { return options.store.data.string(); }
};
struct DatabaseUrl {
  static constexpr SettingForm kForm = SettingForm::text;
  static std::string expected() { return "the URL of a database, as a string"; }
  static Checked set(const SettingValue& value, std::string_view name, ServerOptions& options);
  // A URL may hold a password.
  static std::string show(const ServerOptions& /*options*/) { return {}; }
};
struct DatabaseUrlFile {
  static constexpr SettingForm kForm = SettingForm::text;
  static std::string expected() { return describe_file(); }
  static Checked set(const SettingValue& value, std::string_view name, ServerOptions& options);
  static std::string show(const ServerOptions& /*options*/) { return {}; }
};

// At least one place to accept connections at, instead of those that were set before: "HOST:PORT",
// "[::1]:PORT", "localhost:PORT" or "unix:PATH".
struct Places {
  static constexpr SettingForm kForm = SettingForm::texts;
  static std::string expected();
  static Checked set(const SettingValue& value, std::string_view name, ServerOptions& options);
  static std::string show(const ServerOptions& options);
};
struct OperatorsPlace {
  static constexpr SettingForm kForm = SettingForm::text;
  static std::string expected();
  static Checked set(const SettingValue& value, std::string_view name, ServerOptions& options);
  static std::string show(const ServerOptions& options);
};

// Networks such as "10.0.0.0/8" and addresses, instead of those that were set before.
struct TrustedNetworks {
  static constexpr SettingForm kForm = SettingForm::texts;
  static std::string expected();
  static Checked set(const SettingValue& value, std::string_view name, ServerOptions& options);
  // By default there are none; what was set is not shown.
  static std::string show(const ServerOptions& /*options*/) { return {}; }
};

struct PrefixOfKeys {
  static constexpr SettingForm kForm = SettingForm::text;
  static std::string expected() { return KeyPrefix::expected(); }
  static Checked set(const SettingValue& value, std::string_view name, ServerOptions& options);
  static std::string show(const ServerOptions& options) { return options.key_prefix.text(); }
};

// Names of tags, instead of those that were set before.
struct NamesOfTags {
  static constexpr SettingForm kForm = SettingForm::texts;
  static std::string expected();
  static Checked set(const SettingValue& value, std::string_view name, ServerOptions& options);
  // By default there are none; what was set is not shown.
  static std::string show(const ServerOptions& /*options*/) { return {}; }
};

struct LevelOfLog {
  static constexpr SettingForm kForm = SettingForm::text;
  static std::string expected();
  static Checked set(const SettingValue& value, std::string_view name, ServerOptions& options);
  static std::string show(const ServerOptions& options);
};

// "40d" or "12h", an hour to a hundred years.
struct ClockGap {
  static constexpr SettingForm kForm = SettingForm::text;
  static std::string expected();
  static Checked set(const SettingValue& value, std::string_view name, ServerOptions& options);
  static std::string show(const ServerOptions& options);
};

}  // namespace farthing::app
