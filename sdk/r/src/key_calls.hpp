// SPDX-License-Identifier: Apache-2.0
// The calls about API keys, by the names of the methods of the SDK's Client. All throw BadAmount
// and NullCharacter.
#pragma once

#include "call_forms.hpp"

namespace farthing::r {

CallResult get_api_key(const Request& request);
CallResult list_api_keys(const Request& request);
CallResult create_api_key(const Request& request);
CallResult change_api_key(const Request& request);
CallResult rotate_api_key(const Request& request);
CallResult revoke_api_key(const Request& request);
CallResult revoke_leaked_api_key(const Request& request);
CallResult verify_api_key(const Request& request);

}  // namespace farthing::r
