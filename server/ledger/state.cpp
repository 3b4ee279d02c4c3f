// SPDX-License-Identifier: Apache-2.0
#include "server/ledger/state.hpp"

#include <algorithm>
#include <functional>

#include "base/bytes.hpp"
#include "server/ledger/terms_codec.hpp"

namespace farthing::ledger {
namespace {

// Stored: the first byte of every encoded state.
constexpr std::uint8_t kStateFormat = 1;

void append_lots(const std::vector<Lot>& lots, std::string& out) {
  ByteWriter writer(out);
  writer.varint(lots.size());
  for (const Lot& lot : lots) {
    writer.raw(lot.grant.as_bytes()).fixed(lot.remaining.nano());
    append_encoded(lot.terms, out);
  }
}

// Nothing when the bytes are not those of lots.
std::optional<std::vector<Lot>> read_lots(ByteReader& reader) {
  std::vector<Lot> lots;
  for (std::uint64_t left = reader.varint(); left > 0 && reader.is_ok(); --left) {
    Lot lot;
    lot.grant = read_id(reader);
    lot.remaining = Credits::from_nano(reader.fixed<std::int64_t>());
    const auto terms = read_terms(reader);
    if (!terms) return {};
    lot.terms = *terms;
    lots.push_back(std::move(lot));
  }
  return lots;
}

}  // namespace

bool burns_before(const Lot& a, const Lot& b) {
  if (a.terms.priority != b.terms.priority) return a.terms.priority < b.terms.priority;
  if (a.terms.expires_at != b.terms.expires_at) {
    if (!a.terms.expires_at || !b.terms.expires_at) return a.terms.expires_at.has_value();
    return *a.terms.expires_at < *b.terms.expires_at;
  }
  if (a.terms.effective_at != b.terms.effective_at) {
    return a.terms.effective_at < b.terms.effective_at;
  }
  return a.grant < b.grant;
}

std::vector<Lot>::const_iterator find_spendable(const OrganizationState& state,
                                                const Id128& grant) {
  const auto found = std::find_if(state.spendable.rbegin(), state.spendable.rend(),
                                  [&grant](const Lot& lot) { return lot.grant == grant; });
  return found == state.spendable.rend() ? state.spendable.end() : std::prev(found.base());
}

void append_encoded(const OrganizationState& state, std::string& out) {
  ByteWriter(out)
      .fixed(kStateFormat)
      .raw(state.organization.value.as_bytes())
      .varint(state.last_seq)
      .raw(as_bytes(state.last_hash))
      .fixed(state.last_at.us())
      .fixed(state.balance.available.nano())
      .fixed(state.balance.held.nano());
  append_lots(state.spendable, out);
  append_lots(state.coming, out);
  append_instant(state.next_due_at, out);
}

std::optional<OrganizationState> decode_state(std::string_view bytes) {
  ByteReader reader(bytes);
  if (reader.fixed<std::uint8_t>() != kStateFormat) return {};
  OrganizationState state;
  state.organization = {read_id(reader)};
  state.last_seq = reader.varint();
  state.last_hash = read_digest(reader);
  state.last_at = Instant::from_us(reader.fixed<std::int64_t>());
  state.balance.available = Credits::from_nano(reader.fixed<std::int64_t>());
  state.balance.held = Credits::from_nano(reader.fixed<std::int64_t>());
  auto spendable = read_lots(reader);
  auto coming = read_lots(reader);
  state.next_due_at = read_instant(reader);
  if (!spendable || !coming || !reader.is_at_end()) return {};
  state.spendable = std::move(*spendable);
  state.coming = std::move(*coming);
  for (const Lot& lot : state.spendable) {
    if (lot.terms.expires_at) state.expiries.push_back({*lot.terms.expires_at, lot.grant});
  }
  std::ranges::sort(state.expiries, std::greater());
  return state;
}

}  // namespace farthing::ledger
