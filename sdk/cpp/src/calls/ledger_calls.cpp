// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/calls/ledger_calls.hpp"

#include <string>

#include "sdk/cpp/src/calls/call_builder.hpp"

namespace farthing::sdk {
namespace {

constexpr std::size_t kLargestBatch = 1'000;

Result<Call> get(std::string_view path_template, std::string_view field, std::string_view id) {
  return CallBuilder("GET", path_template).id(field, id).build();
}

void add_remarks(CallBuilder& builder, const Remarks& remarks) {
  builder.tags("tags", remarks.tags)
      .text("reason", remarks.reason)
      .object("metadata", remarks.metadata);
}

// Adds what a charge or a hold is for.
template <class Request>
void add_purpose(CallBuilder& builder, const Request& request) {
  builder.text("operation", request.operation).text("model", request.model);
  add_remarks(builder, request.remarks);
}

void add_charge(CallBuilder& builder, const CreateCharge& charge) {
  builder.required("organization", charge.organization)
      .presented_key("api_key", charge.api_key)
      .amount("amount", charge.amount);
  add_purpose(builder, charge);
}

}  // namespace

Result<Call> create_grant_call(const CreateGrant& request) {
  CallBuilder builder("POST", "/organizations/{organization}/grants");
  builder.id("organization", request.organization)
      .amount("amount", request.amount)
      .text("category", request.category)
      .integer("priority", request.priority)
      .text("effective_at", request.effective_at)
      .text("expires_at", request.expires_at)
      .price("price_paid", request.price_paid)
      .text("payment_reference", request.payment_reference);
  add_remarks(builder, request.remarks);
  return builder.build();
}

Result<Call> void_grant_call(const VoidGrant& request) {
  CallBuilder builder("POST", "/grants/{grant}/void");
  builder.id("grant", request.grant);
  add_remarks(builder, request.remarks);
  return builder.build();
}

Result<Call> erase_entry_texts_call(std::string_view organization, std::int64_t seq) {
  return CallBuilder("POST", "/organizations/{organization}/entries/{entry}/erase")
      .id("organization", organization)
      .id("entry", std::to_string(seq))
      .build();
}

Result<Call> create_charge_call(const CreateCharge& request) {
  CallBuilder builder("POST", "/charges");
  add_charge(builder, request);
  return builder.build();
}

Result<Call> create_charges_call(const std::vector<KeyedCharge>& charges) {
  return CallBuilder("POST", "/charges/batch")
      .objects("charges", charges, kLargestBatch,
               [](CallBuilder& builder, const KeyedCharge& keyed) {
                 builder.required("idempotency_key", keyed.idempotency_key);
                 add_charge(builder, keyed.charge);
               })
      .with_own_keys()
      .build();
}

Result<Call> refund_charge_call(const RefundCharge& request) {
  CallBuilder builder("POST", "/charges/{charge}/refunds");
  builder.id("charge", request.charge).optional_amount("amount", request.amount);
  add_remarks(builder, request.remarks);
  return builder.build();
}

Result<Call> place_hold_call(const PlaceHold& request) {
  CallBuilder builder("POST", "/holds");
  builder.required("organization", request.organization)
      .presented_key("api_key", request.api_key)
      .amount("amount", request.amount)
      .optional_seconds("ttl_s", request.ttl)
      .text("over_capture", request.over_capture);
  add_purpose(builder, request);
  return builder.build();
}

Result<Call> capture_hold_call(const CaptureHold& request) {
  CallBuilder builder("POST", "/holds/{hold}/capture");
  builder.id("hold", request.hold)
      .optional_amount("amount", request.amount)
      .boolean("final", request.is_final);
  add_remarks(builder, request.remarks);
  return builder.build();
}

Result<Call> extend_hold_call(const ExtendHold& request) {
  CallBuilder builder("POST", "/holds/{hold}/extend");
  builder.id("hold", request.hold).seconds("ttl_s", request.ttl);
  add_remarks(builder, request.remarks);
  return builder.build();
}

Result<Call> release_hold_call(const ReleaseHold& request) {
  CallBuilder builder("POST", "/holds/{hold}/release");
  builder.id("hold", request.hold);
  add_remarks(builder, request.remarks);
  return builder.build();
}

Result<Call> get_organization_balance_call(const GetOrganizationBalance& request) {
  return CallBuilder("GET", "/organizations/{organization}/balance")
      .id("organization", request.organization)
      .optional_query("at", request.at)
      .build();
}

Result<Call> get_grant_call(std::string_view grant) {
  return get("/grants/{grant}", "grant", grant);
}

Result<Call> get_charge_call(std::string_view charge) {
  return get("/charges/{charge}", "charge", charge);
}

Result<Call> explain_charge_call(std::string_view charge) {
  return get("/charges/{charge}/explain", "charge", charge);
}

Result<Call> get_hold_call(std::string_view hold) { return get("/holds/{hold}", "hold", hold); }

Result<Call> get_outcome_call(std::string_view organization, std::string_view idempotency_key) {
  return CallBuilder("GET", "/organizations/{organization}/outcomes/{idempotency_key}")
      .id("organization", organization)
      .id("idempotency_key", idempotency_key)
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

Result<Call> list_entries_call(const ListEntries& request, AnswerType type) {
  std::optional<std::string> raw;
  if (request.raw && type == AnswerType::csv) raw = "true";
  return CallBuilder("GET", "/organizations/{organization}/entries")
      .id("organization", request.organization)
      .optional_query("kind", request.kind)
      .optional_query("from", request.from)
      .optional_query("to", request.to)
      .optional_query("operation", request.operation)
      .optional_query("key", request.key)
      .optional_query("raw", raw)
      .page(request.page)
      .answered_in(type)
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
