// A database URL taken apart for libpq. Used by the configuration (errors for people) and by the
// connection.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace agente::postgres {

class conninfo {
public:
    // The value of a libpq keyword ("host", "port", "dbname", "user", "sslmode" …); empty: not
    // given. Passwords are not handed out here.
    std::string_view get(std::string_view keyword) const noexcept;
    bool has_password() const noexcept;

    // Adds or replaces. The keyword must be one of libpq's; the caller's own additions are literals
    // ("application_name").
    conninfo& set(std::string_view keyword, std::string value);
    conninfo& set_if_missing(std::string_view keyword, std::string value);

    bool on_supabase() const noexcept;  // a host of *.supabase.co or *.supabase.com

    // Null-ended arrays for PQconnectStartParams; valid until this object changes or dies.
    void for_libpq(std::vector<char const*>& keywords, std::vector<char const*>& values) const;

    std::string shown()
        const;  // "postgresql://user:***@host:6543/db?sslmode=require", for logs and reports

    // Parameters of other drivers that were in the URL and mean nothing here
    // ("prepared_statement_cache_size"): to be told once.
    std::vector<std::string> const& ignored() const noexcept { return ignored_; }

private:
    friend class url_reader;
    std::vector<std::pair<std::string, secret>> parameters_;
    std::vector<std::string> ignored_;
};

// postgres://, postgresql:// and postgresql+asyncpg:// (as SQLAlchemy users have them), several
// hosts, IPv6 in brackets, percent-encoding, every keyword of the installed libpq as a query
// parameter, `ssl=` as asyncpg and JDBC write it. Errors say the position (from 1) and what to
// write instead; they never quote the URL, which holds a password. Kind invalid, code
// "postgres.bad_url".
result<conninfo> parse_url(std::string_view url);

}  // namespace agente::postgres
