// SPDX-License-Identifier: Apache-2.0
// How an API key is shown.
#pragma once

#include <farthing/models.hpp>
#include <string>
#include <vector>

#include "cli/output/document.hpp"

namespace farthing::cli {

// The texts with commas between them; none of those that a key has holds a comma.
std::string joined(const std::vector<std::string>& texts);

// All of a key but its secret. The JSON is the whole model's: reset a secret that must not show.
Document key_document(const sdk::ApiKey& key);

}  // namespace farthing::cli
