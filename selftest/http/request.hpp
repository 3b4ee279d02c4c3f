// SPDX-License-Identifier: Apache-2.0
// A command of a history as a request to a server, and the answer.
#pragma once

#include <string>
#include <variant>

#include <farthing/client.hpp>
#include "server/ledger/command.hpp"

namespace farthing::selftest {

using Told = std::variant<sdk::Grant, sdk::VoidedGrant, sdk::Charge, sdk::ChangedHold,
                          sdk::CapturedHold, sdk::Refund, sdk::Organization>;

struct Answer {
  Told told;
  std::string text;  // all of it as JSON: a replay has the same
  bool is_replayed = false;
};

// Asks under the command's idempotency key. The server sets the command's time; the key that asks
// is the client's, and no key of a caller is presented.
sdk::Result<Answer> ask(const sdk::Client& client, const ledger::Command& command);

}  // namespace farthing::selftest
