// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/seed_workload.hpp"

#include <string_view>

#include "benchmarks/fail.hpp"

namespace farthing::bench {
namespace {

// Ends the program when the answer does not have the member.
std::string required_member(const Response& answer, std::string_view name) {
  std::string value = json_string_member(answer.body, name);
  if (value.empty()) fail("an answer of the server has no " + std::string(name));
  return value;
}

}  // namespace

SeedWorkload::SeedWorkload(const SeedPlan& plan, std::size_t connections)
    : plan_(plan), progress_(connections) {}

void SeedWorkload::append(std::string& out, const std::string& method_and_path,
                          const std::string& body) {
  out += method_and_path;
  out += " HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nAuthorization: Bearer ";
  out += plan_.admin_key;
  out += "\r\nIdempotency-Key: ";
  out += idempotency_keys_.next();
  out += "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

NextRequest SeedWorkload::append_request(std::size_t connection, std::string& out) {
  Progress& at = progress_[connection];
  switch (at.step) {
    case Step::create_user: {
      if (started_ == plan_.users) return NextRequest::none_left;
      at.number = ++started_;
      const std::string email = plan_.name + std::to_string(at.number) + "@bench.example";
      append(out, "POST /v1/users", R"({"email":")" + email + R"("})");
      break;
    }
    case Step::create_organization:
      append(out, "POST /v1/organizations",
             R"({"name":"Organization )" + std::to_string(at.number) + R"("})");
      break;
    case Step::add_member:
      append(out, "PUT /v1/organizations/" + at.organization + "/members/" + at.user,
             R"({"role":"OWNER"})");
      break;
    case Step::create_api_key:
      append(out, "POST /v1/api-keys", R"({"user":")" + at.user + R"(",)" + plan_.key_fields + '}');
      break;
    case Step::create_grant:
      append(out, "POST /v1/organizations/" + at.organization + "/grants",
             R"({"amount":")" + plan_.amount + R"("})");
      break;
  }
  return NextRequest::appended;
}

void SeedWorkload::on_answer(std::size_t connection, const Response& answer) {
  if (answer.status < 200 || answer.status > 299) {
    fail("seeding was answered with " + std::to_string(answer.status) + ' ' +
         std::string(answer.body));
  }
  Progress& at = progress_[connection];
  switch (at.step) {
    case Step::create_user:
      at.user = required_member(answer, "id");
      at.step = Step::create_organization;
      break;
    case Step::create_organization:
      at.organization = required_member(answer, "id");
      at.step = Step::add_member;
      break;
    case Step::add_member:
      at.step = Step::create_api_key;
      break;
    case Step::create_api_key:
      at.secret = required_member(answer, "secret");
      at.step = Step::create_grant;
      break;
    case Step::create_grant:
      secrets_.push_back(at.secret);
      organizations_.push_back(at.organization);
      at.step = Step::create_user;
      break;
  }
}

}  // namespace farthing::bench
