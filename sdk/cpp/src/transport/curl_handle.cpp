// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/transport/curl_handle.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

namespace farthing::sdk {
namespace {

constexpr int kPollMs = 1'000;  // libcurl wakes up earlier when it has something to do
constexpr int kAskMs = 50;      // when the caller wants to be asked meanwhile

// Returns "https://host:port" of the URL, or the socket, for messages.
std::string server_of(const HttpRequest& request) {
  if (!request.unix_socket.empty()) return "unix:" + request.unix_socket;
  return request.url.substr(0, request.url.find('/', request.url.find("://") + 3));
}

// Returns false when there was no memory.
bool append(curl_slist*& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list, line.c_str());
  if (!longer) return false;
  list = longer;
  return true;
}

// libcurl sends an empty header for "Name;" and takes "Name:" to mean none at all.
std::string header_line(const Header& header) {
  return header.value.empty() ? header.name + ";" : header.name + ": " + header.value;
}

// Returns what to check when a request failed with `code`.
std::string_view advice(CURLcode code) {
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
      return "check that the base URL has the name that the certificate is for, that it has not "
             "expired, and that its CA is trusted";
    case CURLE_SSL_CONNECT_ERROR:
      return "check that the server speaks TLS there; for one that does not, the base URL begins "
             "with http://";
    case CURLE_SSL_CACERT_BADFILE:
      return "check the file of CA certificates";
    default:
      return "check the base URL and that the server is running";
  }
}

bool is_proxy_in_environment() {
  const auto is_set = [](const char* name) {
    return std::getenv(name) != nullptr;  // NOLINT(concurrency-mt-unsafe)
  };
  // These are the variables that libcurl reads for http and https.
  return is_set("http_proxy") || is_set("https_proxy") || is_set("HTTPS_PROXY") ||
         is_set("all_proxy") || is_set("ALL_PROXY");
}

void restrict_protocols(CURL* easy) {
#if LIBCURL_VERSION_NUM >= 0x075500
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
#endif
}

}  // namespace

std::unique_ptr<CurlHandle> CurlHandle::make(const CurlTransportOptions& options) {
  CURLM* multi = curl_multi_init();
  CURL* easy = curl_easy_init();
  CURLU* url = curl_url();
  if (!multi || !easy || !url) {
    curl_url_cleanup(url);
    curl_easy_cleanup(easy);
    curl_multi_cleanup(multi);
    return nullptr;
  }
  std::unique_ptr<CurlHandle> handle(new CurlHandle(multi, easy, url));
  handle->set_constant_options(options);
  return handle;
}

CurlHandle::~CurlHandle() {
  curl_easy_cleanup(easy_);
  curl_multi_cleanup(multi_);
  curl_url_cleanup(parsed_url_);
  curl_slist_free_all(header_list_);
}

void CurlHandle::set_constant_options(const CurlTransportOptions& options) {
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 1L);
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy_, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy_, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &CurlSink::on_header);
  curl_easy_setopt(easy_, CURLOPT_HEADERDATA, &sink_);
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &CurlSink::on_body);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, &sink_);
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, error_.data());
  restrict_protocols(easy_);
#if LIBCURL_VERSION_NUM >= 0x075700
  // Without this option a cancelled or overdue request waits for the resolver's thread.
  curl_easy_setopt(easy_, CURLOPT_QUICK_EXIT, 1L);
#endif
  if (!options.ca_file.empty()) {
    curl_easy_setopt(easy_, CURLOPT_CAINFO, options.ca_file.c_str());
    curl_easy_setopt(easy_, CURLOPT_CAPATH, nullptr);
  }
  if (!options.proxy.empty()) {
    curl_easy_setopt(easy_, CURLOPT_PROXY, options.proxy.c_str());
  } else if (!is_proxy_in_environment()) {
    // Otherwise libcurl would look for a proxy before every request.
    curl_easy_setopt(easy_, CURLOPT_NOPROXY, "*");
  }
  sockets_.watch(easy_);
}

Result<HttpResponse> CurlHandle::send(const HttpRequest& request) {
  if (!set_request(request)) {
    return Failure{.kind = FailureKind::transport, .message = "libcurl refused the request"};
  }
  sink_.reset(request.max_response_bytes);
  error_[0] = '\0';

  CURLcode code = CURLE_OK;
  if (curl_multi_add_handle(multi_, easy_) != CURLM_OK) {
    return Failure{.kind = FailureKind::transport, .message = "libcurl refused the request"};
  }
  const Ending ending = perform(request, code);
  curl_multi_remove_handle(multi_, easy_);
  if (ending != Ending::done || code != CURLE_OK) return failure(request, ending, code);

  HttpResponse response = std::move(sink_.response());
  long status = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  response.status = static_cast<int>(status);
  return response;
}

