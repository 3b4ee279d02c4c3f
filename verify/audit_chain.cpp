// SPDX-License-Identifier: Apache-2.0
#include "verify/audit_chain.hpp"

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"

namespace farthing::verify {
namespace {

constexpr std::uint8_t kLastActVersion = 2;
constexpr std::size_t kIdSize = 16;
constexpr std::size_t kSaltSize = 16;
constexpr std::uint8_t kPlain = 0;
constexpr std::uint8_t kPersonal = 1;

// Writes the bytes that are hashed.
class ActWriter {
 public:
  std::string write(const Act& act) {
    out_.fixed(act.version).varint(act.number).fixed(act.at.us());
    put_id(act.api_key);
    out_.raw(act.user.as_bytes()).text(act.address).text(act.request);
    out_.text(act.kind).text(act.target);
    put_id(act.organization);
    out_.varint(act.changes.size());
    for (const ActChange& change : act.changes) put_change(change, act.version);
    if (act.version > 1) out_.text(act.extension);
    return std::move(bytes_);
  }

 private:
  void put_presence(bool is_there) { out_.fixed(static_cast<std::uint8_t>(is_there ? 1 : 0)); }
  void put_id(const std::optional<Id128>& id) {
    put_presence(id.has_value());
    if (id) out_.raw(id->as_bytes());
  }
  void put_text(const std::optional<std::string>& text) {
    put_presence(text.has_value());
    if (text) out_.text(*text);
  }
  void put_digest(const std::optional<Digest>& digest) {
    put_presence(digest.has_value());
    if (digest) out_.raw(as_bytes(*digest));
  }
  void put_change(const ActChange& change, std::uint8_t version) {
    out_.text(change.field);
    if (version > 1) out_.fixed(change.is_personal() ? kPersonal : kPlain);
    if (version > 1 && change.is_personal()) {
      put_digest(change.before_digest);
      put_digest(change.after_digest);
    } else {
      put_text(change.before);
      put_text(change.after);
    }
  }

  std::string bytes_;
  ByteWriter out_{bytes_};
};

// Checks that a value, if it was not erased, is what its digest is of.
Check check_digest(const Act& act, const ActChange& change, std::string_view side,
                   const std::optional<std::string>& value, const std::optional<Digest>& digest) {
  if (!change.is_personal() || !value) return {};
  std::string framed;
  ByteWriter(framed).text(change.field).text(*value);
  const Digest right = sha256({act.salt, framed});
  const std::string what =
      std::string("the digest of ").append(change.field).append(" ").append(side);
  return expect_equal(what, show_bytes(as_bytes(right)),
                      digest ? show_bytes(as_bytes(*digest)) : std::string("none"));
}

Check check_digests(const Act& act) {
  for (const ActChange& change : act.changes) {
    if (auto wrong = check_digest(act, change, "before", change.before, change.before_digest)) {
      return wrong;
    }
    if (auto wrong = check_digest(act, change, "after", change.after, change.after_digest)) {
      return wrong;
    }
  }
  return {};
}

// Returns the instant that the act sets ledger time back to, if it does.
std::optional<Instant> find_set_back(const Act& act) {
  if (act.kind != "clock.set_back") return {};
  for (const ActChange& change : act.changes) {
    if (change.field == "ledger_time" && change.after) return Instant::parse(*change.after);
  }
  return {};
}

// Reads the stored form: the bytes that ActWriter writes, values that may be erased, the hash.
class ActReader {
 public:
  explicit ActReader(std::string_view bytes) : in_(bytes) {}

  std::optional<Act> read() {
    Act act;
    act.version = in_.fixed<std::uint8_t>();
    if (act.version == 0 || act.version > kLastActVersion) return {};
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
      if (!read_change(act.version, act.changes.emplace_back())) return {};
    }
    if (act.version > 1) {
      act.extension = in_.text();
      if (!read_values(act)) return {};
    }
    std::ranges::copy(in_.raw(act.hash.size()), act.hash.begin());
    if (!in_.is_at_end()) return {};
    return act;
  }

 private:
  bool read_change(std::uint8_t version, ActChange& change) {
    change.field = in_.text();
    const std::uint8_t form = version > 1 ? in_.fixed<std::uint8_t>() : kPlain;
    if (form == kPlain) {
      change.before = optional_text();
      change.after = optional_text();
      return true;
    }
    change.before_digest = optional_digest();
    change.after_digest = optional_digest();
    return form == kPersonal && change.is_personal();
  }
  // Returns false when there is a salt without values.
  bool read_values(Act& act) {
    if (in_.fixed<std::uint8_t>() == 0) return true;
    act.salt = in_.raw(kSaltSize);
    bool has_values = false;
    for (ActChange& change : act.changes) {
      if (change.before_digest) change.before = in_.text();
      if (change.after_digest) change.after = in_.text();
      has_values = has_values || change.is_personal();
    }
    return has_values;
  }
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
  std::optional<Digest> optional_digest() {
    if (in_.fixed<std::uint8_t>() == 0) return {};
    Digest digest{};
    std::ranges::copy(in_.raw(digest.size()), digest.begin());
    return digest;
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
  const Digest hash = sha256({as_bytes(hash_), ActWriter().write(act)});
  if (auto wrong =
          expect_equal("the hash", show_bytes(as_bytes(hash)), show_bytes(as_bytes(act.hash)))) {
    return wrong;
  }
  if (auto wrong =
          expect(act.at >= at_, "the time", "not before " + at_.to_string(), act.at.to_string())) {
    return wrong;
  }
  if (auto wrong = check_digests(act)) return wrong;
  number_ = act.number;
  hash_ = hash;
  at_ = std::min(act.at, find_set_back(act).value_or(act.at));
  return {};
}

}  // namespace farthing::verify
