// SPDX-License-Identifier: Apache-2.0
// Percent-encoding (RFC 3986, section 2.1).
#pragma once

#include <string>
#include <string_view>

namespace farthing::http {

// Appends the decoded text to `out`. Returns false, with `out` in an unspecified state, when a "%"
// is not followed by two hexadecimal digits or stands for NUL.
bool percent_decode(std::string_view text, std::string& out);
// Does the same, and takes "+" for a blank, as forms and queries write it.
bool form_decode(std::string_view text, std::string& out);

}  // namespace farthing::http
