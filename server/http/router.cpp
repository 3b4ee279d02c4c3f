// SPDX-License-Identifier: Apache-2.0
#include "server/http/router.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "server/http/percent.hpp"

namespace farthing::http {

namespace {

// Deeper paths than any pattern has are not worth taking apart.
constexpr std::size_t kMaxSegments = 16;

// Returns the segments of "/a/b": "a", "b". A slash at the end leaves an empty last segment.
// Returns nothing when there are too many.
std::optional<std::vector<std::string_view>> split(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    path.remove_prefix(end);
    if (segments.size() > kMaxSegments) return {};
  }
  return segments;
}

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}

}  // namespace

struct Router::Node {
  std::vector<std::pair<std::string, std::unique_ptr<Node>>> literal;
  std::unique_ptr<Node> parameter;
  std::array<std::optional<RouteId>, kMethodCount> routes;
  // Empty when no pattern ends here.
  std::string allow;

  Node* find_literal(std::string_view segment) const {
    for (const auto& [name, node] : literal) {
      if (name == segment) return node.get();
    }
    return nullptr;
  }

  Node& child(std::string_view segment) {
    if (is_parameter(segment)) {
      if (!parameter) parameter = std::make_unique<Node>();
      return *parameter;
    }
    if (Node* known = find_literal(segment)) return *known;
    return *literal.emplace_back(segment, std::make_unique<Node>()).second;
  }

  std::optional<RouteId> route(Method method) const {
    if (method == Method::head && !routes[static_cast<std::size_t>(method)]) method = Method::get;
    return routes[static_cast<std::size_t>(method)];
  }

  void add(Method method, RouteId id) {
    auto& route = routes[static_cast<std::size_t>(method)];
    if (route) throw std::logic_error("a route was added twice");
    route = id;
    allow.clear();
    for (std::size_t i = 0; i < kMethodCount; ++i) {
      const auto candidate = static_cast<Method>(i);
      if (!this->route(candidate)) continue;
      if (!allow.empty()) allow += ", ";
      allow += to_string(candidate);
    }
  }

  // Finds the node of the segments from `at` on, literal ones first; notes in `chosen` which
  // segments stand for parameters.
  const Node* find(const std::vector<std::string>& segments, std::size_t at,
                   std::vector<std::size_t>& chosen) const {
    if (at == segments.size()) return allow.empty() ? nullptr : this;
    if (const Node* next = find_literal(segments[at])) {
      if (const Node* found = next->find(segments, at + 1, chosen)) return found;
    }
    if (!parameter || segments[at].empty()) return nullptr;
    chosen.push_back(at);
    if (const Node* found = parameter->find(segments, at + 1, chosen)) return found;
    chosen.pop_back();
    return nullptr;
  }

  void match(Method method, RouteMatch& result) const {
    if (const auto id = route(method)) {
      result.kind = RouteMatch::Kind::found;
      result.route = *id;
    } else {
      result.kind = RouteMatch::Kind::method_not_allowed;
      result.allow = allow;
    }
  }
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;
Router::~Router() = default;

void Router::add(Method method, std::string_view pattern, RouteId route) {
  if (!pattern.starts_with('/')) throw std::logic_error("a pattern has to start with a slash");
  const auto segments = split(pattern);
  if (!segments) throw std::logic_error("a pattern has too many segments");
  Node* node = root_.get();
  std::size_t parameters = 0;
  for (const std::string_view segment : *segments) {
    if (is_parameter(segment)) ++parameters;
    node = &node->child(segment);
  }
  if (parameters > kMaxPathParameters) throw std::logic_error("a pattern has too many parameters");
  node->add(method, route);
  if (parameters == 0) literal_.emplace(pattern, node);
}

RouteMatch Router::match(Method method, std::string_view path) const {
  RouteMatch result;
  if (const auto known = literal_.find(path); known != literal_.end()) {
    known->second->match(method, result);
    return result;
  }
  if (!path.starts_with('/')) return result;
  const auto raw = split(path);
  if (!raw) return result;
  std::vector<std::string> segments(raw->size());
  for (std::size_t i = 0; i < raw->size(); ++i) {
    if (!percent_decode((*raw)[i], segments[i])) {
      result.kind = RouteMatch::Kind::bad_path;
      return result;
    }
  }
  std::vector<std::size_t> chosen;
  const Node* node = root_->find(segments, 0, chosen);
  if (node == nullptr) return result;
  node->match(method, result);
  for (const std::size_t segment : chosen) {
    result.parameters[result.parameter_count++] = std::move(segments[segment]);
  }
  return result;
}

}  // namespace farthing::http
