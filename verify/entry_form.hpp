// SPDX-License-Identifier: Apache-2.0
// Checks what an entry of each kind must have and must not have, whatever came before it.
#pragma once

#include "verify/entry.hpp"
#include "verify/finding.hpp"

namespace farthing::verify {

Check check_form(const Entry& entry);

}  // namespace farthing::verify
