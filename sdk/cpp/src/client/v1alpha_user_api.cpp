// SPDX-License-Identifier: Apache-2.0
#include <farthing/v1alpha_user_api.hpp>

#include <utility>

#include "sdk/cpp/src/calls/server_answer.hpp"
#include "sdk/cpp/src/calls/user_calls.hpp"
#include "sdk/cpp/src/client/data_file.hpp"
#include "sdk/cpp/src/models/models_json.hpp"
#include "sdk/cpp/src/session/session.hpp"

namespace farthing::sdk {
namespace {

using DataFile = std::optional<std::filesystem::path>;

template <class T>
Result<T> read_content(const ServerAnswer& answer, const DataFile& data_file) {
  auto model = read_answer<T>(answer, decode_json<T>);
  if (!model || !data_file) return model;
  // The answer is known to be good only now.
  if (auto failure = write_data_file(*data_file, answer.body)) {
    return with_answer(std::move(*failure), answer);
  }
  return model;
}

// Makes a call as both of its forms do, and returns the answer with everything that came with it.
template <class T>
Result<ApiResponse<T>> call_with_info(const Session& session, const Call& call,
                                      const DataFile& data_file, const CallOptions& options) {
  if (data_file) {
    if (auto failure = check_data_file(*data_file)) return std::move(*failure);
  }
  auto answer = session.exchange(call, options);
  if (!answer) return std::move(answer.error());
  Result<T> content = read_content<T>(*answer, data_file);
  return ApiResponse<T>{.status = answer->status,
                        .headers = std::move(answer->headers),
                        .body = std::move(answer->body),
                        .request_id = std::move(answer->request_id),
                        .url = std::move(answer->url),
                        .attempts = answer->attempts,
                        .content = std::move(content)};
}

template <class T>
Result<T> call(const Session& session, const Call& call, const DataFile& data_file,
               const CallOptions& options) {
  auto response = call_with_info<T>(session, call, data_file, options);
  if (!response) return std::move(response.error());
  return std::move(response->content);
}

}  // namespace

V1alphaUserApi::V1alphaUserApi(Options options)
    : session_(std::make_shared<const Session>(std::move(options))) {}

Result<AccountResponseBody> V1alphaUserApi::V1alphaUserAccount(const DataFile& data_file,
                                                               const CallOptions& options) const {
  return call<AccountResponseBody>(*session_, account_call(), data_file, options);
}

Result<ApiResponse<AccountResponseBody>> V1alphaUserApi::V1alphaUserAccountWithHttpInfo(
    const DataFile& data_file, const CallOptions& options) const {
  return call_with_info<AccountResponseBody>(*session_, account_call(), data_file, options);
}

Result<BalanceResponseBody> V1alphaUserApi::V1alphaUserBalance(
    const std::optional<std::string>& organization, const DataFile& data_file,
    const CallOptions& options) const {
  return call<BalanceResponseBody>(*session_, balance_call(organization), data_file, options);
}

Result<ApiResponse<BalanceResponseBody>> V1alphaUserApi::V1alphaUserBalanceWithHttpInfo(
    const std::optional<std::string>& organization, const DataFile& data_file,
    const CallOptions& options) const {
  return call_with_info<BalanceResponseBody>(*session_, balance_call(organization), data_file,
                                             options);
}

}  // namespace farthing::sdk
