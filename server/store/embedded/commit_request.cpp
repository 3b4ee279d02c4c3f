// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/commit_request.hpp"

#include <type_traits>

namespace farthing::store::embedded {

std::size_t count_commands(const CommitRequest& request) {
  const auto* settle = std::get_if<SettleRequest>(&request);
  return settle == nullptr ? 1 : 1 + settle->rest.size();
}

void refuse(CommitRequest request, const Error& error) {
  const auto reply_error = [&error](auto& each) {
    if constexpr (std::is_same_v<decltype(each), SettleRequest&>) {
      each.for_each([&error](SettleRequest::Asked& asked) { asked.movement.reply(error); });
    } else {
      each.reply(error);
    }
  };
  std::visit(reply_error, request);
}

}  // namespace farthing::store::embedded
