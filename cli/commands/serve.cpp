// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/commands/commands.hpp"
#include "cli/commands/store_options.hpp"
#include "server/app/commands.hpp"

namespace farthing::cli {

void add_serve(CommandSet& commands) {
  CLI::App* command = commands.app().add_subcommand("serve", "Run the server");
  const auto arguments = std::make_shared<app::ServeArguments>();
  add_store_options(*command, arguments->store, "The data directory, made if need be");
  command
      ->add_option("--listen", arguments->listen,
                   "Where to accept connections; port 0 lets the system choose; may be repeated")
      ->type_name("HOST:PORT|unix:PATH")
      ->allow_extra_args(false);
  command
      ->add_option("--admin-listen", arguments->admin_listen,
                   "A port or Unix socket of its own, the only one on which operators are served")
      ->type_name("HOST:PORT|unix:PATH");
  command
      ->add_option("--tls-certificate", arguments->tls_certificate,
                   "The server's certificate and its chain, PEM; all ports speak TLS then")
      ->type_name("FILE");
  command->add_option("--tls-key", arguments->tls_key, "The certificate's key, PEM")
      ->type_name("FILE");
  command
      ->add_option("--statement-key", arguments->statement_key,
                   "What statements are signed with, made when missing; statement.key in the data "
                   "directory by default, none on a database")
      ->type_name("FILE");
  command
      ->add_option("--trusted-proxy", arguments->trusted_proxies,
                   "A network of proxies whose X-Forwarded-For is believed; may be repeated")
      ->type_name("CIDR")
      ->allow_extra_args(false);
  command->add_option("--threads", arguments->threads, "I/O threads")->type_name("N");
  command
      ->add_option("--config", arguments->config,
                   "A TOML file of settings; options on the command line override it")
      ->type_name("FILE");
  command->add_option("--log-level", arguments->log_level, "debug, info, warning or error")
      ->type_name("LEVEL");
  command
      ->add_option("--user-key-rate", arguments->user_key_rate,
                   "How often a key with the scope user only may be used: 150/10s unless said; off")
      ->type_name("RATE");
  command->footer(
      R"(The data are in a directory of this machine, or in a PostgreSQL database that any number of nodes
share; `farthing migrate` makes its tables. In an empty directory it makes the first admin key and
writes it to DIR/admin.key, mode 0600. The URL of a database comes without a password, or from a file,
or from FARTHING_STORE.
SIGTERM and Ctrl-C stop it: what is in flight is finished first. With TLS, SIGHUP has it read certificate
and key again; connections stay.

Example:
  farthing serve --data ./data --listen 127.0.0.1:8080
  farthing serve --store-file /etc/farthing/store.url
)");
  commands.on(*command, [arguments](const Surroundings&) {
    return static_cast<ExitCode>(app::serve(*arguments));
  });
}

}  // namespace farthing::cli
