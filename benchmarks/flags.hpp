// SPDX-License-Identifier: Apache-2.0
// The `--name value` arguments of the benchmark's programs. Secrets are never among them, only the
// files that hold them, because everybody on the machine can read a process's arguments.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace farthing::bench {

class Flags {
 public:
  // Ends the program on an argument that is not in `names` (spelled without dashes) or has no
  // value.
  Flags(int argc, const char* const* argv, const std::set<std::string>& names);

  bool has(const std::string& name) const { return values_.contains(name); }

  // Ends the program when the argument is missing and there is no fallback, or is not a number.
  std::string text(const std::string& name, std::optional<std::string> fallback = {}) const;
  std::uint64_t number(const std::string& name, std::optional<std::uint64_t> fallback = {}) const;
  double decimal(const std::string& name, double fallback) const;

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace farthing::bench