// Does what curl_easy_perform does, but another thread can wake up this loop.
CurlHandle::Ending CurlHandle::perform(const HttpRequest& request, CURLcode& code) {
  const std::stop_callback wake_up(request.cancellation, [this] { curl_multi_wakeup(multi_); });
  // A signal ends the poll early, too.
  const int poll_ms = request.should_stop ? kAskMs : kPollMs;
  int running = 1;
  while (true) {
    if (request.cancellation.stop_requested()) return Ending::cancelled;
    if (request.should_stop && request.should_stop()) return Ending::cancelled;
    if (curl_multi_perform(multi_, &running) != CURLM_OK) return Ending::failed;
    if (running == 0) break;
    if (curl_multi_poll(multi_, nullptr, 0, poll_ms, nullptr) != CURLM_OK) return Ending::failed;
  }
  int left = 0;
  const CURLMsg* message = curl_multi_info_read(multi_, &left);
  if (!message || message->msg != CURLMSG_DONE) return Ending::failed;
  code = message->data.result;
  return Ending::done;
}

bool CurlHandle::set_request(const HttpRequest& request) {
  const bool has_body = request.method != "GET";
  if (has_body) {
    // libcurl does not copy the body; the request outlives the transfer.
    const char* body = request.body ? request.body->data() : "";
    const auto size = static_cast<curl_off_t>(request.body ? request.body->size() : 0);
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, size);
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(easy_, CURLOPT_POST, 1L);
    curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  } else if (had_body_) {
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, nullptr);
    curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, nullptr);
    curl_easy_setopt(easy_, CURLOPT_HTTPGET, 1L);
  }
  const auto milliseconds = [](std::chrono::milliseconds time) {
    return static_cast<long>(std::clamp<std::chrono::milliseconds::rep>(time.count(), 1, 1L << 30));
  };
  set_number(CURLOPT_TIMEOUT_MS, milliseconds(request.timeout), timeout_ms_);
  set_number(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request.connect_timeout), connect_timeout_ms_);
  // libcurl sends a request again on a fresh connection when a kept one turns out to be closed.
  set_number(CURLOPT_FRESH_CONNECT, request.is_repeatable ? 0 : 1, fresh_connect_);
  const bool is_set =
      set_headers(request) && set_url(request.url) && set_unix_socket(request.unix_socket);
  had_body_ = has_body;
  return is_set;
}

void CurlHandle::set_number(CURLoption option, long value, long& last) {
  if (value == last) return;
  curl_easy_setopt(easy_, option, value);
  last = value;
}

bool CurlHandle::set_url(const std::string& url) {
  if (url == url_) return true;
  url_.clear();
  // A URL given as text would be parsed and put together again for every request.
  if (curl_url_set(parsed_url_, CURLUPART_URL, url.c_str(), CURLU_PATH_AS_IS) != CURLUE_OK ||
      curl_easy_setopt(easy_, CURLOPT_CURLU, parsed_url_) != CURLE_OK ||
      curl_easy_setopt(easy_, CURLOPT_URL, url.c_str()) != CURLE_OK) {
    return false;
  }
  url_ = url;
  return true;
}

bool CurlHandle::set_unix_socket(const std::string& path) {
  if (path == unix_socket_) return true;
  unix_socket_.reset();
  const char* value = path.empty() ? nullptr : path.c_str();
  if (curl_easy_setopt(easy_, CURLOPT_UNIX_SOCKET_PATH, value) != CURLE_OK) return false;
  unix_socket_ = path;
  return true;
}

bool CurlHandle::set_headers(const HttpRequest& request) {
  const bool has_body = request.method != "GET";
  if (header_list_ && has_body == had_body_ && headers_ == request.headers) return true;
  curl_slist_free_all(std::exchange(header_list_, nullptr));
  curl_slist* list = nullptr;
  bool is_whole = true;
  for (const Header& header : request.headers) {
    is_whole = is_whole && append(list, header_line(header));
  }
  if (has_body) {
    // These lines suppress headers that libcurl would add by itself.
    is_whole = is_whole && append(list, "Expect:");
    if (!request.body) is_whole = is_whole && append(list, "Content-Type:");
  }
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, list);
  header_list_ = list;
  headers_ = request.headers;
  return is_whole;
}

bool CurlHandle::may_have_been_sent() const {
  curl_off_t microseconds = 0;
  return curl_easy_getinfo(easy_, CURLINFO_PRETRANSFER_TIME_T, &microseconds) == CURLE_OK &&
         microseconds > 0;
}

std::string CurlHandle::reason(CURLcode code) const {
  return error_[0] ? error_.data() : curl_easy_strerror(code);
}

Failure CurlHandle::failure(const HttpRequest& request, Ending ending, CURLcode code) {
  Failure failure{.kind = FailureKind::transport, .is_outcome_unknown = may_have_been_sent()};
  const std::string server = server_of(request);
  if (ending == Ending::cancelled) {
    failure.kind = FailureKind::cancelled;
    failure.message = "cancelled by the caller";
  } else if (sink_.is_too_large()) {
    failure.kind = FailureKind::decoding;
    failure.message = "the answer of " + server + " is larger than the allowed " +
                      std::to_string(request.max_response_bytes) + " bytes";
  } else if (code == CURLE_OPERATION_TIMEDOUT) {
    failure.kind = FailureKind::timeout;
    failure.message = failure.is_outcome_unknown
                          ? "no whole answer from " + server + " within " +
                                std::to_string(request.timeout.count()) + " ms"
                          : "no connection to " + server + " in time";
    failure.message += "; raise the timeouts if the server is slow";
  } else {
    failure.message =
        "no answer from " + server + ": " + reason(code) + "; " + std::string(advice(code));
  }
  return failure;
}

}  // namespace farthing::sdk
