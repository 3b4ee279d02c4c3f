// SPDX-License-Identifier: Apache-2.0
// The two measured kinds of request: a GET as a caller makes it, and a POST of a charge as a
// service makes it. Every answer is checked; the first that is not 2xx is kept for the report.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "benchmarks/idempotency_key.hpp"
#include "benchmarks/rotation.hpp"
#include "benchmarks/workload.hpp"

namespace farthing::bench {

// Stops after `limit` requests and judges answers.
class RequestWorkload : public Workload {
 public:
  static constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

  explicit RequestWorkload(std::uint64_t limit) : left_(limit) {}

  NextRequest append_request(std::size_t connection, std::string& out) final;
  void on_answer(std::size_t connection, const Answer& answer) final;

  std::uint64_t refused() const { return refused_; }  // Answers that were not 2xx.
  const std::string& first_refusal() const { return first_refusal_; }

 protected:
  virtual void write_request(std::string& out) = 0;

 private:
  std::uint64_t left_;
  std::uint64_t refused_ = 0;
  std::string first_refusal_;
};

// `GET path` with `Authorization: Bearer <key>` when there are keys.
class GetWorkload final : public RequestWorkload {
 public:
  GetWorkload(const std::string& path, std::optional<Rotation> keys, std::uint64_t limit);

 protected:
  void write_request(std::string& out) override;

 private:
  std::string before_key_;
  std::optional<Rotation> keys_;
  std::string after_key_;
};

// `POST path` of a charge of `amount` to one organization after the other, each with an
// `Idempotency-Key` of its own.
class ChargeWorkload final : public RequestWorkload {
 public:
  ChargeWorkload(const std::string& path, Rotation keys, Rotation organizations,
                 const std::string& amount, std::uint64_t limit);

 protected:
  void write_request(std::string& out) override;

 private:
  std::string before_key_;
  Rotation keys_;
  Rotation organizations_;
  std::string after_organization_;
  IdempotencyKeys idempotency_keys_;
};

}  // namespace farthing::bench
