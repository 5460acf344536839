#include "app/settings.hpp"

#include <array>

#include "base/text.hpp"
#include "operations/cleanup_rules.hpp"

namespace agente::app {
namespace {

using entry = config::setting<settings>;

std::string shown(std::string const& v) { return v; }
std::string shown(bool v) { return config::show(v); }
std::string shown(std::vector<std::string> const& v) { return config::show(v); }

// A text, a switch, or a list of texts.
template <class T>
entry plain(std::vector<std::string> names, T settings::*member, std::string help,
            std::string example) {
    return {std::move(names),
            std::move(help),
            std::move(example),
            false,
            [member](settings& s, std::string_view v) {
                return config::read(s.*member, text::trim(v));
            },
            [member](settings const& s) { return shown(s.*member); }};
}

entry confidential(std::vector<std::string> names, secret settings::*member, std::string help,
                   std::string example) {
    return {std::move(names),
            std::move(help),
            std::move(example),
            true,
            [member](settings& s, std::string_view v) {
                return config::read(s.*member, text::trim(v));
            },
            [member](settings const& s) {
                return (s.*member).empty() ? std::string() : std::string("(set)");
            }};
}

entry number(std::vector<std::string> names, long long settings::*member, long long least,
             long long most, std::string help, std::string example) {
    return {std::move(names),
            std::move(help),
            std::move(example),
            false,
            [=](settings& s, std::string_view v) {
                return config::read_integer(s.*member, v, least, most);
            },
            [member](settings const& s) { return std::to_string(s.*member); }};
}

entry word(std::vector<std::string> names, std::string settings::*member,
           std::vector<std::string_view> words, std::string help, std::string example) {
    return {std::move(names),
            std::move(help),
            std::move(example),
            false,
            [member, words](settings& s, std::string_view v) {
                return config::read_one_of(s.*member, v, words);
            },
            [member](settings const& s) { return s.*member; }};
}

// LOG_LEVEL as Python services spell it, too.
entry log_level() {
    return {{"LOG_LEVEL"},
            "Least level that is logged",
            "info",
            false,
            [](settings& s, std::string_view v) -> std::optional<std::string> {
                auto const level = text::lower(text::trim(v));
                if (level == "warning")
                    s.log_level = "warn";
                else if (level == "critical")
                    s.log_level = "error";
                else if (level == "trace")
                    s.log_level = "debug";
                else
                    return config::read_one_of(
                        s.log_level, level,
                        std::array<std::string_view, 4>{"debug", "info", "warn", "error"});
                return std::nullopt;
            },
            [](settings const& s) { return s.log_level; }};
}

// RETENTION_LOCK_AUDIT_DAYS and the like: one for each rule of the clean-up.
entry retention(operations::cleanup_rule const& rule) {
    using days = std::chrono::days;
    auto const usual = std::chrono::floor<days>(rule.usual).count();
    auto const least = std::chrono::ceil<days>(rule.least).count();
    std::string const key(rule.name);
    auto word = key;
    for (auto& c : word) c = c == '-' ? '_' : static_cast<char>(std::toupper(c));
    auto const help =
        "Days before these are deleted: " + std::string(rule.what) + "; 0: never" +
        (least > 1 ? ", fewer than " + std::to_string(least) + " count as that" : std::string());
    return {{"RETENTION_" + word + "_DAYS"},
            help,
            std::to_string(usual),
            false,
            [key](settings& s, std::string_view v) {
                return config::read_integer(s.retention_days[key], v, 0, 36'500);
            },
            [key, usual](settings const& s) {
                auto const given = s.retention_days.find(key);
                return std::to_string(given == s.retention_days.end() ? usual : given->second);
            }};
}

// A table, laid out by hand: one setting an entry.
// clang-format off
std::vector<entry> declare() {
    using s = settings;
    std::vector<entry> all{
        word({"ENVIRONMENT"}, &s::environment, {"development", "test", "staging", "production"},
             "Where this runs; production refuses weak secrets", "production"),
        plain({"DEBUG"}, &s::debug, "Log at debug level", "false"),
        log_level(),
        confidential({"SECRET_KEY"}, &s::secret_key, "Signs what the service hands out; at least 32 characters", "(openssl rand -hex 32)"),

        plain({"HOST"}, &s::host, "Address to listen on", "0.0.0.0"),
        number({"PORT"}, &s::port, 0, 65535, "Port to listen on; 0 takes a free one", "8002"),
        number({"WORKERS"}, &s::workers, 1, 64, "Event loops; each takes its share of the database pool, at least one connection", "1"),
        plain({"ALLOWED_HOSTS"}, &s::allowed_hosts, "Host names the service answers to; empty or *: any", "hotel.example,api.hotel.example"),
        plain({"METRICS_ALLOWED_IPS"}, &s::metrics_allowed_ips, "Addresses or CIDR blocks that may read /metrics; empty: this machine only",
             "127.0.0.1,10.0.0.0/8"),
        number({"SHUTDOWN_SECONDS"}, &s::shutdown_seconds, 1, 600, "How long work in flight may take after SIGTERM", "20"),

        plain({"TRUSTED_PROXIES"}, &s::trusted_proxies, "Addresses or CIDR blocks of the proxies before the service; empty: whoever connects is the client",
             "10.0.0.0/8"),
        word({"TRUSTED_PROXY_HEADER"}, &s::trusted_proxy_header, {"x-forwarded-for", "forwarded"},
             "Header in which those proxies name the client; the other one is ignored", "x-forwarded-for"),
        plain({"CORS_ALLOWED_ORIGINS"}, &s::cors_allowed_origins, "Origins whose pages may call the API from a browser; empty: none", "https://console.hotel.example"),
        number({"HTTPS_ONLY_SECONDS"}, &s::https_only_seconds, 0, 63'072'000, "How long browsers shall insist on HTTPS (HSTS); 0: not asked of them", "31536000"),
        plain({"PUBLIC_URL"}, &s::public_url, "Where clients reach the service, for its documentation", "https://api.hotel.example"),

        confidential({"DATABASE_URL", "POSTGRES_URL"}, &s::database_url, "PostgreSQL",
                     "postgresql://user:password@host:6543/postgres?sslmode=require"),
        confidential({"MIGRATIONS_DATABASE_URL", "ALEMBIC_DB_URL", "DIRECT_URL"}, &s::migrations_url,
                     "PostgreSQL for schema changes, when it is not DATABASE_URL", "postgresql://user:password@host:5432/postgres"),
        plain({"USE_SUPABASE"}, &s::use_supabase, "The database is Supabase's: a pool of 2 + 2 unless given", "true"),
        word({"SUPABASE_TIER"}, &s::supabase_tier, {"free", "pro"}, "Whose quotas db check holds the project against: 500 MB and 60 connections, or 8 GB and 120", "pro"),
        number({"INSTANCES"}, &s::instances, 1, 1'000, "How many of this program run on the same database: db check adds up their connections", "2"),
        number({"POSTGRES_POOL_SIZE"}, &s::pool_size, 1, 200, "Database connections kept open", "2"),
        number({"POSTGRES_MAX_OVERFLOW"}, &s::max_overflow, 0, 200, "Database connections opened beyond that under load", "2"),
        word({"DB_PIPELINE"}, &s::pipeline, {"auto", "multi", "single"}, "How requests share a round trip to the database: single sends one batch at a time on a connection, multi several where no pooler stands between, auto as multi except on Supabase hosts", "auto"),
        number({"DB_STATEMENT_TIMEOUT_MS"}, &s::statement_timeout_ms, 100, 600'000, "A statement that runs longer is cut off by the server", "5000"),
        number({"DB_REPLY_DEADLINE_MS"}, &s::database_reply_ms, 100, 600'000, "A connection that stays silent longer is closed", "10000"),

        confidential({"REDIS_URL"}, &s::redis_url, "Redis; rediss:// for TLS", "rediss://default:password@host:6379/0"),

        confidential({"SECRET_KEY_PREVIOUS"}, &s::previous_secret_keys, "Earlier values of SECRET_KEY, comma-separated: what they signed stays good until it expires", "(the old SECRET_KEY)"),
        confidential({"SETTINGS_KEY"}, &s::settings_keys, "Encrypts hotels' secrets in the database; comma-separated, the first one encrypts, all decrypt", "(openssl rand -hex 32)"),
        word({"JWT_ALGORITHM"}, &s::jwt_algorithm, {"hs256", "eddsa"}, "How access tokens are signed: with SECRET_KEY, or with JWT_PRIVATE_KEY", "HS256"),
        confidential({"JWT_PRIVATE_KEY"}, &s::jwt_private_keys, "Ed25519 keys (PEM) for JWT_ALGORITHM=EdDSA, one after the other; the first one signs", "(openssl genpkey -algorithm ed25519)"),
        plain({"JWT_ISSUER"}, &s::jwt_issuer, "Who issues access tokens", "agente-hotel"),
        plain({"JWT_AUDIENCE"}, &s::jwt_audience, "Whom access tokens are for", "agente-hotel"),
        number({"JWT_EXPIRATION_MINUTES"}, &s::jwt_expiration_minutes, 1, 1440, "Life of an access token", "15"),
        number({"REFRESH_TOKEN_DAYS"}, &s::refresh_token_days, 1, 365, "How long a sign-in lasts at most", "30"),
        number({"SESSION_INACTIVITY_DAYS"}, &s::session_inactivity_days, 0, 365, "A sign-in that is not used for so long ends; 0: only REFRESH_TOKEN_DAYS counts", "14"),
        number({"PASSWORD_MIN_LENGTH"}, &s::password_min_length, 8, 64, "Characters of a new password, at least", "12"),
        plain({"PASSWORD_CLASSES"}, &s::password_classes, "What a new password must hold one of: upper, lower, digit, symbol", "upper,digit"),
        number({"PASSWORD_MAX_AGE_DAYS"}, &s::password_max_age_days, 0, 3'650, "A password older than this must be changed at the next sign-in; 0: never", "0"),
        number({"LOCKOUT_MINUTES"}, &s::lockout_minutes, 1, 1'440, "Failed sign-ins count for so long", "15"),
        number({"LOCKOUT_ATTEMPTS"}, &s::lockout_attempts, 1, 100, "Failed sign-ins of one address at one account before it is locked out", "5"),
        number({"SIGN_IN_REFUSAL_MS"}, &s::sign_in_refusal_ms, 0, 5'000, "A refused sign-in takes so long whatever is wrong; more than the slowest old hash takes (bcrypt)", "500"),
        number({"HASHING_THREADS"}, &s::hashing_threads, 0, 64, "Threads for password hashes; 0: one a core", "0"),

        word({"PMS_TYPE"}, &s::pms_type, {"qloapps", "mock"}, "The hotel system; mock is the built-in simulator of QloApps", "qloapps"),
        plain({"PMS_BASE_URL"}, &s::pms_base_url, "Address of the QloApps shop, without /api", "https://shop.hotel.example"),
        confidential({"PMS_API_KEY"}, &s::pms_api_key, "QloApps webservice key, 32 characters", "(Advanced Parameters > Webservice)"),
        number({"PMS_HOTEL_ID"}, &s::pms_hotel_id, 1, 1'000'000'000, "Hotel id in QloApps, for hotels that do not set their own", "1"),
        number({"PMS_TIMEOUT"}, &s::pms_timeout_seconds, 1, 120, "Longest wait for one QloApps answer, in seconds", "10"),
        plain({"CHECK_PMS_IN_READINESS"}, &s::check_pms_in_readiness, "/health/ready fails when the hotel system does", "false"),

        confidential({"WHATSAPP_ACCESS_TOKEN"}, &s::whatsapp_access_token, "Token of the WhatsApp Cloud API", "(Meta: system user token)"),
        plain({"WHATSAPP_PHONE_NUMBER_ID"}, &s::whatsapp_phone_number_id, "Number id that hotels without their own share", "106540352242922"),
        confidential({"WHATSAPP_VERIFY_TOKEN"}, &s::whatsapp_verify_token, "The word agreed with Meta for the webhook's verification", "(any random word)"),
        confidential({"WHATSAPP_APP_SECRET"}, &s::whatsapp_app_secret, "App secret; signs every webhook", "(Meta: App settings > Basic)"),
        plain({"WHATSAPP_API_BASE_URL"}, &s::whatsapp_api_base_url, "Cloud API with its version", "https://graph.facebook.com/v21.0"),

        number({"DEBOUNCE_MS"}, &s::debounce_ms, 0, 60'000, "How long to wait for the guest's next bubble before answering", "1500"),
        number({"LEASE_SECONDS"}, &s::lease_seconds, 1, 3'600, "After this long without a sign of life another instance takes over", "30"),
        number({"OUTBOX_UNKNOWN_AFTER_SECONDS"}, &s::unknown_after_seconds, 1, 3'600,
               "A sending of unknown outcome is sent again when no status came in this time", "60"),
        number({"SESSION_MINUTES"}, &s::session_minutes, 1, 1'440, "How long a conversation is remembered", "30"),
        number({"GUEST_TURNS_PER_MINUTE"}, &s::guest_turns_per_minute, 0, 10'000,
               "A guest who writes more often is answered more slowly, several messages at once; 0: no limit", "30"),
        plain({"DEFAULT_COUNTRY"}, &s::default_country, "Country of phone numbers written without one (ISO 3166)", "AR"),
    };
    for (auto const& rule : operations::cleanup_rules()) all.push_back(retention(rule));
    return all;
}
// clang-format on

bool host_is_supabase(std::string_view url) {
    auto const after_user = url.substr(
        std::min(url.size(), url.find('@') == std::string_view::npos ? 0 : url.rfind('@') + 1));
    auto const host = after_user.substr(0, after_user.find_first_of(":/?"));
    return host.ends_with(".supabase.co") || host.ends_with(".supabase.com");
}

bool weak(secret const& s) {
    auto const word = text::lower(s.reveal());
    for (auto const* common :
         {"change", "default", "example", "secret-key", "your-", "password", "test"})
        if (word.find(common) != std::string::npos) return true;
    return s.size() < 32;
}

}  // namespace

bool settings::supabase() const { return use_supabase || host_is_supabase(database_url.reveal()); }

settings::pool settings::effective_pool() const {
    std::size_t const usual = supabase() ? 2 : 4;
    return {pool_size > 0 ? static_cast<std::size_t>(pool_size) : usual,
            max_overflow >= 0 ? static_cast<std::size_t>(max_overflow) : usual};
}

std::vector<entry> const& declared_settings() {
    static std::vector<entry> const table = declare();
    return table;
}

config::loaded<settings> load_settings(std::string const& env_file, bool file_is_required,
                                       std::map<std::string, std::string> const& flags) {
    std::span<entry const> const table = declared_settings();
    auto const names = config::all_names(table);
    auto out = config::fill(table, config::gather(env_file, file_is_required, names, flags));
    if (out.settings.debug) out.settings.log_level = "debug";
    return out;
}

std::vector<std::string> problems_for_serving(settings const& s) {
    std::vector<std::string> out;
    auto const need = [&](bool present, std::string what) {
        if (!present) out.push_back(std::move(what));
    };
    need(
        !s.database_url.empty(),
        "DATABASE_URL is not set: give the PostgreSQL address (postgresql://user:password@host:6543/postgres), or try everything "
        "without any configuration: agente-hotel demo");
    need(!s.redis_url.empty(),
         "REDIS_URL is not set: give the Redis address (rediss://default:password@host:6379/0)");
    need(
        !s.whatsapp_app_secret.empty(),
        "WHATSAPP_APP_SECRET is not set: without it anybody could send messages in a guest's name (Meta: App settings > Basic)");
    need(!s.whatsapp_verify_token.empty(),
         "WHATSAPP_VERIFY_TOKEN is not set: choose a random word and enter it at Meta as well");
    need(!s.whatsapp_access_token.empty(),
         "WHATSAPP_ACCESS_TOKEN is not set: replies cannot be sent without it");
    if (s.pms_type == "qloapps") {
        need(
            !s.pms_base_url.empty(),
            "PMS_BASE_URL is not set: give the address of the QloApps shop, or PMS_TYPE=mock for the built-in simulator");
        need(!s.pms_api_key.empty(),
             "PMS_API_KEY is not set: make one in QloApps under Advanced Parameters > Webservice");
    }
    if (s.production()) {
        need(
            s.secret_key.size() > 0 && !weak(s.secret_key),
            "SECRET_KEY is missing, shorter than 32 characters or a well-known word: production needs a random one (openssl rand -hex 32)");
        need(
            s.whatsapp_app_secret.empty() || s.whatsapp_app_secret.size() >= 16,
            "WHATSAPP_APP_SECRET is too short to be one of Meta's: copy it from App settings > Basic");
        need(
            s.pms_type != "mock",
            "PMS_TYPE=mock is the simulator: production needs the hotel's own system (PMS_TYPE=qloapps)");
        need(!s.debug, "DEBUG=true writes too much for production: remove it");
    }
    return out;
}

}  // namespace agente::app
