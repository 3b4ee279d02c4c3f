// SPDX-License-Identifier: Apache-2.0
#include "server/store/rocksdb/commit_request.hpp"

namespace farthing::store {

std::size_t count_commands(const CommitRequest& request) {
  const auto* settle = std::get_if<SettleRequest>(&request);
  return settle == nullptr ? 1 : settle->commands.size();
}

void refuse(CommitRequest request, const Error& error) {
  if (auto* one = std::get_if<SettleOneRequest>(&request)) {
    one->reply(error);
  } else if (auto* act = std::get_if<SettleActRequest>(&request)) {
    act->reply(error);
  } else if (auto* settle = std::get_if<SettleRequest>(&request)) {
    settle->reply(std::vector<Result<Outcome>>(settle->commands.size(), error));
  } else if (auto* change = std::get_if<ChangeRequest>(&request)) {
    change->reply(error);
  } else if (auto* uses = std::get_if<KeyUsesRequest>(&request)) {
    uses->reply(error);
  } else if (auto* state = std::get_if<StateRequest>(&request)) {
    state->reply(error);
  } else if (auto* records = std::get_if<RecordsRequest>(&request)) {
    records->reply(error);
  } else {
    std::get<OutcomeRequest>(request).reply(error);
  }
}

}  // namespace farthing::store
