// SPDX-License-Identifier: Apache-2.0
#include "verify/audit_chain.hpp"

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"

namespace farthing::verify {
namespace {

constexpr std::uint8_t kActFormat = 1;
constexpr std::size_t kIdSize = 16;

std::string canonical_bytes(const Act& act) {
  std::string bytes;
  ByteWriter out(bytes);
  const auto put_presence = [&out](bool is_there) {
    out.fixed(static_cast<std::uint8_t>(is_there ? 1 : 0));
  };
  const auto put_id = [&](const std::optional<Id128>& id) {
    put_presence(id.has_value());
    if (id) out.raw(id->as_bytes());
  };
  const auto put_text = [&](const std::optional<std::string>& text) {
    put_presence(text.has_value());
    if (text) out.text(*text);
  };
  out.fixed(kActFormat).varint(act.number).fixed(act.at.us());
  put_id(act.api_key);
  out.raw(act.user.as_bytes()).text(act.address).text(act.request);
  out.text(act.kind).text(act.target);
  put_id(act.organization);
  out.varint(act.changes.size());
  for (const ActChange& change : act.changes) {
    out.text(change.field);
    put_text(change.before);
    put_text(change.after);
  }
  return bytes;
}

// Returns the instant that the act sets ledger time back to, if it does.
std::optional<Instant> find_set_back(const Act& act) {
  if (act.kind != "clock.set_back") return {};
  for (const ActChange& change : act.changes) {
    if (change.field == "ledger_time" && change.after) return Instant::parse(*change.after);
  }
  return {};
}

// Reads the bytes that canonical_bytes writes.
class ActReader {
 public:
  explicit ActReader(std::string_view bytes) : in_(bytes) {}

  std::optional<Act> read() {
    Act act;
    if (in_.fixed<std::uint8_t>() != kActFormat) return {};
    act.number = in_.varint();
    act.at = Instant::from_us(in_.fixed<std::int64_t>());
    act.api_key = optional_id();
    act.user = id();
    act.address = in_.text();
    act.request = in_.text();
    act.kind = in_.text();
    act.target = in_.text();
    act.organization = optional_id();
    for (std::uint64_t left = in_.varint(); left > 0 && in_.is_ok(); --left) {
      ActChange change;
      change.field = in_.text();
      change.before = optional_text();
      change.after = optional_text();
      act.changes.push_back(std::move(change));
    }
    std::ranges::copy(in_.raw(act.hash.size()), act.hash.begin());
    if (!in_.is_at_end()) return {};
    return act;
  }

 private:
  Id128 id() {
    const std::string_view bytes = in_.raw(kIdSize);
    return bytes.empty() ? Id128() : Id128::from_bytes(bytes);
  }
  std::optional<Id128> optional_id() {
    if (in_.fixed<std::uint8_t>() == 0) return {};
    return id();
  }
  std::optional<std::string> optional_text() {
    if (in_.fixed<std::uint8_t>() == 0) return {};
    return std::string(in_.text());
  }

  ByteReader in_;
};

}  // namespace

std::optional<Act> decode_stored_act(std::string_view stored) { return ActReader(stored).read(); }

std::string ActDeviation::to_string() const {
  return "record " + std::to_string(number) + ": " + finding.what + ": expected " +
         finding.expected + ", found " + finding.found;
}

Check AuditChain::next(const Act& act) {
  if (auto wrong =
          expect_equal("the number", std::to_string(number_ + 1), std::to_string(act.number))) {
    return wrong;
  }
  const Digest hash = sha256({as_bytes(hash_), canonical_bytes(act)});
  if (auto wrong =
          expect_equal("the hash", show_bytes(as_bytes(hash)), show_bytes(as_bytes(act.hash)))) {
    return wrong;
  }
  if (auto wrong =
          expect(act.at >= at_, "the time", "not before " + at_.to_string(), act.at.to_string())) {
    return wrong;
  }
  number_ = act.number;
  hash_ = hash;
  at_ = std::min(act.at, find_set_back(act).value_or(act.at));
  return {};
}

}  // namespace farthing::verify
