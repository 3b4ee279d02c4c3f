// SPDX-License-Identifier: Apache-2.0
// Whoever holds a secret may end it, and needs nothing else for it: the one call without a key of
// one's own. It tells no more about a secret than that it works, which whoever has it can find out.
#include <optional>
#include <string>
#include <utility>

#include "server/http/body_reader.hpp"
#include "server/http/handlers/endpoint.hpp"
#include "server/http/handlers/input.hpp"
#include "server/http/handlers/presented_key_field.hpp"
#include "server/http/handlers/routes.hpp"
#include "server/http/json_fields.hpp"

namespace farthing::http {
namespace {

struct RevokeLeakedKey {
  struct Input {
    service::PresentedKey secret;
  };
  static Result<Input> parse(const Call& call) {
    static const BodySpec<Input> spec{
        field(Presence::required, "secret", &Input::secret, read_presented_key),
    };
    if (auto query = read_query(call, {}); !query) return query.error();
    Input input;
    if (auto done = read_body(call.request, spec, input); !done) return done.error();
    return input;
  }
  static void process(Services& services, Input input, Answer answer) {
    if (!input.secret.digest) return tell_of_nothing(services, answer);
    store::ActOrigin from{.user = {},
                          .address = answer.request().client_address().to_string(),
                          .request_id = std::string(answer.request().id())};
    services.directory.revoke_secret(*input.secret.digest, std::move(from),
                                     [&services, answer = std::move(answer)](
                                         Result<service::Change<store::ApiKey>> revoked) mutable {
                                       if (revoked) return answer.send(200, R"({"revoked":true})");
                                       if (revoked.error().code != ErrorCode::not_found)
                                         return answer.fail(revoked.error());
                                       tell_of_nothing(services, answer);
                                     });
  }

 private:
  // What is no secret counts like a wrong key.
  static void tell_of_nothing(Services& services, Answer& answer) {
    const Error error = services.admission.refuse(make_error(ErrorCode::not_found),
                                                  answer.request().client_address());
    if (error.code == ErrorCode::rate_limit_exceeded) return answer.fail(error);
    answer.send(200, R"({"revoked":false})");
  }
};

}  // namespace

void add_leaked_keys(Routes& routes) {
  routes.push_back(open_route<RevokeLeakedKey>(Method::post, "/v1/api-keys/revoke-leaked"));
}

}  // namespace farthing::http
