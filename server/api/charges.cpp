// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>
#include <utility>

#include "server/api/body_reader.hpp"
#include "server/api/endpoint.hpp"
#include "server/api/input.hpp"
#include "server/api/json_fields.hpp"
#include "server/api/movement_fields.hpp"
#include "server/api/page.hpp"
#include "server/api/presented_key_field.hpp"
#include "server/api/records_json.hpp"
#include "server/api/replies.hpp"
#include "server/api/routes.hpp"
#include "server/api/stories_json.hpp"
#include "server/service/charge_explanation.hpp"

namespace farthing::api {
namespace {

using enum Presence;

constexpr std::string_view kOrganizationId = "the id of an organization";

std::string list_of(OrganizationId organization) { return "charges " + organization.to_string(); }

struct CreateCharge {
  struct Input {
    service::Requester requester;
    service::NewCharge charge;
  };
  static Result<Input> parse(const Call& call) {
    if (auto query = read_query(call, {}); !query) return query.error();
    auto requester = read_requester(call, KeyNeed::required);
    if (!requester) return requester.error();
    Input input{.requester = *std::move(requester), .charge = {}};
    if (auto done = read_body(call.request, charge_spec(), input.charge); !done) {
      return done.error();
    }
    if (auto done = expect_declared(call, input.charge.remarks); !done) return done.error();
    count_scopes(call, input.charge.caller_key);
    return input;
  }
  static void process(Services& services, Input input, Answer answer) {
    services.metering.create_charge(std::move(input.requester), std::move(input.charge),
                                    answer_movement(std::move(answer), 201, write_new_charge));
  }
};

struct ListCharges {
  struct Input {
    OrganizationId organization;
    PageInput page;
  };
  static Result<Input> parse(const Call& call) {
    const auto query = read_query(call, {"organization", "limit", "cursor"});
    if (!query) return query.error();
    const auto text = query->find("organization");
    const auto organization = text ? OrganizationId::parse(*text) : std::nullopt;
    if (!organization) {
      return bad_field("organization",
                       std::string("The parameter organization must be given and be ")
                           .append(kOrganizationId)
                           .append("."));
    }
    const auto page = read_page(*query, list_of(*organization));
    if (!page) return page.error();
    return Input{.organization = *organization, .page = *page};
  }
  static void process(Services& services, Input input, Answer answer) {
    services.books.list_charges(
        input.organization, typed<Id128>(input.page),
        answer_page<ledger::ChargeStatus>(
            std::move(answer), "charges", list_of(input.organization), write_charge,
            [](const ledger::ChargeStatus& charge) { return charge.entry.subject; }));
  }
};

struct ReadCharge {
  using Input = ChargeId;
  static Result<Input> parse(const Call& call) { return read_only_id<ChargeId>(call, "a charge"); }
  static void process(Services& services, Input input, Answer answer) {
    services.stories.read_charge(
        input, answer_record<service::ChargeStory>(std::move(answer), write_charge_story));
  }
};

struct ExplainCharge {
  using Input = ChargeId;
  static Result<Input> parse(const Call& call) { return read_only_id<ChargeId>(call, "a charge"); }
  static void process(Services& services, Input input, Answer answer) {
    services.stories.explain_charge(input, answer_record<service::ChargeExplanation>(
                                               std::move(answer), write_charge_explanation));
  }
};

struct RefundCharge {
  struct Input {
    About<ChargeId> about;
    service::Refund refund;
  };
  static Result<Input> parse(const Call& call) {
    using service::Refund;
    static const BodySpec<Refund> spec =
        BodySpec<Refund>{field(optional, "amount", &Refund::amount, read_amount)}.with(
            &Refund::remarks, remarks_spec());
    auto about = read_about<ChargeId>(call, "a charge", KeyNeed::required);
    if (!about) return about.error();
    Input input{.about = *std::move(about), .refund = {}};
    if (auto done = read_optional_body(call.request, spec, input.refund); !done) {
      return done.error();
    }
    if (auto done = expect_declared(call, input.refund.remarks); !done) return done.error();
    return input;
  }
  static void process(Services& services, Input input, Answer answer) {
    services.metering.refund_charge(std::move(input.about.requester), input.about.id,
                                    std::move(input.refund),
                                    answer_movement(std::move(answer), 201, write_refund));
  }
};

}  // namespace

void add_charges(Routes& routes) {
  using directory::Right;
  routes.push_back(route<CreateCharge>(http::Method::post, "/v1/charges", Right::charge));
  routes.push_back(route<ListCharges>(http::Method::get, "/v1/charges", Right::charge));
  routes.push_back(route<ReadCharge>(http::Method::get, "/v1/charges/{charge}", Right::charge));
  routes.push_back(
      route<ExplainCharge>(http::Method::get, "/v1/charges/{charge}/explain", Right::charge));
  routes.push_back(
      route<RefundCharge>(http::Method::post, "/v1/charges/{charge}/refunds", Right::charge));
}

}  // namespace farthing::api
