// SPDX-License-Identifier: Apache-2.0
// How stories are read and written; for `decode_json` and `encode_json`.
#pragma once

#include <farthing/story_models.hpp>

#include "sdk/cpp/src/models/ledger_models_json.hpp"

namespace farthing::sdk {

void decode(const FieldReader& in, RefundStep& out);
void decode(const FieldReader& in, ChargeStory& out);
void decode(const FieldReader& in, HoldExtension& out);
void decode(const FieldReader& in, HoldCapture& out);
void decode(const FieldReader& in, HoldRelease& out);
void decode(const FieldReader& in, HoldStory& out);
void decode(const FieldReader& in, GrantPart& out);
void decode(const FieldReader& in, ChargeDebt& out);
void decode(const FieldReader& in, ChargeStep& out);
void decode(const FieldReader& in, ChargeExplanation& out);

void encode(JsonObjectWriter& out, const RefundStep& refund);
void encode(JsonObjectWriter& out, const ChargeStory& charge);
void encode(JsonObjectWriter& out, const HoldExtension& extension);
void encode(JsonObjectWriter& out, const HoldCapture& capture);
void encode(JsonObjectWriter& out, const HoldRelease& release);
void encode(JsonObjectWriter& out, const HoldStory& hold);
void encode(JsonObjectWriter& out, const GrantPart& grant);
void encode(JsonObjectWriter& out, const ChargeDebt& debt);
void encode(JsonObjectWriter& out, const ChargeStep& step);
void encode(JsonObjectWriter& out, const ChargeExplanation& explanation);

}  // namespace farthing::sdk
