// Every setting of the program as plain values, and the table that declares them. Used by the
// command line and app/worker.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/config.hpp"
#include "base/secret.hpp"

namespace agente::app {

struct settings {
    std::string environment{"development"};  // development | test | staging | production
    bool debug{};
    std::string log_level{"info"};
    secret secret_key;

    std::string host{"127.0.0.1"};
    long long port{8002};
    long long workers{1};
    std::vector<std::string> allowed_hosts;  // empty or "*": any
    std::vector<std::string>
        metrics_allowed_ips;  // addresses or CIDR blocks; empty: the local machine only
    long long shutdown_seconds{20};

    std::vector<std::string> trusted_proxies;  // addresses or CIDR blocks; empty: no header counts
    std::string trusted_proxy_header{"x-forwarded-for"};
    std::vector<std::string> cors_allowed_origins;  // empty: no pages of other sites
    long long https_only_seconds{};                 // 0: no Strict-Transport-Security
    std::string public_url;                         // empty: wherever a client found us

    secret database_url;
    secret migrations_url;  // empty: database_url
    bool use_supabase{};
    std::string supabase_tier{"free"};  // free | pro: its quotas
    long long instances{1};             // of this program, on the same database
    long long pool_size{};              // 0: by kind of database (see effective_pool)
    long long max_overflow{-1};
    std::string pipeline{"auto"};
    long long statement_timeout_ms{5'000};
    long long database_reply_ms{10'000};

    secret redis_url;

    secret previous_secret_keys;  // comma-separated; tokens they signed are still good
    secret settings_keys;         // comma-separated; the first encrypts hotels' secrets
    std::string jwt_algorithm{"hs256"};
    secret jwt_private_keys;  // PEM, one after the other; the first signs
    std::string jwt_issuer{"agente-hotel"}, jwt_audience{"agente-hotel"};
    long long jwt_expiration_minutes{15};
    long long refresh_token_days{30};
    long long session_inactivity_days{14};  // 0: no limit
    long long password_min_length{12};
    std::vector<std::string> password_classes;  // upper, lower, digit, symbol: one of each
    long long password_max_age_days{};          // 0: for ever
    long long lockout_minutes{15};
    long long lockout_attempts{5};
    long long sign_in_refusal_ms{500};
    long long hashing_threads{};  // 0: one a core

    std::string pms_type{"qloapps"};
    std::string pms_base_url;
    secret pms_api_key;
    long long pms_hotel_id{1};
    long long pms_timeout_seconds{10};
    bool check_pms_in_readiness{};

    secret whatsapp_access_token;
    std::string whatsapp_phone_number_id;
    secret whatsapp_verify_token;
    secret whatsapp_app_secret;
    std::string whatsapp_api_base_url{"https://graph.facebook.com/v21.0"};

    long long debounce_ms{1'500};
    long long lease_seconds{30};
    long long unknown_after_seconds{60};
    long long session_minutes{30};
    long long guest_turns_per_minute{30};  // 0: no limit
    std::string default_country{"AR"};

    std::map<std::string, long long> retention_days;  // by cleanup_rule::name; missing: as usual

    bool production() const { return environment == "production"; }
    // A Supabase database, by the switch or by its host.
    bool supabase() const;
    struct pool {
        std::size_t size, overflow;
    };
    pool effective_pool() const;  // as configured; otherwise 2 + 2 on Supabase, 4 + 4 elsewhere
};

std::vector<config::setting<settings>> const& declared_settings();

config::loaded<settings> load_settings(std::string const& env_file, bool file_is_required,
                                       std::map<std::string, std::string> const& flags);

// What keeps `serve` from starting, each with its cure; empty: nothing. Production refuses missing
// and weak secrets.
std::vector<std::string> problems_for_serving(settings const& s);

}  // namespace agente::app
