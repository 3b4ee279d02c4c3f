// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/key_options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>

namespace farthing::cli {
namespace {

constexpr std::int64_t kMostRequests = 1'000'000;
constexpr std::int64_t kLongestPeriod = 86'400;

// Reads all of `text` as a whole number from 1 to `most`.
std::optional<std::int64_t> parse_count(std::string_view text, std::int64_t most) {
  std::int64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped_at, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc() || stopped_at != end || count < 1 || count > most) return {};
  return count;
}

// Reads "10", or "none", which removes the cap; returns nothing for anything else.
std::optional<sdk::Clearable<Credits>> parse_cap(std::string_view text) {
  if (text == "none") return sdk::Clear{};
  const auto amount = Credits::parse(text);
  if (!amount || *amount < Credits()) return {};
  return *amount;
}

// Sets the cap that the option's value names; returns false when it names none.
bool set_cap(std::string_view text, sdk::SpendCapsChange& caps) {
  const std::size_t sign = std::min(text.find('='), text.size());
  const auto cap = parse_cap(text.substr(std::min(sign + 1, text.size())));
  const std::string_view period = text.substr(0, sign);
  if (!cap || sign == text.size()) return false;
  if (period == "day") return caps.day = *cap, true;
  if (period == "month") return caps.month = *cap, true;
  if (period == "total") return caps.total = *cap, true;
  return false;
}

}  // namespace

std::optional<sdk::RateLimit> parse_rate_limit(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || !text.ends_with('s')) return {};
  const auto requests = parse_count(text.substr(0, slash), kMostRequests);
  const auto per_s = parse_count(text.substr(slash + 1, text.size() - slash - 2), kLongestPeriod);
  if (!requests || !per_s) return {};
  return sdk::RateLimit{.requests = *requests, .per_s = *per_s};
}

sdk::RateLimit rate_limit_of(const std::string& text) {
  const auto rate = parse_rate_limit(text);
  if (!rate) {
    throw CLI::ValidationError("--rate-limit",
                               "has to be as 150/10s: 1 to 1000000 requests in 1 to 86400 seconds");
  }
  return *rate;
}

void add_spend_cap_option(CLI::App& command, sdk::SpendCapsChange& caps,
                          const std::string& summary) {
  command
      .add_option_function<std::vector<std::string>>(
          "--spend-cap",
          [&caps](const std::vector<std::string>& texts) {
            for (const std::string& text : texts) {
              if (set_cap(text, caps)) continue;
              throw CLI::ValidationError(
                  "--spend-cap",
                  "has to be day, month or total, \"=\" and credits or none, as in "
                  "day=12.5");
            }
          },
          summary)
      ->allow_extra_args(false)
      ->type_name("CAP");
}

void add_scope_option(CLI::App& command, std::vector<std::string>& scopes,
                      const std::string& summary) {
  command.add_option("--scope", scopes, summary)
      ->check(CLI::IsMember({"user", "service", "admin"}))
      ->allow_extra_args(false)
      ->type_name("SCOPE");
}

void add_key_argument(CLI::App& command, std::string& key) {
  command.add_option("KEY", key, "The key's id: key-...; not its secret")->required();
}

}  // namespace farthing::cli
