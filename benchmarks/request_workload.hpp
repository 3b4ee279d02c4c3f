// SPDX-License-Identifier: Apache-2.0
// The requests of a measured run: a limit, and a judgement of every answer, of which the first that
// was not expected is kept for the report. And the simplest of them, a GET as a caller makes it.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "benchmarks/rotation.hpp"
#include "benchmarks/workload.hpp"

namespace farthing::bench {

// Stops after `limit` requests.
class RequestWorkload : public Workload {
 public:
  static constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

  // Answers with one of the statuses are expected; with 2xx when there is none.
  explicit RequestWorkload(std::uint64_t limit, std::set<int> expected = {})
      : left_(limit), expected_(std::move(expected)) {}

  NextRequest append_request(std::size_t connection, std::string& out) final;
  void on_answer(std::size_t connection, const Response& answer) final;

  std::uint64_t refused() const { return refused_; }  // Answers that were not expected.
  const std::string& first_refusal() const { return first_refusal_; }

 protected:
  virtual void write_request(std::size_t connection, std::string& out) = 0;
  // Whether the answer is the expected one, by its status unless a workload knows better.
  virtual bool accepts(std::size_t connection, const Response& answer);

 private:
  std::uint64_t left_;
  const std::set<int> expected_;
  std::uint64_t refused_ = 0;
  std::string first_refusal_;
};

// `GET path` with `Authorization: Bearer <key>` when there are keys.
class GetWorkload final : public RequestWorkload {
 public:
  GetWorkload(const std::string& path, std::optional<Rotation> keys, std::uint64_t limit,
              std::set<int> expected = {});

 protected:
  void write_request(std::size_t connection, std::string& out) override;

 private:
  std::string before_key_;
  std::optional<Rotation> keys_;
  std::string after_key_;
};

}  // namespace farthing::bench
