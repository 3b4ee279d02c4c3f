// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/commands/store_verbs.hpp"
#include "cli/frame/client_command.hpp"
#include "cli/output/escape.hpp"
#include "server/app/secret_file.hpp"
#include "server/app/store_tasks.hpp"

namespace farthing::cli {
namespace {

struct AcceptLossOptions {
  std::string data{};
  std::optional<std::string> word{};
};

std::string remark_of(const store::embedded::JournalLoss& loss) {
  if (!loss.is_accepted && loss.damage.empty()) return "the journal is whole; nothing was done";
  if (loss.is_accepted) {
    return fmt::format("the loss was accepted; what was damaged is kept in {}",
                       loss.lost_path.string());
  }
  return fmt::format(
      "nothing was done; a backup may have what is lost; --word {} goes on without it", loss.word);
}

Result<Report> accept_loss(const AcceptLossOptions& options) {
  app::keep_new_files_private();
  const auto loss = app::accept_journal_loss(options.data, options.word);
  if (!loss) return Problem{.message = loss.error()};
  std::string text;
  if (!loss->damage.empty()) {
    text = fmt::format(
        "damage\t{}\nlast_record\t{}\nknown_record\t{}\nlost_records\t{}\nreadable_records\t{}\n",
        loss->damage, loss->last_record, loss->known_record, loss->known_record - loss->last_record,
        loss->readable_records);
    for (const store::embedded::LostMovement& each : loss->movements) {
      text += fmt::format("lost_movement\t{}\t{}\t{}\t{}\t{}\n", each.organization, each.seq,
                          each.kind, each.amount, printable(each.idempotency_key));
    }
    for (const store::embedded::LostAct& each : loss->acts) {
      text += fmt::format("lost_act\t{}\t{}\t{}\n", each.number, each.kind, each.target);
    }
    text += fmt::format("word\t{}\n", loss->word);
  }
  return Report{.text = std::move(text), .remarks = {remark_of(*loss)}};
}

}  // namespace

void add_store_accept_loss(CommandSet& commands, CLI::App& noun) {
  CLI::App* command = noun.add_subcommand(
      "accept-loss", "Go on without what a damaged journal has lost, which a start refuses");
  const auto options = std::make_shared<AcceptLossOptions>();
  command->add_option("--data", options->data, "The data directory of a server that is stopped")
      ->required()
      ->type_name("DIR");
  command
      ->add_option("--word", options->word,
                   "Do it: the word that is shown without this option, which stands for exactly "
                   "this loss")
      ->type_name("WORD");
  command->footer(
      R"(A restored backup loses less than this, if there is a newer one. All that can be read up to the
damage stays, and what comes behind it is lost: movements that were acknowledged, and acts. The
damaged journal is kept in DIR/journal-lost-WORD. The audit log tells of it.
Plain output, each as NAME<TAB>VALUE: damage, last_record (the last record that stays), known_record
(the last one that is known to have been there), lost_records (how many go, at least),
readable_records (those of them that can still be read), for each movement in these a lost_movement
with organization, seq, kind, amount and idempotency key, for each act a lost_act with number, kind
and target, and word; nothing when the journal is whole.

Examples:
  farthing store accept-loss --data ./data
  farthing store accept-loss --data ./data --word 4be81c9d20a6f375
)");
  commands.on(*command, [options](const Surroundings& surroundings) {
    return run_local_command(
        {}, [&options] { return accept_loss(*options); }, surroundings);
  });
}

}  // namespace farthing::cli
