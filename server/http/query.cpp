// SPDX-License-Identifier: Apache-2.0
#include "server/http/query.hpp"

#include <algorithm>

#include "server/http/percent.hpp"

namespace farthing::http {

BasicResult<QueryParameters, QueryError> QueryParameters::parse(std::string_view query) {
  using Kind = QueryError::Kind;
  QueryParameters result;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view parameter = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (parameter.empty()) continue;
    const std::size_t mark = std::min(parameter.find('='), parameter.size());
    std::string name;
    std::string value;
    if (!form_decode(parameter.substr(0, mark), name) ||
        !form_decode(parameter.substr(std::min(mark + 1, parameter.size())), value)) {
      return QueryError{Kind::bad_escape, {}};
    }
    if (name.empty()) return QueryError{Kind::no_name, {}};
    if (result.find(name)) return QueryError{Kind::repeated, std::move(name)};
    result.parameters_.emplace_back(std::move(name), std::move(value));
  }
  return result;
}

std::optional<std::string_view> QueryParameters::find(std::string_view name) const {
  const auto found = std::find_if(parameters_.begin(), parameters_.end(),
                                  [&](const auto& parameter) { return parameter.first == name; });
  if (found == parameters_.end()) return {};
  return found->second;
}

}  // namespace farthing::http
