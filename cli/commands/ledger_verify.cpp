// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>

#include "cli/client_command.hpp"
#include "cli/commands/ledger_verbs.hpp"
#include "cli/online_ledger.hpp"
#include "server/audit/store_audit.hpp"

namespace farthing::cli {
namespace {

struct VerifyOptions {
  CommonOptions common{};
  std::optional<std::string> data{};
  std::optional<std::string> organization{};
};

Answer to_answer(const verify::Counts& counts) {
  Answer answer;
  const auto add = [&answer](const char* name, std::uint64_t count) {
    std::string& json = answer.document.json;
    json += fmt::format("{}\"{}\":{}", json.empty() ? "{" : ",", name, count);
    answer.document.fields.push_back({name, std::to_string(count)});
  };
  add("organizations", counts.organizations);
  add("entries", counts.entries);
  add("idempotency_keys", counts.idempotency_keys);
  add("grants", counts.grants);
  add("charges", counts.charges);
  add("holds", counts.holds);
  add("refunds", counts.refunds);
  answer.document.json += "}";
  return answer;
}

Result<Answer> verify_store(const std::string& data) {
  const auto audit = audit::audit_store(data);
  if (!audit) return Problem{.message = audit.error().message};
  if (audit->deviation) return deviation_problem(*audit->deviation);
  return to_answer(audit->counts);
}

Result<Answer> verify_online(const VerifyOptions& options, const ClientSession& session) {
  const auto organization = session.organization_or(options.organization);
  if (!organization) return organization.error();
  const auto counts = verify_organization(session, *organization);
  if (!counts) return counts.error();
  return to_answer(*counts);
}

ExitCode run_verify(const VerifyOptions& options, const Surroundings& surroundings) {
  if (options.data) {
    return run_local_command(
        options.common.output, [&options] { return verify_store(*options.data); }, surroundings);
  }
  return run_client_command(
      {.options = options.common,
       .call = [&](const ClientSession& session) { return verify_online(options, session); }},
      surroundings);
}

}  // namespace

void add_ledger_verify(CommandSet& commands, CLI::App& noun) {
  CLI::App* command = noun.add_subcommand(
      "verify", "Recompute a ledger from its entries and tell where it deviates first");
  const auto options = std::make_shared<VerifyOptions>();
  add_common_options(*command, options->common);
  refuse_api_key_argument(*command);
  auto* const data =
      command
          ->add_option("--data", options->data,
                       "A data directory whose server is stopped: all organizations, offline")
          ->type_name("DIR");
  add_organization_option(*command, options->organization);
  command->get_option("--organization")->excludes(data);
  command->footer(
      R"(Chains, lots, holds, charges, debts, balances and idempotency keys are recomputed with code
that the server's rules do not use. Nothing is changed. The exit code is 1 when something deviates;
where, what was expected and what was found is told on standard error. What has to be remembered of
large ledgers is in a temporary file under TMPDIR.

Examples:
  farthing ledger verify --data ./data
  farthing ledger verify --organization org-01k9...
)");
  commands.on(*command, [options](const Surroundings& surroundings) {
    return run_verify(*options, surroundings);
  });
}

}  // namespace farthing::cli
