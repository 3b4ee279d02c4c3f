// SPDX-License-Identifier: Apache-2.0
// A transport for tests of programs that use the SDK: it answers what it was told to, in that
// order, and remembers what it was asked. Safe from many threads at once.
//
//   auto transport = std::make_shared<farthing::sdk::mocks::ScriptedTransport>();
//   transport->answer(200, R"({"credits": 12.5})");
//   farthing::sdk::Client client({.api_key = "sk-test", .transport = transport});
#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <farthing/transport.hpp>

namespace farthing::sdk::mocks {

class ScriptedTransport final : public Transport {
 public:
  // Adds an answer with a JSON body to the script.
  void answer(int status, std::string body, std::vector<Header> headers = {}) {
    headers.push_back({"content-type", "application/json"});
    const std::lock_guard lock(mutex_);
    script_.emplace_back(HttpResponse{status, std::move(headers), std::move(body)});
  }

  // Adds a request that gets no answer.
  void fail(Failure failure) {
    const std::lock_guard lock(mutex_);
    script_.emplace_back(std::move(failure));
  }

  // What was asked so far, the `Authorization` header included.
  std::vector<HttpRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

  Result<HttpResponse> send(const HttpRequest& request) override {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    if (script_.empty()) {
      return Failure{.kind = FailureKind::transport, .message = "the script has no further answer"};
    }
    auto next = std::move(script_.front());
    script_.pop_front();
    return next;
  }

 private:
  mutable std::mutex mutex_;
  std::deque<Result<HttpResponse>> script_;
  std::vector<HttpRequest> requests_;
};

}  // namespace farthing::sdk::mocks
