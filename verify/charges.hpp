// SPDX-License-Identifier: Apache-2.0
// The charges of one organization, recomputed: what each still owes, what was refunded of it and
// which lots paid it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "verify/entry.hpp"
#include "verify/things.hpp"

namespace farthing::verify {

struct Charge {
  static constexpr char kTag = 'c';

  std::int64_t amount = 0;
  std::int64_t refunded = 0;
  std::int64_t owed = 0;
  std::vector<Part> payments;  // that were not refunded, in the order of payment
  std::optional<Id128> caller_key = {};
  Changes changes = {};

  bool is_live() const { return owed != 0; }

  void append_to(std::string& out) const {
    ByteWriter(out).fixed(amount).fixed(refunded).fixed(owed);
    append_parts(payments, out);
    append(caller_key, out);
  }
  static Charge read(ByteReader& in) {
    Charge charge;
    charge.amount = in.fixed<std::int64_t>();
    charge.refunded = in.fixed<std::int64_t>();
    charge.owed = in.fixed<std::int64_t>();
    charge.payments = read_parts(in);
    charge.caller_key = read_optional_id(in);
    return charge;
  }
};

}  // namespace farthing::verify
