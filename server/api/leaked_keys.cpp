// SPDX-License-Identifier: Apache-2.0
// The one call without a key of one's own: whoever holds a secret may end it and needs nothing else
// for that. It tells no more about a secret than that it works, which its holder can find out
// anyway.
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/json/json_writer.hpp"
#include "server/api/body_reader.hpp"
#include "server/api/endpoint.hpp"
#include "server/api/input.hpp"
#include "server/api/json_fields.hpp"
#include "server/api/presented_key_field.hpp"
#include "server/api/routes.hpp"

namespace farthing::api {
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
    directory::ActOrigin from{.user = {},
                              .address = answer.request().client_address().to_string(),
                              .request_id = std::string(answer.request().id())};
    services.registry.revoke_secret(
        *input.secret.digest, std::move(from),
        [&services, answer = std::move(answer)](Result<service::EndedSecret> ended) mutable {
          if (ended) return tell_of(*ended, services, answer);
          if (ended.error().code != ErrorCode::not_found) return answer.fail(ended.error());
          tell_of_nothing(services, answer);
        });
  }

 private:
  // Answers that the key has ended, whatever hung on it. Whoever is locked out by that is told how
  // to get in.
  static void tell_of(const service::EndedSecret& ended, Services& services, Answer& answer) {
    if (!ended.was_last_admin) return answer.send(200, R"({"revoked":true})");
    static constexpr std::string_view kWayBack =
        "This was the last admin key that works. Whoever runs the server makes another one with "
        "`farthing store admin-key`.";
    services.tell_operator(
        "the last admin key that works, " + ended.key.id.to_string() +
        ", was ended by presenting its secret; make another one with `farthing store "
        "admin-key`");
    std::string json;
    JsonWriter writer(json);
    writer.begin_object();
    writer.name("revoked").boolean(true);
    writer.member("message", kWayBack).end_object();
    answer.send(200, std::move(json));
  }
  // Counts a text that is no secret like a wrong key.
  static void tell_of_nothing(Services& services, Answer& answer) {
    const Error error = services.admission.refuse(make_error(ErrorCode::not_found),
                                                  answer.request().client_address());
    if (error.code == ErrorCode::rate_limit_exceeded) return answer.fail(error);
    answer.send(200, R"({"revoked":false})");
  }
};

}  // namespace

void add_leaked_keys(Routes& routes) {
  routes.push_back(open_route<RevokeLeakedKey>(http::Method::post, "/v1/api-keys/revoke-leaked"));
}

}  // namespace farthing::api
