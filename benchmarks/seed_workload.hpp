// SPDX-License-Identifier: Apache-2.0
// Fills a server through its API: users, each with an organization of its own, a membership, an API
// key and a grant. Each connection works on one user after the other, one request at a time, so the
// order of the requests of a user is the order of its steps.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/idempotency_key.hpp"
#include "benchmarks/workload.hpp"

namespace farthing::bench {

struct SeedPlan {
  std::uint64_t users = 0;
  std::string admin_key;
  std::string amount;         // Granted to each organization; a decimal string.
  std::string name = "user";  // Their e-mail addresses begin with it.
  // Further fields of every key, as JSON without braces. By default the keys may do more than the
  // user API, so that they are not limited to so many requests a second.
  std::string key_fields = R"("scopes":["user","service"])";
};

// Any answer that is not 2xx ends the program.
class SeedWorkload final : public Workload {
 public:
  SeedWorkload(const SeedPlan& plan, std::size_t connections);

  NextRequest append_request(std::size_t connection, std::string& out) override;
  void on_answer(std::size_t connection, const Response& answer) override;

  // One a user, both in the same order, once the user's last step is answered.
  const std::vector<std::string>& secrets() const { return secrets_; }
  const std::vector<std::string>& organizations() const { return organizations_; }

 private:
  enum class Step { create_user, create_organization, add_member, create_api_key, create_grant };
  struct Progress {
    Step step = Step::create_user;
    std::uint64_t number = 0;
    std::string user;
    std::string organization;
    std::string secret;
  };

  void append(std::string& out, const std::string& method_and_path, const std::string& body);

  SeedPlan plan_;
  std::uint64_t started_ = 0;
  std::vector<Progress> progress_;  // One a connection.
  std::vector<std::string> secrets_;
  std::vector<std::string> organizations_;
  IdempotencyKeys idempotency_keys_;
};

}  // namespace farthing::bench
