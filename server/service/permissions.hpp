// SPDX-License-Identifier: Apache-2.0
// The rights of server/store/permissions.hpp under the names by which routes and services ask for
// them. The rules stand with the store, because it decides by them again.
#pragma once

#include "server/store/permissions.hpp"

namespace farthing::service {

using store::find_refusal;
using store::kRights;
using store::may_everywhere;
using store::Right;
using store::Roles;
using store::Rule;
using store::rule_of;
using store::Target;

}  // namespace farthing::service
