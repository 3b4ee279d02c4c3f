// SPDX-License-Identifier: Apache-2.0
#include "server/ledger/grant_terms.hpp"

namespace farthing::ledger {

std::string_view to_string(GrantCategory category) {
  switch (category) {
    case GrantCategory::paid:
      return "paid";
    case GrantCategory::promotional:
      return "promotional";
  }
  return {};
}

std::optional<GrantCategory> parse_grant_category(std::string_view text) {
  if (text == "paid") return GrantCategory::paid;
  if (text == "promotional") return GrantCategory::promotional;
  return {};
}

}  // namespace farthing::ledger
