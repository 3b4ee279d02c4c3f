// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/flags.hpp"

#include <charconv>
#include <string_view>

#include "benchmarks/fail.hpp"

namespace farthing::bench {
namespace {

template <class Number>
Number parse_number(const std::string& name, const std::string& text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end) fail("--" + name + " needs a number");
  return number;
}

}  // namespace

Flags::Flags(int argc, const char* const* argv, const std::set<std::string>& names) {
  for (int i = 1; i < argc; i += 2) {
    const std::string_view argument = argv[i];
    const std::string name(argument.substr(argument.starts_with("--") ? 2 : 0));
    if (!names.contains(name)) fail("unknown argument " + std::string(argument));
    if (i + 1 == argc) fail("--" + name + " needs a value");
    values_[name] = argv[i + 1];
  }
}

std::string Flags::text(const std::string& name, std::optional<std::string> fallback) const {
  const auto found = values_.find(name);
  if (found != values_.end()) return found->second;
  if (!fallback) fail("--" + name + " is missing");
  return *fallback;
}

std::uint64_t Flags::number(const std::string& name, std::optional<std::uint64_t> fallback) const {
  if (fallback && !has(name)) return *fallback;
  return parse_number<std::uint64_t>(name, text(name));
}

double Flags::decimal(const std::string& name, double fallback) const {
  return has(name) ? parse_number<double>(name, text(name)) : fallback;
}

}  // namespace farthing::bench
