// SPDX-License-Identifier: Apache-2.0
// The parameters of a query string, `name=value&name=value`, decoded. Each name may occur once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace farthing::http {

struct QueryError {
  enum class Kind {
    // A "%" that is not followed by two hexadecimal digits, or %00.
    bad_escape,
    // A parameter without a name: "=1".
    no_name,
    // A name that occurs twice, in whatever spelling.
    repeated,
  };
  Kind kind;
  // The decoded name for `repeated`, else empty.
  std::string name;
};

class QueryParameters {
 public:
  // Passes over empty parameters ("a=1&&b=2"). A name without "=" has an empty value.
  static BasicResult<QueryParameters, QueryError> parse(std::string_view query);

  // Returns the value, or nothing when the parameter is absent.
  std::optional<std::string_view> find(std::string_view name) const;

  // Returns names and values in the order in which they were sent, for the refusal of unknown ones.
  const std::vector<std::pair<std::string, std::string>>& all() const { return parameters_; }

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;
};

}  // namespace farthing::http
