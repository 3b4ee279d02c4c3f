// SPDX-License-Identifier: Apache-2.0
#include "server/api/missing.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "server/http/ascii.hpp"

namespace farthing::api {
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
  const bool is_in_path = std::ranges::any_of(parameters, [&error](const std::string& parameter) {
    return http::equal_ignoring_case(parameter, error.field);
  });
  // An organization that is not there has nothing either.
  const bool is_of_another = !is_in_path && error.field == "organization";
  if (is_unexplained || is_of_another) error.message = no_such(std::move(parameters.back()));
  // Only a field of the body stays.
  if (is_unexplained || is_of_another || is_in_path) error.field.clear();
  return error;
}

}  // namespace farthing::api
