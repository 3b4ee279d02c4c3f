// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "server/api/endpoint.hpp"
#include "server/api/input.hpp"
#include "server/api/openapi_texts.hpp"
#include "server/api/routes.hpp"

namespace farthing::api {
namespace {

struct NoInput {};

Result<NoInput> read_nothing(const Call& call) {
  if (auto query = read_query(call, {}); !query) return query.error();
  return NoInput{};
}

struct ReadOpenapiJson {
  using Input = NoInput;
  static Result<Input> parse(const Call& call) { return read_nothing(call); }
  static void process(Services& /*services*/, Input /*input*/, Answer answer) {
    static const http::ResponseHead head(200, "application/json");
    answer.send(head, openapi_json());
  }
};

struct ReadOpenapiYaml {
  using Input = NoInput;
  static Result<Input> parse(const Call& call) { return read_nothing(call); }
  static void process(Services& /*services*/, Input /*input*/, Answer answer) {
    static const http::ResponseHead head(200, "application/yaml");
    answer.send(head, openapi_yaml());
  }
};

}  // namespace

void add_openapi(Routes& routes) {
  routes.push_back(open_route<ReadOpenapiJson>(http::Method::get, "/openapi.json"));
  routes.push_back(open_route<ReadOpenapiYaml>(http::Method::get, "/openapi.yaml"));
}

}  // namespace farthing::api
