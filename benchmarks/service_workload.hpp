// SPDX-License-Identifier: Apache-2.0
// The POSTs that a service makes: charges one by one or in batches, holds that it captures, and
// questions about its callers' keys.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "benchmarks/idempotency_key.hpp"
#include "benchmarks/request_workload.hpp"
#include "benchmarks/rotation.hpp"

namespace farthing::bench {

// Whom to charge, with which of the service's own keys and how much, a decimal string.
struct ServiceLoad {
  Rotation keys;
  Rotation organizations;
  std::string amount;
  KeyOrder key_order = KeyOrder::time;
};

class ServiceWorkload : public RequestWorkload {
 protected:
  ServiceWorkload(ServiceLoad load, std::uint64_t limit);

  void append_post(std::string& out, std::string_view path, std::string_view idempotency_key,
                   std::string_view body);
  // The fields `organization`, the next one, and `amount`, without braces.
  void append_charge(std::string& out);
  std::string_view next_idempotency_key() { return idempotency_keys_.next(); }

 private:
  ServiceLoad load_;
  IdempotencyKeys idempotency_keys_;
};

// `POST /v1/charges`, each with an `Idempotency-Key` of its own.
class ChargeWorkload final : public ServiceWorkload {
 public:
  ChargeWorkload(ServiceLoad load, std::uint64_t limit) : ServiceWorkload(std::move(load), limit) {}

 protected:
  void write_request(std::size_t connection, std::string& out) override;

 private:
  std::string body_;
};

// `POST /v1/charges/batch` of `size` charges each. An answer is expected when each was booked.
class BatchWorkload final : public ServiceWorkload {
 public:
  BatchWorkload(std::size_t size, ServiceLoad load, std::uint64_t limit)
      : ServiceWorkload(std::move(load), limit), size_(size) {}

 protected:
  void write_request(std::size_t connection, std::string& out) override;
  bool accepts(std::size_t connection, const Response& answer) override;

 private:
  const std::size_t size_;
  std::string body_;
};

// `POST /v1/holds`, and when it is answered the capture of all of it. One request at a time on each
// connection.
class HoldWorkload final : public ServiceWorkload {
 public:
  HoldWorkload(ServiceLoad load, std::size_t connections, std::uint64_t limit)
      : ServiceWorkload(std::move(load), limit), open_holds_(connections) {}

 protected:
  void write_request(std::size_t connection, std::string& out) override;
  bool accepts(std::size_t connection, const Response& answer) override;

 private:
  std::vector<std::string> open_holds_;  // One a connection; empty: none.
  std::string body_;
};

// `POST /v1/api-keys/verify` of one caller's key after the other. An answer is expected when it
// says that the key is good.
class VerifyWorkload final : public RequestWorkload {
 public:
  VerifyWorkload(Rotation keys, Rotation callers, std::uint64_t limit)
      : RequestWorkload(limit), keys_(std::move(keys)), callers_(std::move(callers)) {}

 protected:
  void write_request(std::size_t connection, std::string& out) override;
  bool accepts(std::size_t connection, const Response& answer) override;

 private:
  Rotation keys_;
  Rotation callers_;
  std::string body_;
};

}  // namespace farthing::bench
