// SPDX-License-Identifier: Apache-2.0
// Terms that the parts of the model's ledger share.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "model/model_ledger.hpp"

namespace farthing::model {

inline constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
// The largest amount.
inline constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t kUsPerSecond = 1'000'000;

inline std::int64_t sum_of(const std::vector<ModelLedger::Part>& parts) {
  std::int64_t sum = 0;
  for (const auto& part : parts) sum += part.amount;
  return sum;
}

inline ModelLedger::Refusal refused(std::string name,
                                    std::map<std::string, std::string> details = {}) {
  return {.name = std::move(name), .field = {}, .details = std::move(details)};
}

}  // namespace farthing::model
