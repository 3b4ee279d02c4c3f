// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/request_workload.hpp"

#include <string_view>
#include <utility>

namespace farthing::bench {
namespace {

constexpr std::size_t kShownBytes = 300;
constexpr std::string_view kAuthorization = "Authorization: Bearer ";

}  // namespace

NextRequest RequestWorkload::append_request(std::size_t connection, std::string& out) {
  if (left_ == 0) return NextRequest::none_left;
  --left_;
  write_request(connection, out);
  return NextRequest::appended;
}

bool RequestWorkload::accepts(std::size_t /*connection*/, const Response& answer) {
  if (expected_.empty()) return answer.status >= 200 && answer.status < 300;
  return expected_.contains(answer.status);
}

void RequestWorkload::on_answer(std::size_t connection, const Response& answer) {
  if (accepts(connection, answer)) return;
  if (++refused_ == 1) {
    first_refusal_ = std::to_string(answer.status) + ' ';
    first_refusal_ += answer.body.substr(0, kShownBytes);
  }
}

GetWorkload::GetWorkload(const std::string& path, std::optional<Rotation> keys, std::uint64_t limit,
                         std::set<int> expected)
    : RequestWorkload(limit, std::move(expected)),
      before_key_("GET " + path + " HTTP/1.1\r\nHost: bench\r\nAccept: application/json\r\n"),
      keys_(std::move(keys)),
      after_key_("\r\n") {
  if (!keys_) return;
  before_key_ += kAuthorization;
  after_key_ = "\r\n\r\n";
}

void GetWorkload::write_request(std::size_t /*connection*/, std::string& out) {
  out += before_key_;
  if (keys_) out += keys_->next();
  out += after_key_;
}

}  // namespace farthing::bench
