// SPDX-License-Identifier: Apache-2.0
// The results of a batch of charges, each as its own request would have been answered.
#pragma once

#include <vector>

#include <farthing/client.hpp>

#include "sdk/cpp/src/session/session.hpp"

namespace farthing::sdk {

// `charges` are those that were sent, in that order. Fails with what concerns the batch as a whole.
Result<ChargeResults> read_charge_results(const Answer& answer,
                                          const std::vector<KeyedCharge>& charges);

}  // namespace farthing::sdk
