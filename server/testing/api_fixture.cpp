// SPDX-License-Identifier: Apache-2.0
#include "server/testing/api_fixture.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/json/json_reader.hpp"

namespace farthing::api {
namespace {

http::ServerOptions on_free_port() {
  http::ServerOptions options;
  options.listen = {{.address = "127.0.0.1", .port = 0}};
  return options;
}

std::string render(const Ask& request) {
  std::string text;
  text.append(request.method).append(" ").append(request.path).append(" HTTP/1.1\r\nHost: t\r\n");
  if (!request.key.empty()) text += "Authorization: Bearer " + request.key + "\r\n";
  if (!request.idempotency_key.empty()) {
    text += "Idempotency-Key: " + request.idempotency_key + "\r\n";
  }
  for (const std::string& header : request.headers) text += header + "\r\n";
  if (!request.body.empty()) {
    const bool has_type = std::ranges::any_of(request.headers, [](const std::string& header) {
      return header.starts_with("Content-Type:");
    });
    if (!has_type) text += "Content-Type: application/json\r\n";
    text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  }
  return text + "\r\n" + request.body;
}

const JsonValue* find_child(const JsonValue& value, std::string_view step) {
  if (const auto* object = value.as_object()) {
    const auto member = std::ranges::find(*object, step, &JsonMember::name);
    return member == object->end() ? nullptr : &member->value;
  }
  const auto* array = value.as_array();
  std::size_t index = 0;
  std::from_chars(step.data(), step.data() + step.size(), index);
  return array != nullptr && index < array->size() ? &(*array)[index] : nullptr;
}

}  // namespace

ApiTest::ApiTest(store::ClockRules rules) : service::StoreTest(std::move(rules)) {
  services_.tag_names = {"project", "team"};
  auto server = http::Server::start(on_free_port(), api_);
  server_ = std::move(server).value();
  client_.emplace(server_->port());
  api_.set_ready(true);
  admin_key_ = make_key(directory::Scope::admin);
}

ApiTest::~ApiTest() { server_->stop(); }

http::RawAnswer ApiTest::ask(const Ask& request) {
  client_->send(render(request));
  auto answer = request.method == "HEAD" ? client_->read_head() : client_->read_answer();
  EXPECT_TRUE(answer) << request.method << " " << request.path;
  return answer.value_or(http::RawAnswer{});
}

std::string ApiTest::expect(int status, const Ask& request) {
  const http::RawAnswer answer = ask(request);
  EXPECT_EQ(answer.status, status) << request.method << " " << request.path << "\n" << answer.body;
  return answer.body;
}

std::string ApiTest::expect_error(int status, std::string_view name, std::string_view field,
                                  const Ask& request) {
  const http::RawAnswer answer = ask(request);
  const std::string what = std::string(request.method) + " " + request.path + " " + request.body;
  EXPECT_EQ(answer.status, status) << what << "\n" << answer.body;
  EXPECT_EQ(text_at(answer.body, "name"), name) << what;
  EXPECT_EQ(text_at(answer.body, "field"), field) << what << "\n" << answer.body;
  EXPECT_EQ(text_at(answer.body, "id"), answer.header("x-request-id")) << what;
  return text_at(answer.body, "message");
}

Ask ApiTest::post(std::string path, std::string body, std::string idempotency_key) const {
  return {.method = "POST",
          .path = std::move(path),
          .key = admin_key_,
          .body = std::move(body),
          .idempotency_key = std::move(idempotency_key)};
}

std::string ApiTest::make_key(directory::Scopes scopes) {
  static int users = 0;
  const directory::User user = add_user("user" + std::to_string(++users) + "@example.com");
  return std::string(add_key(user.id, scopes).secret.reveal());
}

Ask LedgerApiTest::give(std::string body, std::string idempotency_key) const {
  return post("/v1/organizations/" + organization_ + "/grants", std::move(body),
              std::move(idempotency_key));
}

Ask LedgerApiTest::charge(const std::string& members, std::string idempotency_key) const {
  return post("/v1/charges", for_it(members), std::move(idempotency_key));
}

std::string LedgerApiTest::given(const std::string& amount, std::string idempotency_key) {
  return made(give(R"({"amount":")" + amount + R"("})", std::move(idempotency_key)));
}

std::string LedgerApiTest::charged(const std::string& amount, std::string idempotency_key) {
  return made(charge(R"("amount":")" + amount + R"(")", std::move(idempotency_key)));
}

std::optional<std::string> find_text(std::string_view json, std::string_view path) {
  const auto document = read_json(json);
  if (!document) return {};
  const JsonValue* value = &**document;
  while (value != nullptr && !path.empty()) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    value = find_child(*value, path.substr(0, dot));
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  if (value == nullptr) return {};
  if (const auto* string = value->as_string()) return std::string(*string);
  std::string text;
  value->append_canonical(text);
  return text;
}

std::string text_at(std::string_view json, std::string_view path) {
  return find_text(json, path).value_or("");
}

}  // namespace farthing::api
