// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/v1_calls.hpp"

#include "sdk/cpp/src/call_builder.hpp"

namespace farthing::sdk {

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

Result<Call> put_member_call(const PutMember& request) {
  return CallBuilder("PUT", "/organizations/{organization}/members/{user}")
      .id("organization", request.organization)
      .id("user", request.user)
      .required("role", request.role)
      .build();
}

Result<Call> set_default_organization_call(const SetDefaultOrganization& request) {
  return CallBuilder("PUT", "/users/{user}/default-organization")
      .id("user", request.user)
      .required("organization", request.organization)
      .build();
}

Result<Call> create_api_key_call(const CreateApiKey& request) {
  return CallBuilder("POST", "/api-keys")
      .required("user", request.user)
      .text("name", request.name)
      .texts("scopes", request.scopes)
      .text("expires_at", request.expires_at)
      .build();
}

Result<Call> revoke_api_key_call(std::string_view api_key) {
  return CallBuilder("POST", "/api-keys/{api_key}/revoke").id("api_key", api_key).build();
}

Result<Call> create_grant_call(const CreateGrant& request) {
  return CallBuilder("POST", "/organizations/{organization}/grants")
      .id("organization", request.organization)
      .amount("amount", request.amount)
      .text("category", request.category)
      .integer("priority", request.priority)
      .text("effective_at", request.effective_at)
      .text("expires_at", request.expires_at)
      .object("metadata", request.metadata)
      .build();
}

Result<Call> create_charge_call(const CreateCharge& request) {
  return CallBuilder("POST", "/charges")
      .required("organization", request.organization)
      .amount("amount", request.amount)
      .text("operation", request.operation)
      .text("engine", request.engine)
      .object("metadata", request.metadata)
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

Result<Call> get_organization_balance_call(const GetOrganizationBalance& request) {
  return CallBuilder("GET", "/organizations/{organization}/balance")
      .id("organization", request.organization)
      .optional_query("at", request.at)
      .build();
}

Result<Call> get_api_key_call(std::string_view api_key) {
  return CallBuilder("GET", "/api-keys/{api_key}").id("api_key", api_key).build();
}

Result<Call> get_grant_call(std::string_view grant) {
  return CallBuilder("GET", "/grants/{grant}").id("grant", grant).build();
}

Result<Call> get_charge_call(std::string_view charge) {
  return CallBuilder("GET", "/charges/{charge}").id("charge", charge).build();
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

Result<Call> list_api_keys_call(const ListApiKeys& request) {
  return CallBuilder("GET", "/api-keys")
      .optional_query("user", request.user)
      .page(request.page)
      .build();
}

Result<Call> list_grants_call(const ListGrants& request) {
  return CallBuilder("GET", "/organizations/{organization}/grants")
      .id("organization", request.organization)
      .page(request.page)
      .build();
}

Result<Call> list_charges_call(const ListCharges& request) {
  return CallBuilder("GET", "/charges")
      .query("organization", request.organization)
      .page(request.page)
      .build();
}

Result<Call> list_entries_call(const ListEntries& request) {
  return CallBuilder("GET", "/organizations/{organization}/entries")
      .id("organization", request.organization)
      .optional_query("kind", request.kind)
      .optional_query("from", request.from)
      .optional_query("to", request.to)
      .optional_query("operation", request.operation)
      .optional_query("key", request.key)
      .page(request.page)
      .build();
}

Result<Call> get_statement_call(const GetStatement& request) {
  return CallBuilder("GET", "/organizations/{organization}/statement")
      .id("organization", request.organization)
      .optional_query("from", request.from)
      .optional_query("to", request.to)
      .build();
}

Result<Call> get_statement_key_call() { return CallBuilder("GET", "/statement-key").build(); }

}  // namespace farthing::sdk
