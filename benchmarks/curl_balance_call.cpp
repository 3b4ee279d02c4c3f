// SPDX-License-Identifier: Apache-2.0
#include <curl/curl.h>

#include <memory>

#include "benchmarks/balance_call.hpp"
#include "benchmarks/fail.hpp"

namespace farthing::bench {
namespace {

std::size_t append_body(char* bytes, std::size_t one, std::size_t count, void* body) {
  static_cast<std::string*>(body)->append(bytes, one * count);
  return one * count;
}

class CurlCall {
 public:
  CurlCall(const std::string& base_url, const std::string& key)
      : handle_(curl_easy_init()), headers_(nullptr) {
    if (handle_ == nullptr) fail("curl_easy_init");
    for (const std::string& header :
         {std::string("Accept: application/json"), "Authorization: Bearer " + key}) {
      headers_ = curl_slist_append(headers_, header.c_str());
    }
    curl_easy_setopt(handle_, CURLOPT_URL, (base_url + "/v1/user/balance").c_str());
    curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(handle_, CURLOPT_USERAGENT, kBalanceUserAgent);
    curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, append_body);
    curl_easy_setopt(handle_, CURLOPT_WRITEDATA, &body_);
  }
  CurlCall(const CurlCall&) = delete;
  CurlCall& operator=(const CurlCall&) = delete;
  ~CurlCall() {
    curl_slist_free_all(headers_);
    curl_easy_cleanup(handle_);
  }

  void operator()() {
    body_.clear();
    const CURLcode code = curl_easy_perform(handle_);
    if (code != CURLE_OK) fail(std::string("libcurl: ") + curl_easy_strerror(code));
    long status = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200) fail("libcurl alone was answered with " + std::to_string(status));
  }

 private:
  CURL* handle_;
  curl_slist* headers_;
  std::string body_;
};

}  // namespace

BalanceCall make_curl_balance_call(const std::string& base_url, const std::string& key) {
  return [call = std::make_shared<CurlCall>(base_url, key)] { (*call)(); };
}

}  // namespace farthing::bench
