// SPDX-License-Identifier: Apache-2.0
#include "server/app/json_log.hpp"

#include <spdlog/formatter.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <chrono>
#include <string>
#include <string_view>

#include "base/instant.hpp"
#include "base/json/json_writer.hpp"

namespace farthing::app {
namespace {

std::string_view name_of(spdlog::level::level_enum level) {
  const auto name = spdlog::level::to_string_view(level);
  return {name.data(), name.size()};
}

class JsonFormatter final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    const auto since_epoch = message.time.time_since_epoch();
    const auto at = Instant::from_us(
        std::chrono::duration_cast<std::chrono::microseconds>(since_epoch).count());
    std::string line;
    JsonWriter writer(line);
    writer.begin_object();
    writer.member("at", at.to_string()).member("level", name_of(message.level));
    writer.member("message", {message.payload.data(), message.payload.size()});
    writer.end_object();
    line.push_back('\n');
    out.append(line.data(), line.data() + line.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<JsonFormatter>();
  }
};

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

}  // namespace

std::shared_ptr<spdlog::logger> make_json_logger(LogLevel level) {
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  auto logger = std::make_shared<spdlog::logger>("farthing", std::move(sink));
  logger->set_formatter(std::make_unique<JsonFormatter>());
  logger->set_level(to_spdlog(level));
  return logger;
}

}  // namespace farthing::app
