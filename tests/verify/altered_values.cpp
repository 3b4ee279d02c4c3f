// SPDX-License-Identifier: Apache-2.0
#include "tests/verify/altered_values.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace farthing::inspect {
namespace {

// No element of a list is longer: the longest is an open hold of one lot.
constexpr std::size_t kMostBytes = 100;

class Alterations {
 public:
  Alterations(const std::string& stored, const Rewrite& rewrite)
      : stored_(stored), rewrite_(rewrite) {
    seen_.insert(*rewrite(stored));
  }

  std::vector<Alteration> all() {
    for (place_ = 0; place_ < stored_.size(); ++place_) {
      for (const int by : {1, -1, 64, -128}) alter(by);
    }
    return std::move(made_);
  }

 private:
  void alter(int by) {
    std::string bytes = stored_;
    bytes[place_] = static_cast<char>(bytes[place_] + by);
    const std::string how = "byte " + std::to_string(place_) + " + " + std::to_string(by);
    take(how, bytes);
    const std::size_t behind = place_ + 1;
    const std::size_t most = std::min(kMostBytes, bytes.size() - behind);
    for (std::size_t size = 1; by == -1 && size <= most; ++size) {
      std::string less = bytes;
      take(how + ", less " + std::to_string(size), less.erase(behind, size));
    }
    for (std::size_t size = 1; by == 1 && size <= most; ++size) {
      std::string twice = bytes;
      take(how + ", twice " + std::to_string(size), twice.insert(behind, bytes, behind, size));
    }
    // Of an optional value, or a text.
    for (const std::size_t size : {1U, 2U, 4U, 8U, 16U, 32U}) {
      std::string more = bytes;
      if (by == 1) take(how + ", more " + std::to_string(size), more.insert(behind, size, '\1'));
    }
  }

  void take(std::string how, const std::string& bytes) {
    auto read = rewrite_(bytes);
    if (read && seen_.insert(*std::move(read)).second) made_.push_back({std::move(how), bytes});
  }

  const std::string& stored_;
  const Rewrite& rewrite_;
  std::size_t place_ = 0;
  std::set<std::string> seen_;
  std::vector<Alteration> made_;
};

}  // namespace

std::vector<Alteration> alterations_of(const std::string& stored, const Rewrite& rewrite) {
  return Alterations(stored, rewrite).all();
}

}  // namespace farthing::inspect
