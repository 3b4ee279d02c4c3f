// SPDX-License-Identifier: Apache-2.0
#include "server/http/answer_writer.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace farthing::http {

namespace {

constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";

std::string_view third(std::string_view names, int index) {
  return names.substr(static_cast<std::size_t>(index) * 3, 3);
}

void put_two_digits(char* at, int value) {
  at[0] = static_cast<char>('0' + value / 10);
  at[1] = static_cast<char>('0' + value % 10);
}

}  // namespace

void AnswerWriter::set_time(std::time_t now) {
  if (now == time_) return;
  time_ = now;
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  // Writes "Sun, 06 Nov 1994 08:49:37 GMT", never in the words of a locale.
  char* date = stamp_.data() + kDateAt;
  third(kDays, utc.tm_wday).copy(date, 3);
  put_two_digits(date + 5, utc.tm_mday);
  third(kMonths, utc.tm_mon).copy(date + 8, 3);
  put_two_digits(date + 12, (utc.tm_year + 1900) / 100);
  put_two_digits(date + 14, (utc.tm_year + 1900) % 100);
  put_two_digits(date + 17, utc.tm_hour);
  put_two_digits(date + 20, utc.tm_min);
  put_two_digits(date + 23, utc.tm_sec);
}

const ResponseHead& AnswerWriter::head_of(int status, std::string_view content_type) {
  for (const KnownHead& known : heads_) {
    if (known.head.status() == status && known.content_type == content_type) return known.head;
  }
  return heads_.emplace_back(std::string(content_type), ResponseHead(status, content_type)).head;
}

void AnswerWriter::write(std::string& out, std::string_view lines, std::string_view more_lines,
                         const std::array<char, 32>& request_id, Channel channel,
                         ConnectionHeader connection, BodyForm form, std::string_view body) {
  static_assert(kTemplate.substr(kIdAt, 3) == "000" && kTemplate[kIdAt - 1] == ' ');
  std::memcpy(stamp_.data() + kIdAt, request_id.data(), request_id.size());
  out += lines;
  out += more_lines;
  out += stamp_;
  if (channel == Channel::tls) out += "Strict-Transport-Security: max-age=31536000\r\n";
  if (connection == ConnectionHeader::close) out += "Connection: close\r\n";
  if (connection == ConnectionHeader::keep_alive) out += "Connection: keep-alive\r\n";
  if (form == BodyForm::none) {
    out += "\r\n";
    return;
  }
  constexpr std::string_view kLength = "Content-Length: ";
  std::array<char, 48> tail;
  kLength.copy(tail.data(), kLength.size());
  char* end =
      std::to_chars(tail.data() + kLength.size(), tail.data() + tail.size(), body.size()).ptr;
  end = std::copy_n("\r\n\r\n", 4, end);
  out.append(tail.data(), static_cast<std::size_t>(end - tail.data()));
  if (form == BodyForm::full) out += body;
}

}  // namespace farthing::http
