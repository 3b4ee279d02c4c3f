// SPDX-License-Identifier: Apache-2.0
// The seed's class: who am I, and what have I left? The names are the seed's own. Copies are cheap
// and share one pool of connections. All calls are const and safe from many threads at once.
// Constructing does no I/O and cannot fail; the first call reports what is wrong with the options.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <farthing/export.hpp>
#include <farthing/failure.hpp>
#include <farthing/options.hpp>
#include <farthing/transport.hpp>
#include <farthing/user_models.hpp>

namespace farthing::sdk {

class Session;

// An answer of any status, with everything that came with it.
template <class T>
struct ApiResponse {
  int status = 0;
  std::vector<Header> headers;  // names in lower case
  std::string body;             // as it came, API keys cut out
  std::string request_id;
  std::string url;  // the one that answered, after redirects
  int attempts = 0;
  // The model of a good answer, or the failure in its place (`http_status`, `decoding` or `file`).
  Result<T> content;
};

class FARTHING_API V1alphaUserApi {
 public:
  explicit V1alphaUserApi(Options options = {});

  // NOLINTBEGIN(readability-identifier-naming): the seed's names.

  // Returns the account of the API key: GET /{api_version}/user/account.
  //
  // `data_file` names the file for the body of the answer and one newline. The file is written
  // beside its place and renamed, only when the answer is good and could be decoded, so nobody sees
  // it half-written. It is a file name and nothing else; what exists there must be a regular file.
  Result<AccountResponseBody> V1alphaUserAccount(
      const std::optional<std::filesystem::path>& data_file = {},
      const CallOptions& options = {}) const;

  // Makes the same request. Fails only when there was no answer at all; `content` judges the
  // answer.
  Result<ApiResponse<AccountResponseBody>> V1alphaUserAccountWithHttpInfo(
      const std::optional<std::filesystem::path>& data_file = {},
      const CallOptions& options = {}) const;

  // Returns the credits of an organization: GET /{api_version}/user/balance.
  //
  // No `organization`, or an empty one, means the user's default.
  Result<BalanceResponseBody> V1alphaUserBalance(
      const std::optional<std::string>& organization = {},
      const std::optional<std::filesystem::path>& data_file = {},
      const CallOptions& options = {}) const;

  Result<ApiResponse<BalanceResponseBody>> V1alphaUserBalanceWithHttpInfo(
      const std::optional<std::string>& organization = {},
      const std::optional<std::filesystem::path>& data_file = {},
      const CallOptions& options = {}) const;
  // NOLINTEND(readability-identifier-naming)

 private:
  std::shared_ptr<const Session> session_;
};

}  // namespace farthing::sdk
