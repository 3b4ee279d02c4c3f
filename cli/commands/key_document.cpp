// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/key_document.hpp"

#include <fmt/format.h>

namespace farthing::cli {
namespace {

// Returns the rate limit in the form that `--rate-limit` takes.
std::string rate_cell(const std::optional<sdk::RateLimit>& rate) {
  return rate ? fmt::format("{}/{}s", rate->requests, rate->per_s) : std::string();
}

// Returns the caps in the form that `--spend-cap` takes.
std::string caps_cell(const std::optional<sdk::SpendCaps>& caps) {
  std::vector<std::string> texts;
  const auto add = [&texts](const char* period, const std::optional<Credits>& cap) {
    if (cap) texts.push_back(fmt::format("{}={}", period, cap->to_string()));
  };
  if (caps) {
    add("day", caps->day);
    add("month", caps->month);
    add("total", caps->total);
  }
  return joined(texts);
}

}  // namespace

std::string joined(const std::vector<std::string>& texts) {
  return fmt::format("{}", fmt::join(texts, ","));
}

Document key_document(const sdk::ApiKey& key) {
  const sdk::PreviousSecret previous = key.previous_secret.value_or(sdk::PreviousSecret{});
  return {.fields = {{"id", key.id},
                     {"user", key.user},
                     {"name", to_cell(key.name)},
                     {"hint", key.hint},
                     {"scopes", joined(key.scopes)},
                     {"allowed_networks", joined(key.allowed_networks)},
                     {"rate_limit", rate_cell(key.rate_limit)},
                     {"spend_caps", caps_cell(key.spend_caps)},
                     {"created_at", key.created_at},
                     {"expires_at", to_cell(key.expires_at)},
                     {"revoked_at", to_cell(key.revoked_at)},
                     {"previous_hint", previous.hint},
                     {"previous_works_until", previous.works_until},
                     {"last_used_at", to_cell(key.last_used_at)}},
          .json = key.to_json()};
}

}  // namespace farthing::cli
