// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/json/json_writer.hpp"
#include "server/api/body_reader.hpp"
#include "server/api/endpoint.hpp"
#include "server/api/input.hpp"
#include "server/api/replies.hpp"
#include "server/api/routes.hpp"

namespace farthing::api {
namespace {

using service::ClockDoubt;

std::string_view to_string(ClockDoubt doubt) {
  switch (doubt) {
    case ClockDoubt::start:
      return "start";
    case ClockDoubt::leap:
      return "leap";
    case ClockDoubt::none:
      break;
  }
  return "none";
}

void write_clock(JsonWriter& writer, const service::ClockStatus& status) {
  const auto ahead_ms = std::chrono::duration_cast<std::chrono::milliseconds>(status.ahead());
  writer.begin_object();
  writer.member("clock", status.clock.to_string());
  writer.member("ledger_time", status.ledger_time.to_string());
  writer.name("ahead_ms").literal(std::to_string(std::max<std::int64_t>(0, ahead_ms.count())));
  writer.member("doubt", to_string(status.doubt));
  writer.end_object();
}

struct ReadClock {
  struct Input {};
  static Result<Input> parse(const Call& call) {
    if (auto query = read_query(call, {}); !query) return query.error();
    return Input{};
  }
  static void process(Services& services, Input /*input*/, Answer answer) {
    answer.send(200, to_json(services.operations.clock_status(), write_clock));
  }
};

struct ConfirmClock {
  struct Input {
    service::Requester requester;
  };
  static Result<Input> parse(const Call& call) {
    if (auto query = read_query(call, {}); !query) return query.error();
    auto requester = read_requester(call, KeyNeed::none);
    if (!requester) return requester.error();
    if (auto done = expect_no_body(call.request); !done) return done.error();
    return Input{.requester = *std::move(requester)};
  }
  static void process(Services& services, Input input, Answer answer) {
    services.operations.confirm_clock(
        std::move(input.requester),
        answer_record<service::ClockStatus>(std::move(answer), write_clock));
  }
};

}  // namespace

void add_clock(Routes& routes) {
  using directory::Right;
  routes.push_back(route<ReadClock>(http::Method::get, "/v1/clock", Right::operate));
  routes.push_back(route<ConfirmClock>(http::Method::post, "/v1/clock/confirm", Right::operate));
}

}  // namespace farthing::api
