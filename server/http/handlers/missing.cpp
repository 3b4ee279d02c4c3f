// SPDX-License-Identifier: Apache-2.0
#include "server/http/handlers/missing.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace farthing::http {
namespace {

std::vector<std::string> parameters_of(std::string_view pattern) {
  std::vector<std::string> parameters;
  for (std::size_t begin = pattern.find('{'); begin != std::string_view::npos;
       begin = pattern.find('{', begin + 1)) {
    parameters.emplace_back(pattern.substr(begin + 1, pattern.find('}', begin) - begin - 1));
  }
  return parameters;
}

std::string no_such(std::string noun) {
  std::ranges::replace(noun, '_', ' ');
  return "There is no such " + noun + ".";
}

}  // namespace

Error name_what_is_missing(Error error, std::string_view pattern) {
  if (error.code != ErrorCode::not_found) return error;
  std::vector<std::string> parameters = parameters_of(pattern);
  if (parameters.empty()) return error;
  const bool is_unexplained = error.message == traits_of(error.code).sentence;
  // What belongs to an organization that is not there is not there either. Of several ids the
  // message says already which leads to nothing.
  const bool is_of_another = parameters.size() == 1 && !error.field.empty();
  if (is_unexplained || is_of_another) error.message = no_such(std::move(parameters.back()));
  error.field.clear();
  return error;
}

}  // namespace farthing::http
