// SPDX-License-Identifier: Apache-2.0
#include <farthing/clock_models.hpp>

#include "base/json/json_writer.hpp"
#include "sdk/cpp/src/models/models_json.hpp"

namespace farthing::sdk {

void decode(const FieldReader& in, ClockStatus& out) {
  in.require("clock", out.clock);
  in.require("ledger_time", out.ledger_time);
  in.require("ahead_ms", out.ahead_ms);
  in.require("doubt", out.doubt);
}

Result<ClockStatus> ClockStatus::from_json(std::string_view json) {
  return decode_json<ClockStatus>(json);
}

std::string ClockStatus::to_json() const {
  std::string json;
  JsonWriter object(json);
  object.begin_object();
  object.member("clock", clock);
  object.member("ledger_time", ledger_time);
  object.name("ahead_ms").integer(ahead_ms);
  object.member("doubt", doubt);
  object.end_object();
  return json;
}

}  // namespace farthing::sdk
