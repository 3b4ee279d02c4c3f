// SPDX-License-Identifier: Apache-2.0
// Compares an answer with the outcome that it is about.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/model_ledger.hpp"
#include "selftest/http/request.hpp"
#include "server/ledger/entry.hpp"

namespace farthing::selftest {

// Returns what is wrong with the first answer to a request, one sentence each. `own` are the
// entries of its outcome; `model` is the ledger after them.
std::vector<std::string> check_answer(const Told& told, std::span<const ledger::Entry> own,
                                      const model::ModelLedger& model);

// Return what is wrong with a hold or a charge that is read later; `model` is the ledger at that
// time.
std::vector<std::string> check_hold(const sdk::Hold& told, const model::ModelLedger& model);
std::vector<std::string> check_charge(const sdk::ChargeExplanation& told,
                                      const model::ModelLedger& model);

}  // namespace farthing::selftest
