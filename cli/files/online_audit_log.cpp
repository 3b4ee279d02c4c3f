// SPDX-License-Identifier: Apache-2.0
#include "cli/files/online_audit_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/digest.hpp"

namespace farthing::cli {
namespace {

constexpr int kOnlineAuditLogPage = 1'000;

// Reads the id of a member that may be missing; returns false when it is there and is none.
template <class Id>
bool read_id(const std::optional<std::string>& text, std::optional<Id128>& id) {
  if (!text) return true;
  const auto parsed = Id::parse(*text);
  if (parsed) id = parsed->value;
  return parsed.has_value();
}

bool read_digest(const std::optional<std::string>& hex, std::optional<Digest>& digest) {
  if (!hex) return true;
  const auto bytes = from_hex(*hex);
  if (!bytes || bytes->size() != Digest().size()) return false;
  std::ranges::copy(*bytes, digest.emplace().begin());
  return true;
}

// Reads bytes in hex: of that size, or of any if it is zero.
bool read_bytes(const std::optional<std::string>& hex, std::size_t size, std::string& bytes) {
  if (!hex) return true;
  auto read = from_hex(*hex);
  if (!read || read->empty() || (size != 0 && read->size() != size)) return false;
  bytes = *std::move(read);
  return true;
}

// Reads what version 1 does not have. A salt goes with the values that it is of.
bool read_version_2(const sdk::Act& wire, verify::Act& act) {
  constexpr std::size_t kSaltBytes = 16;
  if (!read_bytes(wire.salt, kSaltBytes, act.salt)) return false;
  if (!read_bytes(wire.extension, 0, act.extension)) return false;
  bool has_values = false;
  for (std::size_t i = 0; i < wire.changes.size(); ++i) {
    const sdk::ActChange& from = wire.changes[i];
    verify::ActChange& to = act.changes[i];
    if (!read_digest(from.before_digest, to.before_digest)) return false;
    if (!read_digest(from.after_digest, to.after_digest)) return false;
    has_values = has_values || (to.is_personal() && (to.before || to.after));
  }
  return has_values != act.salt.empty();
}

bool has_version_2(const sdk::Act& wire) {
  return wire.salt || wire.extension || std::ranges::any_of(wire.changes, [](const auto& change) {
           return change.before_digest || change.after_digest;
         });
}

// Returns nothing when a member is not what the API promises.
std::optional<verify::Act> to_act(const sdk::Act& wire) {
  constexpr std::int64_t kLastVersion = 2;
  if (wire.version < 1 || wire.version > kLastVersion) return {};
  verify::Act act{.version = static_cast<std::uint8_t>(wire.version),
                  .number = static_cast<std::uint64_t>(wire.number),
                  .address = wire.address.value_or(""),
                  .request = wire.request.value_or(""),
                  .kind = wire.kind,
                  .target = wire.target};
  const auto at = Instant::parse(wire.at);
  const auto hash = from_hex(wire.hash);
  std::optional<Id128> user;
  const bool has_ids = read_id<ApiKeyId>(wire.api_key, act.api_key) &&
                       read_id<UserId>(wire.user, user) &&
                       read_id<OrganizationId>(wire.organization, act.organization);
  if (!at || !hash || hash->size() != act.hash.size() || !has_ids) return {};
  act.at = *at;
  act.user = user.value_or(Id128());
  std::ranges::copy(*hash, act.hash.begin());
  for (const sdk::ActChange& change : wire.changes) {
    act.changes.push_back({.field = change.field, .before = change.before, .after = change.after});
  }
  if (wire.version == 1 ? has_version_2(wire) : !read_version_2(wire, act)) return {};
  return act;
}

Result<Done> take_online_audit_log(const sdk::Act& wire, verify::AuditChain& chain) {
  const auto act = to_act(wire);
  if (!act) {
    return Problem{.code = ExitCode::server_failed,
                   .message = fmt::format(
                       "Record {} of the audit log is not what the API promises.", wire.number)};
  }
  if (auto wrong = chain.next(*act)) {
    return deviation_problem(
        verify::ActDeviation{.number = act->number, .finding = *std::move(wrong)});
  }
  return Done{};
}

}  // namespace

Problem deviation_problem(const verify::ActDeviation& deviation) {
  return {.code = ExitCode::deviates,
          .message = "The audit log deviates: " + deviation.to_string() + "."};
}

Result<AuditLogEnd> verify_audit_log(const ClientSession& session) {
  verify::AuditChain chain;
  sdk::ListAuditLog request{.page = {.limit = kOnlineAuditLogPage}};
  do {
    const auto page = session.client.list_audit_log(request, session.call_options);
    if (!page) return to_problem(page.error());
    for (const sdk::Act& act : page->items) {
      if (auto taken = take_online_audit_log(act, chain); !taken) return std::move(taken).error();
    }
    request.page.cursor = page->next;
  } while (request.page.cursor);
  return AuditLogEnd{.number = chain.number(), .hash = to_hex(as_bytes(chain.hash()))};
}

}  // namespace farthing::cli
