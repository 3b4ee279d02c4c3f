// SPDX-License-Identifier: Apache-2.0
// Writes charges and holds as /v1 shows them when they are asked for by their ids: with their whole
// story.
#pragma once

#include "base/json/json_writer.hpp"
#include "server/service/charge_explanation.hpp"
#include "server/service/stories.hpp"

namespace farthing::api {

// Writes the charge and its refunds.
void write_charge_story(JsonWriter& writer, const service::ChargeStory& story);
// Writes the hold, what it was for, which grants it is of, its extensions, captures and release.
void write_hold_story(JsonWriter& writer, const service::HoldStory& story);
// Writes the charge, each grant's part in it, what is owed for it, and how that came about step by
// step.
void write_charge_explanation(JsonWriter& writer, const service::ChargeExplanation& explanation);

}  // namespace farthing::api
