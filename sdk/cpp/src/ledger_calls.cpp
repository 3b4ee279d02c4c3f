// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/ledger_calls.hpp"

#include "sdk/cpp/src/call_builder.hpp"

namespace farthing::sdk {

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

Result<Call> get_organization_balance_call(std::string_view organization) {
  return CallBuilder("GET", "/organizations/{organization}/balance")
      .id("organization", organization)
      .build();
}

Result<Call> get_grant_call(std::string_view grant) {
  return CallBuilder("GET", "/grants/{grant}").id("grant", grant).build();
}

Result<Call> get_charge_call(std::string_view charge) {
  return CallBuilder("GET", "/charges/{charge}").id("charge", charge).build();
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

}  // namespace farthing::sdk
