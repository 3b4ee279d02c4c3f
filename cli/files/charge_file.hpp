// SPDX-License-Identifier: Apache-2.0
// Charges read from a file: one JSON object a line, or CSV whose first line names the columns. The
// members, or columns, are those of a charge of a batch in the API: `amount`, and optionally
// `organization`, `api_key` (the caller's), `idempotency_key`, `operation`, `model`, `tags`, `reason`
// and `metadata`; in CSV `tags` and `metadata` are JSON, too. An empty cell counts as absent.
#pragma once

#include <farthing/credits.hpp>
#include <farthing/requests.hpp>
#include <farthing/secret.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/frame/problem.hpp"

namespace farthing::cli {

struct FileCharge {
  Credits amount{};
  std::optional<std::string> organization{};
  std::optional<sdk::Secret> api_key{};
  std::optional<std::string> idempotency_key{};
  std::optional<std::string> operation{};
  std::optional<std::string> model{};
  sdk::Remarks remarks{};
};

// Reads JSON when the first character that is not a blank is `{`, CSV otherwise. A problem of usage
// names the line and what is wrong with it; a file without charges is one, too.
Result<std::vector<FileCharge>> parse_charges(std::string_view text);

}  // namespace farthing::cli
