// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/request_workload.hpp"

#include <string_view>
#include <utility>

namespace farthing::bench {
namespace {

constexpr std::size_t kShownBytes = 300;
constexpr std::string_view kAuthorization = "Authorization: Bearer ";
constexpr std::string_view kBodyStart = R"({"organization":")";

}  // namespace

NextRequest RequestWorkload::append_request(std::size_t /*connection*/, std::string& out) {
  if (left_ == 0) return NextRequest::none_left;
  --left_;
  write_request(out);
  return NextRequest::appended;
}

void RequestWorkload::on_answer(std::size_t /*connection*/, const Answer& answer) {
  if (answer.status >= 200 && answer.status < 300) return;
  if (++refused_ == 1) {
    first_refusal_ = std::to_string(answer.status) + ' ';
    first_refusal_ += answer.body.substr(0, kShownBytes);
  }
}

GetWorkload::GetWorkload(const std::string& path, std::optional<Rotation> keys, std::uint64_t limit)
    : RequestWorkload(limit),
      before_key_("GET " + path + " HTTP/1.1\r\nHost: bench\r\nAccept: application/json\r\n"),
      keys_(std::move(keys)),
      after_key_("\r\n") {
  if (!keys_) return;
  before_key_ += kAuthorization;
  after_key_ = "\r\n\r\n";
}

void GetWorkload::write_request(std::string& out) {
  out += before_key_;
  if (keys_) out += keys_->next();
  out += after_key_;
}

ChargeWorkload::ChargeWorkload(const std::string& path, Rotation keys, Rotation organizations,
                               const std::string& amount, std::uint64_t limit)
    : RequestWorkload(limit),
      before_key_("POST " + path +
                  " HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"),
      keys_(std::move(keys)),
      organizations_(std::move(organizations)),
      after_organization_(R"(","amount":")" + amount + R"("})") {
  before_key_ += kAuthorization;
}

void ChargeWorkload::write_request(std::string& out) {
  const std::string& organization = organizations_.next();
  const std::size_t body_size =
      kBodyStart.size() + organization.size() + after_organization_.size();
  out += before_key_;
  out += keys_.next();
  out += "\r\nIdempotency-Key: ";
  out += idempotency_keys_.next();
  out += "\r\nContent-Length: ";
  out += std::to_string(body_size);
  out += "\r\n\r\n";
  out += kBodyStart;
  out += organization;
  out += after_organization_;
}

}  // namespace farthing::bench
