// SPDX-License-Identifier: Apache-2.0
#include "server/app/settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "server/app/server_options.hpp"
#include "server/app/setting_types.hpp"

namespace farthing::app {
namespace {

using Http = http::ServerOptions;

template <std::int64_t kMost, auto... kPath>
constexpr SettingType kCount = kSettingType<Number<Unit::one, 1, kMost, kPath...>>;
// Up to a day.
template <auto kMember>
constexpr SettingType kTimeout =
    kSettingType<Number<Unit::milliseconds, 1, 86'400'000, &ServerOptions::http, kMember>>;
// Up to a PiB.
template <auto kMember>
constexpr SettingType kDiskMark =
    kSettingType<Number<Unit::mebibytes, 0, 1'073'741'824, &ServerOptions::disk_marks, kMember>>;
template <std::int64_t kMost, auto kMember>
constexpr SettingType kMemory =
    kSettingType<Number<Unit::mebibytes, 1, kMost, &ServerOptions::memory, kMember>>;

constexpr auto kSettings = std::to_array<Setting>({
    {.key = "data",
     .option = "--data",
     .placeholder = "DIR",
     .summary = "The embedded store keeps its data in this directory, which is made when it is "
                "missing.",
     .details = "It has mode 0700 ([the data directory](#the-data-directory)).",
     .type = kSettingType<DataDirectory>},
    {.key = "store",
     .option = "--store",
     .placeholder = "URL",
     .summary = "A PostgreSQL database keeps the data instead: postgres://user@host/database, on "
                "the command line without a password.",
     .details = "Any number of servers may share it ([postgresql.md](postgresql.md)). With a "
                "password in it, the configuration is a [file of secrets](#files-of-secrets).",
     .type = kSettingType<DatabaseUrl>},
    {.key = "store_file",
     .option = "--store-file",
     .placeholder = "FILE",
     .summary = "The first line of this file is the URL of that database, with a password if need "
                "be.",
     .type = kSettingType<DatabaseUrlFile>,
     .secrecy = Secrecy::names_secret_file},
    {.key = "listen",
     .option = "--listen",
     .placeholder = "HOST:PORT|unix:PATH",
     .summary = "The server accepts connections here; port 0 lets the system choose one.",
     .details = "A host is an IPv4 address, an IPv6 address in brackets or `localhost`; a path is "
                "that of a [Unix socket](#a-unix-socket). Places of the command line replace those "
                "of the file.",
     .type = kSettingType<Places>},
    {.key = "admin_listen",
     .option = "--admin-listen",
     .placeholder = "HOST:PORT|unix:PATH",
     .summary = "Operators have a port or Unix socket of their own, and what is for them is "
                "answered nowhere else.",
     .details = "See [below](#a-port-for-operators).",
     .type = kSettingType<OperatorsPlace>},
    {.key = "tls_certificate",
     .option = "--tls-certificate",
     .placeholder = "FILE",
     .summary = "This file holds the server's certificate and its chain, PEM; every port speaks "
                "TLS then.",
     .details = "See [below](#tls).",
     .type = kSettingType<TlsFile<&http::TlsFiles::certificate>>,
     .takes_effect = TakesEffect::at_hang_up},
    {.key = "tls_key",
     .option = "--tls-key",
     .placeholder = "FILE",
     .summary = "This file holds the certificate's key, PEM, not encrypted.",
     .type = kSettingType<TlsFile<&http::TlsFiles::key>>,
     .takes_effect = TakesEffect::at_hang_up,
     .secrecy = Secrecy::names_secret_file},
    {.key = "statement_key",
     .option = "--statement-key",
     .placeholder = "FILE",
     .summary = "Statements are signed with the key in this file, which is made when it is "
                "missing.",
     .details = "It has mode 0600 then ([proof.md](../reference/proof.md#statements)). All servers "
                "on one database need the same.",
     .type = kSettingType<StatementKeyFile>,
     .when_unset = "statement.key in the data directory; on a database none",
     .secrecy = Secrecy::names_secret_file},
    {.key = "trusted_proxies",
     .option = "--trusted-proxy",
     .placeholder = "CIDR",
     .summary = "The proxies of this network are believed about the client's address "
                "(X-Forwarded-For).",
     .details = "See [below](#behind-a-proxy). Networks of the command line replace those of the "
                "file.",
     .type = kSettingType<TrustedNetworks>},
    {.key = "threads",
     .option = "--threads",
     .placeholder = "N",
     .summary = "This many threads serve connections.",
     .type = kCount<256, &ServerOptions::http, &Http::threads>,
     .when_unset = "one for each CPU"},
    {.key = "log_level",
     .option = "--log-level",
     .placeholder = "LEVEL",
     .summary = "The log has lines of this level and above: debug, info, warning or error.",
     .details = "At `debug` each request has a line.",
     .type = kSettingType<LevelOfLog>},
    {.key = "max_clock_gap",
     .summary = "At a start the clock may be this far after the store's last time, unless the "
                "kernel says that it is synchronised.",
     .details = "See [clock.md](clock.md).",
     .type = kSettingType<ClockGap>},
    {.key = "core_dumps",
     .summary = "With true, the process may be dumped and debugged.",
     .details = "Dumps hold secrets.",
     .type =
         kSettingType<Flag<&ServerOptions::core_dumps, CoreDumps::allowed, CoreDumps::forbidden>>},
    {.key = "shared_secret_files",
     .summary = "With true, files of secrets may be open to other users.",
     .details = "See [below](#files-of-secrets).",
     .type = kSettingType<
         Flag<&ServerOptions::shared_secrets, SharedSecrets::allowed, SharedSecrets::refused>>},
    {.key = "key_prefix",
     .option = "--key-prefix",
     .placeholder = "PREFIX",
     .summary = "New secrets of API keys begin with this.",
     .details = "Keys of before keep theirs and stay valid "
                "([api-keys.md](../reference/api-keys.md#the-form)).",
     .type = kSettingType<PrefixOfKeys>},

    {.key = "tag_names",
     .summary = "Requests may tag movements under these names.",
     .details = "An array of at most 20, each of at most 32 characters of a-z, 0-9 and `_`, the "
                "first a letter. Names that are taken out again stay in the ledger, and new "
                "requests are refused with them.",
     .type = kSettingType<NamesOfTags>},

    {.key = "rate_limits.user_keys",
     .option = "--user-key-rate",
     .placeholder = "RATE",
     .summary =
         "The holder of a key whose only scope is user may use it this often, unless the key "
         "has a limit of its own.",
     .details = "What services ask about it does not count.",
     .type = kSettingType<Rate<&ServerOptions::rate_limits, &service::RateLimits::user_keys>>},
    {.key = "rate_limits.failures",
     .summary =
         "This many wrong keys may come from one address before it gets 429 in place of 401.",
     .details = "A /64 of IPv6 is one address. Keys that work are not hindered.",
     .type = kSettingType<Rate<&ServerOptions::rate_limits, &service::RateLimits::failures>>},

    {.key = "user_limits.acts",
     .summary = "The keys of one user may together ask for this many changes.",
     .details = "See [bounds of one user](../reference/permissions.md#bounds-of-one-user). "
                "`200/86400s`, for example, bounds a whole day.",
     .type = kSettingType<Rate<&ServerOptions::user_limits, &service::UserLimits::acts>>},
    {.key = "user_limits.live_keys",
     .summary = "This many API keys of one user may be neither revoked nor expired.",
     .type = kCount<10'000, &ServerOptions::user_limits, &service::UserLimits::live_keys>},

    {.key = "limits.connections",
     .summary = "This many connections of callers may be open.",
     .details = "One more takes the place of one that waits for its client "
                "([below](#more-connections-than-there-may-be)). The server raises its limit of "
                "open files for them as far as it may, and the log says when that is not enough; "
                "with fewer than 512 files no server starts.",
     .type = kCount<1'000'000, &ServerOptions::http, &Http::max_connections>},
    {.key = "limits.head_bytes",
     .summary = "Request line and headers together may have this many bytes.",
     .details = "With more the answer is 431.",
     .type = kCount<65'535, &ServerOptions::http, &Http::max_head>},
    {.key = "limits.target_bytes",
     .summary = "The path and query of a request may have this many bytes.",
     .details = "With more the answer is 414.",
     .type = kCount<65'535, &ServerOptions::http, &Http::max_target>},
    {.key = "limits.headers",
     .summary = "A request may have this many headers.",
     .details = "With more the answer is 431.",
     .type = kCount<1'000, &ServerOptions::http, &Http::max_headers>},
    {.key = "limits.body_bytes",
     .summary = "A body may have this many bytes.",
     .details = "With more the answer is 413.",
     .type = kCount<1'073'741'824, &ServerOptions::http, &Http::max_body>},
    {.key = "limits.request_memory_bytes",
     .summary =
         "Large heads, large bodies and answers that are not taken may hold this much memory "
         "together.",
     .details = "Beyond it, a request with a large head or body gets 503, and a connection that "
                "does not take a large answer is cut ([below](#memory)).",
     .type = kCount<1'099'511'627'776, &ServerOptions::http, &Http::request_memory>},
    {.key = "limits.handshake_timeout_ms",
     .summary = "A client that has not finished the TLS handshake by then is cut off.",
     .type = kTimeout<&Http::handshake_timeout>},
    {.key = "limits.idle_timeout_ms",
     .summary = "A connection that has been without a request for this long is closed.",
     .type = kTimeout<&Http::idle_timeout>},
    {.key = "limits.head_timeout_ms",
     .summary = "A head that is not complete this long after its first byte is answered with 408.",
     .type = kTimeout<&Http::head_timeout>},
    {.key = "limits.body_timeout_ms",
     .summary = "A body that is not complete this long after its head is answered with 408.",
     .type = kTimeout<&Http::body_timeout>},
    {.key = "limits.handler_timeout_ms",
     .summary = "A request that is complete and has no answer by then gets 503.",
     .type = kTimeout<&Http::handler_timeout>},
    {.key = "limits.write_timeout_ms",
     .summary = "A client that does not take its answer for this long is cut off.",
     .type = kTimeout<&Http::write_timeout>},
    {.key = "limits.shutdown_timeout_ms",
     .summary = "Requests that are still in flight this long after a stop began are cut off.",
     .type = kTimeout<&Http::shutdown_timeout>},

    {.key = "disk.acts_stop_at_mib",
     .summary = "With less free, users, organizations, members and keys are changed by nothing but "
                "what protects.",
     .type = kDiskMark<&store::embedded::DiskMarks::acts_bytes>},
    {.key = "disk.movements_stop_at_mib",
     .summary = "With less free, no credits are moved; holds are still released.",
     .type = kDiskMark<&store::embedded::DiskMarks::movements_bytes>},
    {.key = "disk.everything_stops_at_mib",
     .summary = "With less free, nothing is written.",
     .type = kDiskMark<&store::embedded::DiskMarks::everything_bytes>},
    {.key = "disk.erase_after_ms",
     .summary = "What was erased leaves the files of the data directory so long after the first "
                "erasure that waits for it.",
     .details = "With less, the same files are written anew more often. See "
                "[security.md](../concepts/security.md#erasure).",
     .type = kSettingType<Number<Unit::milliseconds, 1, 3'600'000, &ServerOptions::erase_after>>},

    {.key = "memory.cache_mib",
     .summary = "The cache holds what was read from the data directory, and the indexes and "
                "filters that find it there.",
     .type = kMemory<1'048'576, &StoreMemory::cache_bytes>},
    {.key = "memory.key_filter_mib",
     .summary = "The key filter tells a fresh idempotency key without the disk.",
     .details = "The default is enough for 37 million keys; with more, a fresh one may cost a "
                "read.",
     .type = kMemory<1'048'576, &StoreMemory::key_filter_bytes>},
    {.key = "memory.run_mib",
     .summary = "This many MiB of new movements are put into the database at a time; four times as "
                "many may wait.",
     .details = "With less, a restart is quicker and merging takes more of the disk.",
     .type = kMemory<1'024, &StoreMemory::run_bytes>},
});

SettingValue read_words(SettingForm form, const std::vector<std::string>& words) {
  if (form == SettingForm::texts) return words;
  const std::string& word = words.back();
  if (form == SettingForm::text) return word;
  if (form == SettingForm::flag) {
    if (word != "true" && word != "false") return {};
    return word == "true";
  }
  std::int64_t number = 0;
  const char* end = word.data() + word.size();
  const auto [stopped_at, error] = std::from_chars(word.data(), end, number);
  if (error != std::errc() || stopped_at != end) return {};
  return number;
}

// Returns what an error calls a setting of the command line: its key, or its option where the key
// is in a table and nobody has typed it there, as in "user_key_rate".
std::string name_on_command_line(const Setting& setting) {
  if (setting.table().empty() || setting.option.empty()) return std::string(setting.key);
  std::string name(setting.option.substr(setting.option.find_first_not_of('-')));
  std::ranges::replace(name, '-', '_');
  return name;
}

}  // namespace

std::string_view Setting::table() const {
  const std::size_t dot = key.find('.');
  return dot == std::string_view::npos ? std::string_view() : key.substr(0, dot);
}

std::span<const Setting> all_settings() { return kSettings; }

const Setting* find_setting(std::string_view key) {
  const auto found = std::ranges::find(kSettings, key, &Setting::key);
  return found == kSettings.end() ? nullptr : &*found;
}

bool is_settings_table(std::string_view name) {
  return !name.empty() && std::ranges::find(kSettings, name, &Setting::table) != kSettings.end();
}

Checked set_from_command_line(const Setting& setting, const std::vector<std::string>& words,
                              ServerOptions& options) {
  return setting.type.set(read_words(setting.type.form, words), name_on_command_line(setting),
                          options);
}

}  // namespace farthing::app
