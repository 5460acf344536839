#include "app/secret_rules.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <set>

#include "app/connections.hpp"
#include "base/text.hpp"
#include "postgres/conninfo.hpp"

namespace agente::app {
namespace {

using operations::severity;

constexpr std::string_view hex_32 = "openssl rand -hex 32";
constexpr std::string_view hex_16 = "openssl rand -hex 16";
constexpr std::string_view meta = "copy it from Meta: App settings > Basic";

struct rule {
    std::string_view name;
    secret settings::*value;
    std::size_t shortest;
    bool of_ours;  // we choose it: it must be random, and used nowhere else
    std::string_view cure;
};

constexpr std::array rules{
    rule{"SECRET_KEY", &settings::secret_key, 32, true, hex_32},
    rule{"SECRET_KEY_PREVIOUS", &settings::previous_secret_keys, 32, true, hex_32},
    rule{"SETTINGS_KEY", &settings::settings_keys, 32, true, hex_32},
    rule{"WHATSAPP_VERIFY_TOKEN", &settings::whatsapp_verify_token, 16, true, hex_16},
    rule{"WHATSAPP_APP_SECRET", &settings::whatsapp_app_secret, 32, false, meta},
    rule{"WHATSAPP_ACCESS_TOKEN", &settings::whatsapp_access_token, 32, false,
         "make a system user's token at Meta"},
    rule{"PMS_API_KEY", &settings::pms_api_key, 32, false,
         "copy the 32 characters from QloApps, Advanced Parameters > Webservice"},
};

constexpr std::array<std::string_view, 12> known_words{
    "change",   "default",  "example", "secret-key", "your-",  "your_",
    "password", "passw0rd", "test",    "1234",       "qwerty", "abcdef123"};

bool has_known_word(std::string_view value) {
    auto const word = text::lower(value);
    return std::ranges::any_of(known_words,
                               [&](auto known) { return word.find(known) != word.npos; });
}

bool monotonous(std::string_view value) {
    return std::set(value.begin(), value.end()).size() < std::min<std::size_t>(8, value.size());
}

struct named_value {
    std::string name, value;
};

std::string password_of(secret const& database_url) {
    auto const database = postgres::parse_url(database_url.reveal());
    if (database.has_error()) return {};
    std::vector<char const*> keywords, values;
    database->for_libpq(keywords, values);
    for (std::size_t i = 0; i < keywords.size() && keywords[i] != nullptr; ++i)
        if (std::string_view(keywords[i]) == "password" && values[i]) return values[i];
    return {};
}

// What stands between "user:" and "@host", as it is written.
std::string written_password(secret const& url) {
    auto const all = url.reveal();
    auto const scheme = all.find("://");
    auto const at = all.rfind('@');
    if (scheme == all.npos || at == all.npos) return {};
    auto const colon = all.find(':', scheme + 3);
    return colon < at ? std::string(all.substr(colon + 1, at - colon - 1)) : std::string();
}

// Lists of keys by their parts, and the passwords that stand in URLs.
std::vector<named_value> all_values(settings const& s) {
    std::vector<named_value> out;
    for (auto const& r : rules)
        for (auto const& part : text::split((s.*r.value).reveal(), ','))
            if (auto const one = text::trim(part); !one.empty())
                out.push_back({std::string(r.name), std::string(one)});
    if (auto const redis = redis_options(s); redis && !redis->password.empty())
        out.push_back({"the password in REDIS_URL", std::string(redis->password.reveal())});
    if (auto password = password_of(s.database_url); !password.empty())
        out.push_back({"the password in DATABASE_URL", std::move(password)});
    return out;
}

operations::findings judge(rule const& r, secret const& value, severity bad) {
    operations::findings out;
    auto const check = "secrets." + text::lower(r.name);
    for (auto const& part : text::split(value.reveal(), ',')) {
        auto const one = text::trim(part);
        if (one.size() < r.shortest)
            out.push_back({check, bad,
                           fmt::format("{} has {} characters; {} are the least", r.name, one.size(),
                                       r.shortest),
                           std::string(r.cure)});
        else if (r.of_ours && (has_known_word(one) || monotonous(one)))
            out.push_back(
                {check, bad,
                 fmt::format("{} is a well-known word or repeats a few characters", r.name),
                 std::string(r.cure)});
    }
    return out;
}

}  // namespace

operations::findings judge_secrets(settings const& s) {
    operations::findings out;
    auto const bad = s.production() ? severity::fault : severity::warning;
    for (auto const& r : rules) {
        auto const& value = s.*r.value;
        if (value.empty()) continue;  // what must be set is the configuration's to say
        auto found = judge(r, value, bad);
        out.insert(out.end(), found.begin(), found.end());
    }
    if (s.secret_key.empty())
        out.push_back(
            {"secrets.secret_key", bad,
             "SECRET_KEY is not set: every start makes a new one, and signs everybody out",
             std::string(hex_32)});
    if (s.settings_keys.empty())
        out.push_back({"secrets.settings_key", severity::warning,
                       "SETTINGS_KEY is not set: hotels cannot have keys and tokens of their own",
                       std::string(hex_32)});
    auto const values = all_values(s);
    for (std::size_t i = 0; i < values.size(); ++i)
        for (std::size_t j = i + 1; j < values.size(); ++j)
            if (values[i].value == values[j].value)
                out.push_back({"secrets.reuse", bad,
                               fmt::format("{} and {} are the same: who learns one has both",
                                           values[i].name, values[j].name),
                               "give each a value of its own"});
    if (out.empty())
        out.push_back({"secrets",
                       severity::ok,
                       fmt::format("{} secrets: long enough, no well-known words, none used twice",
                                   values.size()),
                       {}});
    return out;
}

operations::findings judge_settings_file(std::string const& file) {
    struct stat about {};
    if (::stat(file.c_str(), &about) != 0) return {};
    if ((about.st_mode & (S_IRWXG | S_IRWXO)) == 0)
        return {{"secrets.file", severity::ok, file + " is readable by its owner only", {}}};
    return {{"secrets.file", severity::warning,
             fmt::format("{} can be read by others on this machine (mode {:o})", file,
                         about.st_mode & 0777),
             "chmod 600 " + file}};
}

std::vector<std::string> secret_values(settings const& s) {
    std::vector<std::string> out;
    for (auto const* const url : {&s.database_url, &s.migrations_url, &s.redis_url}) {
        out.emplace_back(url->reveal());
        out.push_back(written_password(*url));
    }
    out.push_back(password_of(s.migrations_url));
    for (auto& one : all_values(s)) out.push_back(std::move(one.value));
    out.emplace_back(s.jwt_private_keys.reveal());
    std::erase_if(out, [](auto const& value) { return value.empty(); });
    // The longest first: a password inside a URL must not be all that is taken of it.
    std::ranges::sort(out, std::greater{}, &std::string::size);
    return out;
}

}  // namespace agente::app
