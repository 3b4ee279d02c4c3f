// SPDX-License-Identifier: Apache-2.0
// The members that the bodies of several movements share, each listed once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "server/api/body_spec.hpp"
#include "server/api/endpoint.hpp"
#include "server/service/metering.hpp"

namespace farthing::api {

// Tags, reason and metadata: what any movement may say besides what it moves.
const BodySpec<service::Remarks>& remarks_spec();

// The price and the reference of the payment for a grant.
const BodySpec<service::Payment>& payment_spec();

// A charge, alone or in a batch.
const BodySpec<service::NewCharge>& charge_spec();

// Reads an object with a name for each tag, at most five, each of at most 64 characters. Whether the
// operator has declared the names is for the next one.
Result<std::vector<ledger::Tag>> read_tags(const JsonValue& value, std::string_view field);

// Fails with 400 when the operator has not declared the name of a tag.
Result<Done> expect_declared(const Call& call, const service::Remarks& remarks);

// Reads an optional body that has the remarks alone.
Result<service::Remarks> read_remarks(const Call& call);

}  // namespace farthing::api
