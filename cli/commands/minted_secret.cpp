// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/minted_secret.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <utility>

#include "cli/commands/model_document.hpp"
#include "cli/output/secret_file.hpp"

namespace farthing::cli {
namespace {

using Receipt = sdk::Receipt<sdk::ApiKey>;

// Returns the note for a secret that could not be kept: the request is done, and nothing else holds
// the secret.
std::string lost_secret_note(const Receipt& key, const std::string& verb) {
  return fmt::format(
      "The server has made the secret of the key {0}, but it is lost. The same keys {1} with "
      "--idempotency-key {2} makes another in its place; farthing keys revoke {0} ends the key.",
      key.id, verb, key.idempotency_key);
}

std::string remark_about(const Receipt& key, const std::optional<std::string>& secret_file) {
  if (!key.secret) return "The server did not send the secret: it shows it once, when it is made.";
  std::string place = secret_file ? fmt::format("The secret is in {}.", *secret_file)
                                  : "The secret is shown this once; keep it safe.";
  if (!key.is_replayed) return place;
  return "This idempotency key had been used before: the secret that was made then works no "
         "longer. " +
         place;
}

}  // namespace

void add_secret_file_option(CLI::App& command, std::optional<std::string>& file) {
  command
      .add_option("--secret-file", file,
                  "Write the secret to a new file with mode 0600 in place of showing it")
      ->type_name("FILE");
}

Result<Report> keep_minted_secret(const std::optional<std::string>& secret_file,
                                  const std::string& verb, const std::function<MintedKey()>& mint) {
  std::optional<SecretFile> file;
  if (secret_file) {
    auto created = SecretFile::create(*secret_file);
    if (!created) return created.error();
    file.emplace(*std::move(created));
  }
  auto key = mint();
  if (!key) return to_problem(key.error());
  Report report;
  report.remarks.push_back(remark_about(*key, secret_file));
  report.when_unwritten = lost_secret_note(*key, verb);
  if (file && key->secret) {
    if (auto written = file->write(key->secret->reveal()); !written) {
      Problem problem = std::move(written.error());
      problem.notes.push_back(report.when_unwritten);
      return problem;
    }
    key->secret.reset();
    report.when_unwritten = "The request was carried out. " + report.remarks.front();
  }
  report.document = document_of(*key);
  if (key->secret) report.document.fields.push_back({"secret", key->secret->reveal()});
  return report;
}

}  // namespace farthing::cli
