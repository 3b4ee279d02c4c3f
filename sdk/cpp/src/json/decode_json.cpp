// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/json/decode_json.hpp"

namespace farthing::sdk {

Failure decoding_failure(const JsonFault& fault) {
  Failure failure{.kind = FailureKind::decoding};
  failure.message = "not JSON: " + fault.message + " at byte " + std::to_string(fault.offset);
  return failure;
}

Failure decoding_failure(const DecodeFault& fault) {
  Failure failure{.kind = FailureKind::decoding, .field = fault.path};
  failure.message = (fault.path.empty() ? "the document" : "`" + fault.path + "`") +
                    (fault.message.starts_with("is ") ? " " : ": ") + fault.message;
  return failure;
}

}  // namespace farthing::sdk
