// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <string>
#include <utility>

#include "server/api/body_reader.hpp"
#include "server/api/endpoint.hpp"
#include "server/api/input.hpp"
#include "server/api/json_fields.hpp"
#include "server/api/movement_fields.hpp"
#include "server/api/presented_key_field.hpp"
#include "server/api/records_json.hpp"
#include "server/api/replies.hpp"
#include "server/api/routes.hpp"
#include "server/api/stories_json.hpp"

namespace farthing::api {
namespace {

using enum Presence;

struct PlaceHold {
  struct Input {
    service::Requester requester;
    service::NewHold hold;
  };
  static Result<Input> parse(const Call& call) {
    using Hold = service::NewHold;
    static const BodySpec<Hold> spec =
        BodySpec<Hold>{
            field(required, "organization", &Hold::organization,
                  ParsedReader{OrganizationId::parse, "the id of an organization"}),
            field(optional, kCallerKeyField, &Hold::caller_key, read_presented_key),
            field(required, "amount", &Hold::amount, read_amount),
            field(optional, "ttl_s", &Hold::ttl, read_hold_ttl),
            field(optional, "over_capture", &Hold::over_capture,
                  ParsedReader{ledger::parse_over_capture,
                               "\"reject\", \"up_to_available\" or \"overdraft\""}),
            field(optional, "operation", &Hold::operation, TextReader{255}),
            field(optional, "model", &Hold::model, TextReader{255}),
        }
            .with(&Hold::remarks, remarks_spec());
    if (auto query = read_query(call, {}); !query) return query.error();
    auto requester = read_requester(call, KeyNeed::required);
    if (!requester) return requester.error();
    Input input{.requester = *std::move(requester), .hold = {}};
    if (auto done = read_body(call.request, spec, input.hold); !done) return done.error();
    if (auto done = expect_declared(call, input.hold.remarks); !done) return done.error();
    count_scopes(call, input.hold.caller_key);
    return input;
  }
  static void process(Services& services, Input input, Answer answer) {
    services.metering.place_hold(std::move(input.requester), std::move(input.hold),
                                 answer_movement(std::move(answer), 201, write_held));
  }
};

struct ReadHold {
  using Input = HoldId;
  static Result<Input> parse(const Call& call) { return read_only_id<HoldId>(call, "a hold"); }
  static void process(Services& services, Input input, Answer answer) {
    services.stories.read_hold(
        input, answer_record<service::HoldStory>(std::move(answer), write_hold_story));
  }
};

using AboutHold = About<HoldId>;

Result<AboutHold> read_about_hold(const Call& call) {
  return read_about<HoldId>(call, "a hold", KeyNeed::required);
}

struct CaptureHold {
  struct Input {
    AboutHold about;
    service::Capture capture;
  };
  static Result<Input> parse(const Call& call) {
    using service::Capture;
    static const BodySpec<Capture> spec =
        BodySpec<Capture>{
            field(optional, "amount", &Capture::amount, read_amount),
            field(optional, "final", &Capture::is_final, read_boolean),
        }
            .with(&Capture::remarks, remarks_spec());
    auto about = read_about_hold(call);
    if (!about) return about.error();
    Input input{.about = *std::move(about), .capture = {}};
    if (auto done = read_optional_body(call.request, spec, input.capture); !done) {
      return done.error();
    }
    if (auto done = expect_declared(call, input.capture.remarks); !done) return done.error();
    return input;
  }
  static void process(Services& services, Input input, Answer answer) {
    services.metering.capture_hold(std::move(input.about.requester), input.about.id,
                                   std::move(input.capture),
                                   answer_movement(std::move(answer), 200, write_held));
  }
};

struct ExtendHold {
  struct Input {
    AboutHold about;
    std::chrono::seconds ttl{};
    service::Remarks remarks = {};
  };
  static Result<Input> parse(const Call& call) {
    static const BodySpec<Input> spec =
        BodySpec<Input>{field(required, "ttl_s", &Input::ttl, read_hold_ttl)}.with(&Input::remarks,
                                                                                   remarks_spec());
    auto about = read_about_hold(call);
    if (!about) return about.error();
    Input input{.about = *std::move(about)};
    if (auto done = read_body(call.request, spec, input); !done) return done.error();
    if (auto done = expect_declared(call, input.remarks); !done) return done.error();
    return input;
  }
  static void process(Services& services, Input input, Answer answer) {
    services.metering.extend_hold(std::move(input.about.requester), input.about.id, input.ttl,
                                  std::move(input.remarks),
                                  answer_movement(std::move(answer), 200, write_held));
  }
};

struct ReleaseHold {
  struct Input {
    AboutHold about;
    service::Remarks remarks;
  };
  static Result<Input> parse(const Call& call) {
    auto about = read_about_hold(call);
    if (!about) return about.error();
    auto remarks = read_remarks(call);
    if (!remarks) return remarks.error();
    return Input{.about = *std::move(about), .remarks = *std::move(remarks)};
  }
  static void process(Services& services, Input input, Answer answer) {
    services.metering.release_hold(std::move(input.about.requester), input.about.id,
                                   std::move(input.remarks),
                                   answer_movement(std::move(answer), 200, write_held));
  }
};

}  // namespace

void add_holds(Routes& routes) {
  using directory::Right;
  routes.push_back(route<PlaceHold>(http::Method::post, "/v1/holds", Right::charge));
  routes.push_back(route<ReadHold>(http::Method::get, "/v1/holds/{hold}", Right::charge));
  routes.push_back(
      route<CaptureHold>(http::Method::post, "/v1/holds/{hold}/capture", Right::charge));
  routes.push_back(route<ExtendHold>(http::Method::post, "/v1/holds/{hold}/extend", Right::charge));
  routes.push_back(
      route<ReleaseHold>(http::Method::post, "/v1/holds/{hold}/release", Right::charge));
}

}  // namespace farthing::api
