// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/calls/directory_calls.hpp"

#include <chrono>
#include <variant>

#include "sdk/cpp/src/calls/call_builder.hpp"

namespace farthing::sdk {
namespace {

constexpr SecondsRange kOverlaps = {.least = std::chrono::seconds(0),
                                    .most = std::chrono::hours(24 * 30)};

template <class T>
bool is_cleared(const Clearable<T>& value) {
  return std::holds_alternative<Clear>(value);
}

template <class T>
const T* new_value(const Clearable<T>& value) {
  return std::get_if<T>(&value);
}

}  // namespace

Result<Call> create_user_call(const CreateUser& request) {
  return CallBuilder("POST", "/users")
      .required("email", request.email)
      .text("name", request.name)
      .text("profile_picture", request.profile_picture)
      .build();
}

Result<Call> create_organization_call(const CreateOrganization& request) {
  return CallBuilder("POST", "/organizations").required("name", request.name).build();
}

Result<Call> change_organization_call(const ChangeOrganization& request) {
  return CallBuilder("PATCH", "/organizations/{organization}")
      .id("organization", request.organization)
      .text("name", request.name)
      .limit("overdraft_limit", request.overdraft_limit)
      .build();
}

Result<Call> put_member_call(const PutMember& request) {
  return CallBuilder("PUT", "/organizations/{organization}/members/{user}")
      .id("organization", request.organization)
      .id("user", request.user)
      .required("role", request.role)
      .build();
}

Result<Call> add_member_call(const AddMember& request) {
  return CallBuilder("POST", "/organizations/{organization}/members")
      .id("organization", request.organization)
      .text("user", request.user)
      .text("email", request.email)
      .text("role", request.role)
      .build();
}

Result<Call> remove_member_call(const RemoveMember& request) {
  return CallBuilder("DELETE", "/organizations/{organization}/members/{user}")
      .id("organization", request.organization)
      .id("user", request.user)
      .build();
}

Result<Call> choose_default_organization_call(std::string_view organization) {
  return CallBuilder("PUT", "/user/default-organization")
      .required("organization", organization)
      .build();
}

Result<Call> disable_user_call(std::string_view user) {
  return CallBuilder("POST", "/users/{user}/disable").id("user", user).build();
}

Result<Call> enable_user_call(std::string_view user) {
  return CallBuilder("POST", "/users/{user}/enable").id("user", user).build();
}

Result<Call> erase_user_call(std::string_view user) {
  return CallBuilder("POST", "/users/{user}/erase").id("user", user).build();
}

Result<Call> disable_organization_call(std::string_view organization) {
  return CallBuilder("POST", "/organizations/{organization}/disable")
      .id("organization", organization)
      .build();
}

Result<Call> enable_organization_call(std::string_view organization) {
  return CallBuilder("POST", "/organizations/{organization}/enable")
      .id("organization", organization)
      .build();
}

Result<Call> set_default_organization_call(const SetDefaultOrganization& request) {
  return CallBuilder("PUT", "/users/{user}/default-organization")
      .id("user", request.user)
      .required("organization", request.organization)
      .build();
}

Result<Call> create_api_key_call(const CreateApiKey& request) {
  CallBuilder call("POST", "/api-keys");
  if (!request.user.empty()) call.required("user", request.user);
  return call.text("name", request.name)
      .texts("scopes", request.scopes)
      .text("expires_at", request.expires_at)
      .texts("allowed_networks", request.allowed_networks)
      .rate_limit("rate_limit", request.rate_limit)
      .spend_caps("spend_caps", request.spend_caps)
      .with_body()
      .build();
}

Result<Call> change_api_key_call(const ChangeApiKey& request) {
  CallBuilder call("PATCH", "/api-keys/{api_key}");
  call.id("api_key", request.api_key).text("name", request.name).texts("scopes", request.scopes);
  if (is_cleared(request.expires_at)) call.null("expires_at");
  if (const auto* instant = new_value(request.expires_at)) call.text("expires_at", *instant);
  if (is_cleared(request.allowed_networks)) call.null("allowed_networks");
  if (const auto* networks = new_value(request.allowed_networks)) {
    call.list("allowed_networks", *networks);
  }
  if (is_cleared(request.rate_limit)) call.null("rate_limit");
  if (const auto* rate = new_value(request.rate_limit)) call.rate_limit("rate_limit", *rate);
  call.spend_caps("spend_caps", request.spend_caps);
  return call.with_body().build();
}

Result<Call> rotate_api_key_call(const RotateApiKey& request) {
  return CallBuilder("POST", "/api-keys/{api_key}/rotate")
      .id("api_key", request.api_key)
      .optional_seconds("overlap_s", request.overlap, kOverlaps)
      .build();
}

Result<Call> revoke_leaked_api_key_call(const Secret& secret) {
  return CallBuilder("POST", "/api-keys/revoke-leaked")
      .presented_key("secret", secret)
      .without_api_key()
      .build();
}

Result<Call> revoke_api_key_call(std::string_view api_key) {
  return CallBuilder("POST", "/api-keys/{api_key}/revoke").id("api_key", api_key).build();
}

Result<Call> verify_api_key_call(const VerifyApiKey& request) {
  return CallBuilder("POST", "/api-keys/verify")
      .presented_key("api_key", request.api_key)
      .text("organization", request.organization)
      .text("scope", request.scope)
      .text("address", request.address)
      .optional_amount("could_spend", request.could_spend)
      .build();
}

Result<Call> get_user_call(std::string_view user) {
  return CallBuilder("GET", "/users/{user}").id("user", user).build();
}

Result<Call> get_organization_call(std::string_view organization) {
  return CallBuilder("GET", "/organizations/{organization}")
      .id("organization", organization)
      .build();
}

Result<Call> get_api_key_call(std::string_view api_key) {
  return CallBuilder("GET", "/api-keys/{api_key}").id("api_key", api_key).build();
}

Result<Call> list_users_call(const PageRequest& page) {
  return CallBuilder("GET", "/users").page(page).build();
}

Result<Call> list_organizations_call(const PageRequest& page) {
  return CallBuilder("GET", "/organizations").page(page).build();
}

Result<Call> list_members_call(const ListMembers& request) {
  return CallBuilder("GET", "/organizations/{organization}/members")
      .id("organization", request.organization)
      .page(request.page)
      .build();
}

Result<Call> get_clock_call() { return CallBuilder("GET", "/clock").build(); }

Result<Call> confirm_clock_call() { return CallBuilder("POST", "/clock/confirm").build(); }

Result<Call> list_audit_log_call(const ListAuditLog& request) {
  return CallBuilder("GET", "/audit-log")
      .optional_query("actor", request.actor)
      .optional_query("target", request.target)
      .optional_query("kind", request.kind)
      .optional_query("from", request.from)
      .optional_query("to", request.to)
      .page(request.page)
      .build();
}

Result<Call> list_api_keys_call(const ListApiKeys& request) {
  return CallBuilder("GET", "/api-keys")
      .optional_query("user", request.user)
      .page(request.page)
      .build();
}

}  // namespace farthing::sdk
