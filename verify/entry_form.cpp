// SPDX-License-Identifier: Apache-2.0
#include "verify/entry_form.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace farthing::verify {
namespace {

struct Form {
  bool has_amount;  // more than nothing
  bool has_parent;
  bool has_parts;  // may have
  bool has_terms;
  bool has_hold;
  bool is_makers_id;  // its subject gets its id from the entry
};

Form form_of(Kind kind) {
  const bool is_about_hold =
      kind == Kind::hold || kind == Kind::extend || kind == Kind::capture || kind == Kind::release;
  return {.has_amount = kind != Kind::void_ && kind != Kind::extend && kind != Kind::limit,
          .has_parent = kind == Kind::capture || kind == Kind::refund,
          .has_parts = makes_something(kind) ? kind != Kind::grant
                                             : kind == Kind::release || kind == Kind::repay,
          .has_terms = kind == Kind::grant,
          .has_hold = is_about_hold,
          .is_makers_id = makes_something(kind)};
}

std::string_view word(bool is_there) { return is_there ? "there" : "absent"; }

Check check_presence(std::string_view what, bool expected, bool found) {
  return expect_equal(what, word(expected), word(found));
}

Check check_amount(const Entry& entry, bool has_amount) {
  if (has_amount)
    return expect(entry.amount.is_positive(), "the amount", "more than 0",
                  entry.amount.to_string());
  if (entry.kind == Kind::extend) return expect_equal("the amount", 0, nano(entry.amount));
  return expect(entry.amount >= Credits(), "the amount", "0 or more", entry.amount.to_string());
}

Check check_parts(const Entry& entry, bool has_parts) {
  if (!has_parts) return check_presence("parts of grants", false, !entry.parts.empty());
  const bool goes_back = entry.kind == Kind::release || entry.kind == Kind::refund;
  for (const Part& part : entry.parts) {
    if (!part.amount.is_positive()) {
      return Finding{.what = "the part of a grant",
                     .expected = "more than 0",
                     .found = part.amount.to_string()};
    }
    if (part.has_ended && !goes_back) {
      return Finding{.what = "the part of a grant", .expected = "spendable", .found = "ended"};
    }
  }
  return {};
}

// Of UTF-8, in which every byte but the first of a character begins with the bits 10.
std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

Check check_tags(const Entry& entry) {
  constexpr std::size_t kMaxTags = 5;
  constexpr std::size_t kMaxValue = 64;
  if (auto wrong = expect(entry.tags.size() <= kMaxTags, "the number of tags", "at most 5",
                          std::to_string(entry.tags.size()))) {
    return wrong;
  }
  std::string_view before;
  for (const Tag& tag : entry.tags) {
    if (auto wrong = expect(tag.name > before, "the name of a tag",
                            "one after \"" + std::string(before) + "\"", tag.name)) {
      return wrong;
    }
    before = tag.name;
    const std::size_t length = count_characters(tag.value);
    if (auto wrong = expect(length >= 1 && length <= kMaxValue, "the value of the tag " + tag.name,
                            "1 to 64 characters", tag.value)) {
      return wrong;
    }
  }
  return {};
}

Check check_price(const Entry& entry) {
  if (!entry.price_paid) return {};
  if (auto wrong = check_presence("the price paid", entry.kind == Kind::grant, true)) return wrong;
  return expect(entry.price_paid->nano >= 0, "the price paid", "0 or more",
                std::to_string(entry.price_paid->nano));
}

Check check_subject(const Entry& entry, bool is_makers_id) {
  const bool is_limit = entry.kind == Kind::limit;
  if (!is_limit && !is_makers_id) return {};
  const Id128 expected = is_limit ? entry.organization.value : id_made_by(entry);
  std::string expected_text;
  expected.append_to(expected_text);
  std::string found_text;
  entry.subject.append_to(found_text);
  return expect_equal("the id", expected_text, found_text);
}

}  // namespace

Check check_form(const Entry& entry) {
  const Form form = form_of(entry.kind);
  if (auto wrong = check_amount(entry, form.has_amount)) return wrong;
  if (auto wrong = check_presence("the parent", form.has_parent, entry.parent.has_value()))
    return wrong;
  if (auto wrong = check_presence("the terms", form.has_terms, entry.terms.has_value()))
    return wrong;
  if (auto wrong = check_presence("the hold", form.has_hold, entry.hold.has_value())) return wrong;
  if (entry.kind != Kind::refund && !entry.returning.empty()) {
    return check_presence("grants that come back", false, true);
  }
  if (auto wrong = check_parts(entry, form.has_parts)) return wrong;
  if (auto wrong = check_tags(entry)) return wrong;
  if (auto wrong = check_price(entry)) return wrong;
  return check_subject(entry, form.is_makers_id);
}

}  // namespace farthing::verify
