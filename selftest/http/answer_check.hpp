// SPDX-License-Identifier: Apache-2.0
// What an answer says, held against the outcome that it is about.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/model_ledger.hpp"
#include "selftest/http/request.hpp"
#include "server/ledger/entry.hpp"

namespace farthing::selftest {

// What is wrong with the first answer to a request, one sentence each. `own` are the entries of its
// outcome; `model` is the ledger as it is after them.
std::vector<std::string> check_answer(const Told& told, std::span<const ledger::Entry> own,
                                      const model::ModelLedger& model);

// The same of what is told later of a hold and a charge, by the model as it is then.
std::vector<std::string> check_hold(const sdk::Hold& told, const model::ModelLedger& model);
std::vector<std::string> check_charge(const sdk::ChargeExplanation& told,
                                      const model::ModelLedger& model);

}  // namespace farthing::selftest
