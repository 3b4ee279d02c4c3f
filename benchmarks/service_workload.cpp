// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/service_workload.hpp"

#include <utility>

namespace farthing::bench {
namespace {

// The head of a POST up to the headers that not all of them have.
void append_head(std::string& out, std::string_view path, std::string_view key) {
  out += "POST ";
  out += path;
  out += " HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nAuthorization: Bearer ";
  out += key;
}

void append_body(std::string& out, std::string_view body) {
  out += "\r\nContent-Length: ";
  out += std::to_string(body.size());
  out += "\r\n\r\n";
  out += body;
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + part.size())) {
    ++found;
  }
  return found;
}

}  // namespace

ServiceWorkload::ServiceWorkload(ServiceLoad load, std::uint64_t limit)
    : RequestWorkload(limit), load_(std::move(load)), idempotency_keys_(load_.key_order) {}

void ServiceWorkload::append_post(std::string& out, std::string_view path,
                                  std::string_view idempotency_key, std::string_view body) {
  append_head(out, path, load_.keys.next());
  if (!idempotency_key.empty()) {
    out += "\r\nIdempotency-Key: ";
    out += idempotency_key;
  }
  append_body(out, body);
}

void ServiceWorkload::append_charge(std::string& out) {
  out += R"("organization":")";
  out += load_.organizations.next();
  out += R"(","amount":")";
  out += load_.amount;
  out += '"';
}

void ChargeWorkload::write_request(std::size_t /*connection*/, std::string& out) {
  body_ = '{';
  append_charge(body_);
  body_ += '}';
  append_post(out, "/v1/charges", next_idempotency_key(), body_);
}

void BatchWorkload::write_request(std::size_t /*connection*/, std::string& out) {
  body_ = R"({"charges":[)";
  for (std::size_t i = 0; i < size_; ++i) {
    if (i > 0) body_ += ',';
    body_ += R"({"idempotency_key":")";
    body_ += next_idempotency_key();
    body_ += R"(",)";
    append_charge(body_);
    body_ += '}';
  }
  body_ += "]}";
  append_post(out, "/v1/charges/batch", {}, body_);
}

bool BatchWorkload::accepts(std::size_t /*connection*/, const Response& answer) {
  return answer.status == 200 && count(answer.body, R"({"status":201,)") == size_;
}

void HoldWorkload::write_request(std::size_t connection, std::string& out) {
  const std::string& hold = open_holds_[connection];
  if (!hold.empty()) {
    append_post(out, "/v1/holds/" + hold + "/capture", next_idempotency_key(), "{}");
    return;
  }
  body_ = '{';
  append_charge(body_);
  body_ += '}';
  append_post(out, "/v1/holds", next_idempotency_key(), body_);
}

bool HoldWorkload::accepts(std::size_t connection, const Response& answer) {
  std::string& hold = open_holds_[connection];
  if (answer.status != (hold.empty() ? 201 : 200)) return false;
  hold = hold.empty() ? json_string_member(answer.body, "id") : "";
  return true;
}

void VerifyWorkload::write_request(std::size_t /*connection*/, std::string& out) {
  body_ = R"({"api_key":")";
  body_ += callers_.next();
  body_ += R"(","address":"127.0.0.1"})";
  append_head(out, "/v1/api-keys/verify", keys_.next());
  append_body(out, body_);
}

bool VerifyWorkload::accepts(std::size_t /*connection*/, const Response& answer) {
  return answer.status == 200 && answer.body.find(R"("valid":true)") != std::string_view::npos;
}

}  // namespace farthing::bench
