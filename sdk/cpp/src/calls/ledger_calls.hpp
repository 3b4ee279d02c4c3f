// SPDX-License-Identifier: Apache-2.0
// The calls about credits as requests. Input that cannot be sent is a failure of kind `usage` that
// names the field, as in directory_calls.hpp.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <farthing/client.hpp>
#include <farthing/failure.hpp>
#include <farthing/requests.hpp>

#include "sdk/cpp/src/session/session.hpp"

namespace farthing::sdk {

Result<Call> create_grant_call(const CreateGrant& request);
Result<Call> void_grant_call(const VoidGrant& request);
Result<Call> erase_entry_texts_call(std::string_view organization, std::int64_t seq);
Result<Call> create_charge_call(const CreateCharge& request);
Result<Call> create_charges_call(const std::vector<KeyedCharge>& charges);
Result<Call> refund_charge_call(const RefundCharge& request);
Result<Call> place_hold_call(const PlaceHold& request);
Result<Call> capture_hold_call(const CaptureHold& request);
Result<Call> extend_hold_call(const ExtendHold& request);
Result<Call> release_hold_call(const ReleaseHold& request);

Result<Call> get_organization_balance_call(const GetOrganizationBalance& request);
Result<Call> get_grant_call(std::string_view grant);
Result<Call> get_charge_call(std::string_view charge);
Result<Call> explain_charge_call(std::string_view charge);
Result<Call> get_hold_call(std::string_view hold);
Result<Call> get_outcome_call(std::string_view organization, std::string_view idempotency_key);

Result<Call> list_grants_call(const ListGrants& request);
Result<Call> list_charges_call(const ListCharges& request);
Result<Call> list_entries_call(const ListEntries& request, AnswerType type);

Result<Call> get_statement_call(const GetStatement& request);
Result<Call> get_statement_key_call();

// Reads the answer to a batch of charges: each result is what a request of its own would have
// returned. `charges` are those that were sent, in that order. Fails when the batch as a whole did.
Result<ChargeResults> read_charge_results(const ServerAnswer& answer,
                                          const std::vector<KeyedCharge>& charges);

}  // namespace farthing::sdk
