// SPDX-License-Identifier: Apache-2.0
// Reads and writes stories; for `decode_json` and `encode_json`.
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

void encode(JsonWriter& out, const RefundStep& refund);
void encode(JsonWriter& out, const ChargeStory& charge);
void encode(JsonWriter& out, const HoldExtension& extension);
void encode(JsonWriter& out, const HoldCapture& capture);
void encode(JsonWriter& out, const HoldRelease& release);
void encode(JsonWriter& out, const HoldStory& hold);
void encode(JsonWriter& out, const GrantPart& grant);
void encode(JsonWriter& out, const ChargeDebt& debt);
void encode(JsonWriter& out, const ChargeStep& step);
void encode(JsonWriter& out, const ChargeExplanation& explanation);

}  // namespace farthing::sdk
