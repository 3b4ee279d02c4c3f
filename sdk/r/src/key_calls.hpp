// SPDX-License-Identifier: Apache-2.0
// The calls about API keys, by the names of the methods of the SDK's Client. All throw BadAmount
// and NullCharacter.
#pragma once

#include "call_forms.hpp"

namespace farthing::r {

Answer get_api_key(const Request& request);
Answer list_api_keys(const Request& request);
Answer create_api_key(const Request& request);
Answer change_api_key(const Request& request);
Answer rotate_api_key(const Request& request);
Answer revoke_api_key(const Request& request);
Answer revoke_leaked_api_key(const Request& request);
Answer verify_api_key(const Request& request);

}  // namespace farthing::r
