// SPDX-License-Identifier: Apache-2.0
#include "server/directory/command.hpp"

namespace farthing::directory {

ApiKey changed_by(ApiKey key, const ApiKeyChange& change) {
  if (change.name) key.name = *change.name;
  if (change.scopes) key.scopes = *change.scopes;
  if (change.expires_at) key.expires_at = *change.expires_at;
  if (change.allowed_networks) key.allowed_networks = *change.allowed_networks;
  if (change.rate_limit) key.rate_limit = *change.rate_limit;
  const SpendCapsChange& caps = change.spend_caps;
  if (caps.day) key.spend_caps.day = *caps.day;
  if (caps.month) key.spend_caps.month = *caps.month;
  if (caps.total) key.spend_caps.total = *caps.total;
  return key;
}

std::optional<Erasure> erasure_of(const DirectoryAction& action) {
  if (const auto* texts = std::get_if<EraseTexts>(&action)) return texts->of;
  if (const auto* person = std::get_if<EraseUser>(&action)) return person->user;
  return {};
}

}  // namespace farthing::directory
