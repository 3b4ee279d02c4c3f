// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "cli/commands/entries_verbs.hpp"
#include "cli/commands/store_options.hpp"
#include "cli/files/statement_file.hpp"
#include "cli/files/stored_statement.hpp"
#include "cli/frame/client_command.hpp"
#include "offline/copy/read_end.hpp"

namespace farthing::cli {
namespace {

struct CheckOptions {
  OutputOptions output{};
  std::string file{};
  std::string public_key{};
  app::StoreArguments store{};

  bool names_store() const { return store.data || store.store || store.store_file; }
};

Problem unreadable(const std::string& path) {
  Problem problem = system_problem("Cannot read the file " + path, errno);
  problem.code = ExitCode::usage;
  return problem;
}

Result<VerificationKey> read_key(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string pem{std::istreambuf_iterator<char>(file), {}};
  if (!file) return unreadable(path);
  const auto key = VerificationKey::parse_pem(pem);
  if (key) return *key;
  return usage_problem("The file " + path + " does not hold an Ed25519 public key in PEM.",
                       "farthing entries statement-key gets the server's.");
}

std::string to_json(const sdk::Statement& statement) {
  std::string json = R"({"organization":")" + statement.organization;
  json += R"(","from":")" + statement.from + R"(","to":")" + statement.to;
  json += R"(","issued_at":")" + statement.issued_at;
  json += R"(","entries":)" + std::to_string(statement.closing.seq - statement.opening.seq);
  const auto add_end = [&json](const char* name, const sdk::StatementEnd& end) {
    json += std::string(R"(,")") + name + R"(":{"seq":)" + std::to_string(end.seq);
    json += R"(,"hash":")" + end.hash + R"(","available":")" + end.available.to_string();
    json += R"(","held":")" + end.held.to_string() + R"("})";
  };
  add_end("opening", statement.opening);
  add_end("closing", statement.closing);
  return json + R"(,"key":")" + statement.key + R"("})";
}

Result<Done> check_store(const sdk::Statement& statement, const app::StoreArguments& store) {
  const auto location = find_location(store);
  if (!location) return location.error();
  const auto end = copy::ReadEnd::open(*location);
  if (!end) return Problem{.message = end.error().message};
  return find_in_store(statement, *end);
}

Result<Report> check(const CheckOptions& options) {
  const auto key = read_key(options.public_key);
  if (!key) return key.error();
  std::ifstream file(options.file, std::ios::binary);
  if (!file) return unreadable(options.file);
  const auto statement = check_statement(file, *key);
  if (!statement) return statement.error();
  if (options.names_store()) {
    if (auto found = check_store(*statement, options.store); !found) {
      return std::move(found).error();
    }
  }
  return Report{
      .document = {
          .fields = {{"organization", statement->organization},
                     {"from", statement->from},
                     {"to", statement->to},
                     {"issued_at", statement->issued_at},
                     {"entries", std::to_string(statement->closing.seq - statement->opening.seq)},
                     {"opening_available", statement->opening.available.to_string()},
                     {"opening_held", statement->opening.held.to_string()},
                     {"closing_available", statement->closing.available.to_string()},
                     {"closing_held", statement->closing.held.to_string()},
                     {"closing_seq", std::to_string(statement->closing.seq)},
                     {"closing_hash", statement->closing.hash},
                     {"key", statement->key}},
          .json = to_json(*statement)}};
}

}  // namespace

void add_entries_check_statement(CommandSet& commands, CLI::App& noun) {
  CLI::App* command =
      noun.add_subcommand("check-statement", "Check a signed statement, without a server");
  const auto options = std::make_shared<CheckOptions>();
  command->add_option("FILE", options->file, "What farthing entries statement wrote")->required();
  command->add_option("--public-key", options->public_key, "The server's public key, in PEM")
      ->required()
      ->type_name("FILE");
  add_store_options(*command, options->store,
                    "A data directory whose server is stopped, which must still have what the "
                    "statement says");
  add_output_options(*command, options->output);
  command->footer(
      R"(Checked are the signature, the chain of hashes from the first entry to the last, the balance
after each and that both ends are those that were signed. With a store, it must have the entries at
both ends, too: one that has lost its last entries is whole in itself, and nothing else can tell. The
exit code is 1 when anything deviates.

Examples:
  farthing entries check-statement october.statement --public-key server.pem
  farthing entries check-statement october.statement --public-key server.pem --data ./data
)");
  commands.on(*command, [options](const Surroundings& surroundings) {
    return run_local_command(
        options->output, [&options] { return check(*options); }, surroundings);
  });
}

}  // namespace farthing::cli
