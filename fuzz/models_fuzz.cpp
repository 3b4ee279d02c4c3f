// SPDX-License-Identifier: Apache-2.0
// The SDK's models on any bytes: what a model accepts, it writes, and accepts again unchanged.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <farthing/entry_models.hpp>
#include <farthing/key_models.hpp>
#include <farthing/ledger_models.hpp>
#include <farthing/models.hpp>
#include <farthing/story_models.hpp>
#include <farthing/user_models.hpp>

namespace {

template <class Model>
void check(std::string_view text) {
  const auto model = Model::from_json(text);
  if (!model) {
    if (model.error().message.empty()) std::abort();
    return;
  }
  const std::string written = model->to_json();
  const auto again = Model::from_json(written);
  if (!again || again->to_json() != written) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check<farthing::sdk::AccountResponseBody>(text);
  check<farthing::sdk::BalanceResponseBody>(text);
  check<farthing::sdk::Error>(text);
  check<farthing::sdk::ApiKey>(text);
  check<farthing::sdk::KeyVerdict>(text);
  check<farthing::sdk::Grant>(text);
  check<farthing::sdk::Charge>(text);
  check<farthing::sdk::OrganizationBalance>(text);
  check<farthing::sdk::CapturedHold>(text);
  check<farthing::sdk::HoldStory>(text);
  check<farthing::sdk::ChargeStory>(text);
  check<farthing::sdk::ChargeExplanation>(text);
  check<farthing::sdk::Refund>(text);
  check<farthing::sdk::Outcome>(text);
  return 0;
}
