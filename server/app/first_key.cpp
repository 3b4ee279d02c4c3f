// SPDX-License-Identifier: Apache-2.0
#include "server/app/first_key.hpp"

#include <optional>
#include <system_error>
#include <utility>

#include "base/await.hpp"
#include "base/digest.hpp"
#include "base/secret.hpp"
#include "server/app/secret_file.hpp"
#include "server/service/api_key_secret.hpp"
#include "server/service/operator_key.hpp"
#include "server/store/embedded/data_directory.hpp"

namespace farthing::app {
namespace {

using std::filesystem::path;
template <class T>
using OrReason = BasicResult<T, std::string>;

// Returns the file to which the secret is written before the store knows the key, because
// afterwards nobody could have it; it gets the file's real name when the key is durable.
path pending_file(const path& file) { return file.string() + store::embedded::kPendingSuffix; }

OrReason<bool> is_key_of(store::Store& store, const Secret& secret) {
  const auto found = await<Result<std::optional<directory::Principal>>>(
      [&](Reply<std::optional<directory::Principal>> reply) {
        store.find_principal(sha256(secret.reveal()), std::move(reply));
      });
  if (!found) return found.error().message;
  return found->has_value();
}

// Finishes what a process that died left behind: publishes a key that is durable, forgets any
// other.
OrReason<std::optional<FirstKey>> finish_pending(store::Store& store, const path& file) {
  const path pending = pending_file(file);
  const auto secret = read_secret_file(pending);
  if (!secret) return secret.error();
  if (!*secret) return std::optional<FirstKey>();
  const auto is_durable = is_key_of(store, **secret);
  if (!is_durable) return is_durable.error();
  if (*is_durable) {
    if (auto done = publish_file(pending, file); !done) return done.error();
    return std::optional(FirstKey::written);
  }
  std::error_code error;
  std::filesystem::remove(pending, error);
  if (error) return "cannot remove " + pending.string() + ": " + error.message();
  return std::optional<FirstKey>();
}

OrReason<Done> create_key(store::Store& store, const Secret& secret) {
  const auto key = await<Result<directory::ApiKey>>([&](Reply<directory::ApiKey> reply) {
    service::create_operator_key(store, secret, std::move(reply));
  });
  if (!key) return "cannot make the first admin key: " + key.error().message;
  return Done{};
}

}  // namespace

OrReason<FirstKey> ensure_first_key(store::Store& store, const path& file,
                                    const KeyPrefix& prefix) {
  const auto finished = finish_pending(store, file);
  if (!finished) return finished.error();
  if (*finished) return **finished;

  const auto is_new = await<Result<bool>>(
      [&](Reply<bool> reply) { service::has_no_keys(store, std::move(reply)); });
  if (!is_new) return is_new.error().message;
  if (!*is_new) return FirstKey::existed;

  if (std::filesystem::exists(std::filesystem::symlink_status(file))) {
    return file.string() +
           " is there, but the store is empty and has no such key; move that file away";
  }
  const Secret secret = service::make_api_key_secret(prefix);
  const path pending = pending_file(file);
  if (auto done = write_secret_file(pending, secret); !done) return done.error();
  if (auto done = create_key(store, secret); !done) return done.error();
  // From here on the key works.
  if (auto done = publish_file(pending, file); !done) return done.error();
  return FirstKey::written;
}

}  // namespace farthing::app
