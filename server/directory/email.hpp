// SPDX-License-Identifier: Apache-2.0
// The spelling of email addresses: one address can be typed in several ways that look the same, and
// belongs to one user however it is typed. Addresses that were stored before there was one spelling
// stay as they are. Safe to call from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace farthing::directory {

// Returns the spelling under which a new address is stored: what stands before the "@" in Unicode's
// normalization form C, and a domain with other letters than ASCII in the form that the domain name
// system has of it ("xn--…", RFC 5891, mapped by UTS 46). ASCII letters keep their case, but for
// those of a domain with others. Returns nothing when there is no such form of the domain. `email`
// is UTF-8. A normalized address is its own spelling.
std::optional<std::string> normalize_email(std::string_view email);

// Returns the spellings under which a user may have the address: as it was sent, for addresses that
// were stored before there was a normalized form, and normalized.
std::vector<std::string> spellings_of_email(std::string_view email);

}  // namespace farthing::directory
