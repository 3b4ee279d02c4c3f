// SPDX-License-Identifier: Apache-2.0
// The calls about users, organizations and API keys as requests: paths, queries and bodies. Input
// that cannot be sent (an empty id, text that is not UTF-8, metadata that is no JSON object, a
// limit out of range) is a failure of kind `usage` that names the field.
#pragma once

#include <string_view>

#include <farthing/failure.hpp>
#include <farthing/requests.hpp>
#include <farthing/secret.hpp>

#include "sdk/cpp/src/session/session.hpp"

namespace farthing::sdk {

Result<Call> create_user_call(const CreateUser& request);
Result<Call> create_organization_call(const CreateOrganization& request);
Result<Call> change_organization_call(const ChangeOrganization& request);
Result<Call> put_member_call(const PutMember& request);
Result<Call> add_member_call(const AddMember& request);
Result<Call> remove_member_call(const RemoveMember& request);
Result<Call> choose_default_organization_call(std::string_view organization);
Result<Call> disable_user_call(std::string_view user);
Result<Call> enable_user_call(std::string_view user);
Result<Call> erase_user_call(std::string_view user);
Result<Call> disable_organization_call(std::string_view organization);
Result<Call> enable_organization_call(std::string_view organization);
Result<Call> set_default_organization_call(const SetDefaultOrganization& request);
Result<Call> create_api_key_call(const CreateApiKey& request);
Result<Call> change_api_key_call(const ChangeApiKey& request);
Result<Call> rotate_api_key_call(const RotateApiKey& request);
Result<Call> revoke_leaked_api_key_call(const Secret& secret);
Result<Call> revoke_api_key_call(std::string_view api_key);
Result<Call> verify_api_key_call(const VerifyApiKey& request);

Result<Call> get_user_call(std::string_view user);
Result<Call> get_organization_call(std::string_view organization);
Result<Call> get_api_key_call(std::string_view api_key);

Result<Call> list_users_call(const PageRequest& page);
Result<Call> list_organizations_call(const PageRequest& page);
Result<Call> list_members_call(const ListMembers& request);
Result<Call> list_api_keys_call(const ListApiKeys& request);
Result<Call> get_clock_call();
Result<Call> confirm_clock_call();
Result<Call> list_audit_log_call(const ListAuditLog& request);

}  // namespace farthing::sdk
