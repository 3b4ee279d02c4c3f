// SPDX-License-Identifier: Apache-2.0
#include "server/app/statement_key.hpp"

#include <system_error>

#include "server/app/secret_file.hpp"
#include "server/store/embedded/data_directory.hpp"

namespace farthing::app {

// The file gets its name when it is whole: a start that dies on the way has made no key.
BasicResult<SigningKey, std::string> ensure_statement_key(const std::filesystem::path& file,
                                                          SharedSecrets shared) {
  const auto secret = read_named_secret(file, shared);
  if (!secret) return secret.error();
  if (*secret) {
    const auto key = SigningKey::parse(**secret);
    if (!key) return file.string() + " does not hold a key; restore it from a backup";
    return *key;
  }
  const std::filesystem::path pending = file.string() + store::embedded::kPendingSuffix;
  std::error_code error;
  std::filesystem::remove(pending, error);
  if (error) return "cannot remove " + pending.string() + ": " + error.message();
  SigningKey key = SigningKey::make();
  if (auto done = write_secret_file(pending, key.secret()); !done) return done.error();
  if (auto done = publish_file(pending, file); !done) return done.error();
  return key;
}

}  // namespace farthing::app
