// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands/charge_batch.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/model_document.hpp"
#include "cli/commands/operator_command.hpp"
#include "cli/files/receipt.hpp"
#include "cli/options/amount_option.hpp"
#include "cli/options/caller_key.hpp"
#include "cli/options/paging.hpp"
#include "cli/options/purpose_options.hpp"

namespace farthing::cli {
namespace {

struct ChargesCreateOptions {
  CommonOptions common{};
  CallerKeyOptions caller_key{};
  std::optional<std::string> organization{};
  sdk::CreateCharge request{};
  std::optional<std::string> idempotency_key{};
};

Result<Report> create_charge(const ChargesCreateOptions& options, const ClientSession& session) {
  auto organization = session.organization_or(options.organization);
  if (!organization) return organization.error();
  auto caller_key = read_caller_key(options.caller_key, session.surroundings);
  if (!caller_key) return std::move(caller_key.error());
  sdk::CreateCharge request = options.request;
  request.api_key = *std::move(caller_key);
  request.organization = *std::move(organization);
  return receipt_or_problem(
      session.client.create_charge(request, call_options(session, options.idempotency_key)),
      document_of<sdk::Charge>);
}

struct ChargesListOptions {
  CommonOptions common{};
  PagingOptions paging{};
  std::optional<std::string> organization{};
};

Result<Report> list_charges(const ChargesListOptions& options, const ClientSession& session) {
  const auto organization = session.organization_or(options.organization);
  if (!organization) return organization.error();
  const auto charges = fetch_pages<sdk::Charge>(options.paging, [&](const sdk::PageRequest& page) {
    return session.client.list_charges({.organization = *organization, .page = page},
                                       session.call_options);
  });
  if (!charges) return charges.error();
  Table table{.columns = {{"id"},
                          {"amount", Alignment::right},
                          {"operation"},
                          {"model"},
                          {"available", Alignment::right},
                          {"created_at"}}};
  for (const auto& charge : charges->items) {
    table.rows.push_back({charge.id, charge.amount.to_string(), to_cell(charge.operation),
                          to_cell(charge.model), charge.balance.available.to_string(),
                          charge.created_at});
  }
  return list_answer(std::move(table), "charges", to_json_texts(charges->items), charges->next);
}

struct ChargesShowOptions {
  CommonOptions common{};
  std::string charge{};
};

Document story_document_charges(const sdk::ChargeStory& charge) {
  Document document = document_of(charge);
  Table refunds{
      .row_name = "refund",
      .columns = {
          {"refund"}, {"amount", Alignment::right}, {"ended", Alignment::right}, {"created_at"}}};
  for (const auto& refund : charge.refunds) {
    refunds.rows.push_back(
        {refund.id, refund.amount.to_string(), refund.ended.to_string(), refund.created_at});
  }
  if (!refunds.rows.empty()) document.tables.push_back(std::move(refunds));
  return document;
}

Result<Report> show_charge(const ChargesShowOptions& options, const ClientSession& session) {
  const auto charge = session.client.get_charge(options.charge, session.call_options);
  if (!charge) return to_problem(charge.error());
  Report report{.document = story_document_charges(*charge)};
  if (charge->has_more) report.remarks.emplace_back("Only the first 1000 changes are told.");
  return report;
}

// Returns where the credits came from and went to, grant by grant.
Table parts_table(const std::vector<sdk::GrantPart>& parts) {
  Table table{.row_name = "grant",
              .columns = {{"grant"},
                          {"category"},
                          {"priority", Alignment::right},
                          {"expires_at"},
                          {"paid", Alignment::right},
                          {"repaid", Alignment::right},
                          {"refunded", Alignment::right},
                          {"ended", Alignment::right}}};
  for (const auto& part : parts) {
    table.rows.push_back({part.grant, part.category, std::to_string(part.priority),
                          to_cell(part.expires_at), part.paid.to_string(), part.repaid.to_string(),
                          part.refunded.to_string(), part.ended.to_string()});
  }
  return table;
}

Table steps_table(const std::vector<sdk::ChargeStep>& steps) {
  Table table{
      .row_name = "step",
      .columns = {
          {"at"}, {"step"}, {"amount", Alignment::right}, {"debt", Alignment::right}, {"refund"}}};
  for (const auto& step : steps) {
    table.rows.push_back({step.at, step.kind, step.amount.to_string(),
                          step.debt ? step.debt->to_string() : "", to_cell(step.refund)});
  }
  return table;
}

Result<Report> explain_charge(const ChargesShowOptions& options, const ClientSession& session) {
  const auto explanation = session.client.explain_charge(options.charge, session.call_options);
  if (!explanation) return to_problem(explanation.error());
  const sdk::Charge& charge = explanation->charge;
  const sdk::ChargeDebt& debt = explanation->debt;
  Report report{
      .document = {.fields = {{"id", charge.id},
                              {"organization", charge.organization},
                              {"amount", charge.amount.to_string()},
                              {"refunded", charge.refunded.to_string()},
                              {"debt_incurred", debt.incurred.to_string()},
                              {"debt_repaid", debt.repaid.to_string()},
                              {"debt_refunded", debt.refunded.to_string()},
                              {"owed", debt.owed.to_string()}},
                   .tables = {parts_table(explanation->grants), steps_table(explanation->steps)},
                   .json = explanation->to_json()}};
  if (explanation->has_more) report.remarks.emplace_back("Only the first 1000 changes are told.");
  return report;
}

struct RefundOptions {
  CommonOptions common{};
  sdk::RefundCharge request{};
  std::optional<std::string> idempotency_key{};
};

Result<Report> refund_charge(const RefundOptions& options, const ClientSession& session) {
  return receipt_or_problem(
      session.client.refund_charge(options.request, call_options(session, options.idempotency_key)),
      document_of<sdk::Refund>);
}

void add_charges_create(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<ChargesCreateOptions>();
  CLI::App& command =
      add_operator_command(commands, noun, "create", "Spend credits of an organization, at once",
                           options, create_charge);
  add_organization_option(command, options->organization);
  add_amount_option(command, options->request.amount, "How many credits, to 9 places");
  add_purpose_options(command, options->request);
  add_idempotency_key_option(command, options->idempotency_key);
  add_caller_key_options(command, options->caller_key);
  command.footer(R"(Too few credits are refused with exit code 5; nothing is spent then.
Plain output: each field as NAME<TAB>VALUE, then for every grant that paid "grant", its id and the
amount, in burn order.

Examples:
  farthing charges create --organization ORG --amount 0.2 --operation upscale
  farthing charges create --organization ORG --amount 3 --idempotency-key job-4711
)");
}

void add_charges_list(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<ChargesListOptions>();
  CLI::App& command = add_operator_command(
      commands, noun, "list", "List the charges of an organization", options, list_charges);
  add_organization_option(command, options->organization);
  add_paging_options(command, options->paging);
  command.footer(
      R"(Plain output: id, amount, operation, model, available (after it) and created_at, a line for
each charge.

Example:
  farthing charges list --organization ORG --all
)");
}

void add_charges_show(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<ChargesShowOptions>();
  CLI::App& command = add_operator_command(commands, noun, "show",
                                           "Show one charge and its refunds", options, show_charge);
  command.add_option("CHARGE", options->charge, "The charge's id")->required();
  command.footer(
      R"(Plain output: as of charges create, then for every refund "refund", its id, amount, ended
and created_at.

Example:
  farthing charges show CHARGE
)");
}

void add_explain(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<ChargesShowOptions>();
  CLI::App& command = add_operator_command(
      commands, noun, "explain", "From which grants a charge came, and where its refunds went",
      options, explain_charge);
  command.add_option("CHARGE", options->charge, "The charge's id")->required();
  command.footer(
      R"(A grant's cost is paid + repaid - refunded; what is owed is debt_incurred - debt_repaid -
debt_refunded.
Plain output: id, organization, amount, refunded, debt_incurred, debt_repaid, debt_refunded and owed,
each as NAME<TAB>VALUE; for every grant "grant", its id, category, priority, expires_at, paid, repaid,
refunded and ended; for every step "step", its instant, kind, amount, by how much it changed the debt,
and the id of a refund.

Example:
  farthing charges explain CHARGE
)");
}

void add_refund(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<RefundOptions>();
  CLI::App& command =
      add_operator_command(commands, noun, "refund", "Give credits of a charge or a capture back",
                           options, refund_charge);
  command.add_option("CHARGE", options->request.charge, "The charge's id")->required();
  add_optional_amount_option(command, options->request.amount,
                             "How many credits; else all that is left of the charge");
  add_remarks_options(command, options->request.remarks);
  add_idempotency_key_option(command, options->idempotency_key);
  command.footer(
      R"(They go back to the grants that paid, the last one first. What goes to a grant that
has ended ends at once: "ended" says how much.
Plain output: each field as NAME<TAB>VALUE, then for every grant that got some back "grant", its id
and the amount.

Examples:
  farthing charges refund CHARGE
  farthing charges refund CHARGE --amount 0.5 --idempotency-key complaint-17
)");
}

}  // namespace

void add_charges(CommandSet& commands) {
  CLI::App& noun = add_noun(commands, "charges", "Spend credits, and see what was spent (service)");
  add_charges_create(commands, noun);
  add_charges_list(commands, noun);
  add_charges_show(commands, noun);
  add_explain(commands, noun);
  add_refund(commands, noun);
  add_charge_batch(commands, noun);
}

}  // namespace farthing::cli
