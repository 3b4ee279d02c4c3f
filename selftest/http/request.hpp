// SPDX-License-Identifier: Apache-2.0
// Sends a command of a history to a server and returns the answer.
#pragma once

#include <string>
#include <variant>

#include <farthing/client.hpp>
#include "server/ledger/command.hpp"

namespace farthing::selftest {

using Told = std::variant<sdk::Grant, sdk::VoidedGrant, sdk::Charge, sdk::ChangedHold,
                          sdk::CapturedHold, sdk::Refund, sdk::Organization>;

struct Response {
  Told told;
  std::string text;  // the whole answer as JSON: a replay has the same
  bool is_replayed = false;
};

// Sends the request under the command's idempotency key. The server sets the command's time; the
// client's key is the one that asks, and no caller's key is presented.
sdk::Result<Response> ask(const sdk::Client& client, const ledger::Command& command);

}  // namespace farthing::selftest
