// SPDX-License-Identifier: Apache-2.0
#include "cli/output/document.hpp"

namespace farthing::cli {

std::string to_cell(bool value) { return value ? "yes" : "no"; }

std::string to_cell(const std::optional<std::string>& value) { return value.value_or(""); }

}  // namespace farthing::cli
