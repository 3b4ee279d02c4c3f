// SPDX-License-Identifier: Apache-2.0
// Shows an API key.
#pragma once

#include <farthing/models.hpp>
#include <string>
#include <vector>

#include "cli/output/document.hpp"

namespace farthing::cli {

// Returns the texts with commas between them; the texts of a key hold no comma.
std::string joined(const std::vector<std::string>& texts);

// Returns all of a key but its secret. The JSON is the whole model's: the caller must first reset a
// secret that must not show.
Document key_document(const sdk::ApiKey& key);

}  // namespace farthing::cli
