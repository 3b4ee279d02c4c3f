// SPDX-License-Identifier: Apache-2.0
// How the models of the two calls are decoded; for `decode_json`.
#pragma once

#include <farthing/user_models.hpp>

#include "sdk/cpp/src/json/decode_json.hpp"

namespace farthing::sdk {

void decode(const FieldReader& in, OrganizationMembership& out);
void decode(const FieldReader& in, AccountResponseBody& out);
void decode(const FieldReader& in, BalanceResponseBody& out);

}  // namespace farthing::sdk
