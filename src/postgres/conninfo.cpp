#include "postgres/conninfo.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

#include "base/text.hpp"

namespace agente::postgres {
namespace {

bool hidden(std::string_view keyword) { return keyword == "password" || keyword == "sslpassword"; }

bool known_to_libpq(std::string_view keyword) {
    static auto const all = [] {
        std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> defaults(PQconndefaults(),
                                                                              PQconninfoFree);
        std::vector<std::string> names;
        for (auto const* o = defaults.get(); o != nullptr && o->keyword != nullptr; ++o)
            names.emplace_back(o->keyword);
        return names;
    }();
    return std::ranges::find(all, keyword) != all.end();
}

// Of asyncpg, SQLAlchemy, Prisma and node-postgres: harmless in a URL that several programs share.
constexpr std::array<std::string_view, 11> of_other_drivers{"prepared_statement_cache_size",
                                                            "statement_cache_size",
                                                            "prepared_statement_name_func",
                                                            "command_timeout",
                                                            "pgbouncer",
                                                            "connection_limit",
                                                            "pool_timeout",
                                                            "schema",
                                                            "supa",
                                                            "server_settings",
                                                            "workaround"};

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string encode(std::string_view text) {
    std::string out;
    for (unsigned char const c : text) {
        if (std::isalnum(c) ||
            std::string_view("-._~").find(static_cast<char>(c)) != std::string_view::npos ||
            c >= 0x80)
            out += static_cast<char>(c);
        else
            out += fmt::format("%{:02X}", c);
    }
    return out;
}

}  // namespace

class url_reader {
public:
    explicit url_reader(std::string_view url) : url_(url) {}

    conninfo read() {
        check_characters();
        auto const start = after_scheme();
        auto const end = std::min(url_.find_first_of("/?", start), url_.size());
        check_late_at(start, end);
        read_authority(start, end);
        auto const query = std::min(url_.find('?', end), url_.size());
        if (end < query && end + 1 < query) set("dbname", end + 1, query);
        if (query < url_.size()) read_query(query + 1);
        return std::move(out_);
    }

private:
    [[noreturn]] static void fail(std::size_t at, std::string_view what) {
        throw failure(error_at(at, what));
    }
    static agente::error error_at(std::size_t at, std::string_view what) {
        return agente::error(error_kind::invalid, "postgres.bad_url",
                             fmt::format("the database URL, position {}: {}", at + 1, what));
    }

    std::size_t after_scheme() const {
        for (std::string_view scheme : {"postgresql+asyncpg://", "postgresql://", "postgres://"})
            if (url_.starts_with(scheme)) return scheme.size();
        fail(
            0,
            "it must begin with postgresql:// or postgres://, as in postgresql://user:password@host:5432/database");
    }

    void check_characters() const {
        for (std::size_t i = 0; i < url_.size(); ++i) {
            auto const c = static_cast<unsigned char>(url_[i]);
            if (c <= ' ' || c == 0x7f)
                fail(i, "a blank or control character (a space is written %20)");
            if (c == '#') fail(i, "a '#' is written %23");
        }
        if (!text::valid_utf8(url_)) fail(0, "it is not valid UTF-8");
    }

    // `user:pa/ss@host`: the password's own '/' or '?' would end the host part, and "invalid port"
    // would mislead.
    void check_late_at(std::size_t start, std::size_t end) const {
        if (end == url_.size() ||
            url_.substr(start, end - start).find('@') != std::string_view::npos)
            return;
        auto const at = url_.find('@', end);
        auto const question = url_.find('?', end);
        bool const of_a_value = question < at && url_.substr(question, at - question).find('=') !=
                                                     std::string_view::npos;
        if (at != std::string_view::npos && !of_a_value)
            fail(end, fmt::format("a '{}' in the user name or password is written %{:02X}",
                                  url_[end], url_[end]));
    }

    void read_authority(std::size_t start, std::size_t end) {
        auto const authority = url_.substr(start, end - start);
        auto hosts = start;
        if (auto const at = authority.rfind('@'); at != std::string_view::npos) {
            if (auto const early = authority.find('@'); early != at)
                fail(start + early, "an '@' in the user name or password is written %40");
            auto const bracket = authority.substr(0, at).find_first_of("[]");
            if (bracket != std::string_view::npos)
                fail(start + bracket,
                     "a bracket in the user name or password is written %5B or %5D");
            auto const colon = authority.substr(0, at).find(':');
            set("user", start, start + std::min(colon, at));
            if (colon != std::string_view::npos) set("password", start + colon + 1, start + at);
            hosts = start + at + 1;
        }
        read_hosts(hosts, end);
    }

    void read_hosts(std::size_t start, std::size_t end) {
        std::string all_hosts, all_ports;
        bool any_port = false;
        for (auto from = start; from <= end;) {
            auto const to = std::min(url_.substr(0, end).find(',', from), end);
            if (from != start) {
                all_hosts += ',';
                all_ports += ',';
            }
            auto port = url_.substr(0, to).find(':', from);
            if (from < to && url_[from] == '[') {
                auto const close = url_.substr(0, to).find(']', from);
                if (close == std::string_view::npos)
                    fail(from, "an IPv6 address needs its closing ']'");
                if (close == from + 1) fail(from, "the IPv6 address is empty");
                all_hosts += url_.substr(from + 1, close - from - 1);
                port = close + 1 == to ? std::string_view::npos : close + 1;
                if (port != std::string_view::npos && url_[port] != ':')
                    fail(port, "a ':' and a port, or the next host, comes after ']'");
            } else {
                all_hosts += decoded(from, std::min(port, to));
            }
            if (port != std::string_view::npos && port + 1 < to) {
                all_ports += checked_port(port + 1, to);
                any_port = true;
            }
            from = to + 1;
        }
        if (!all_hosts.empty()) out_.set("host", all_hosts);
        if (any_port) out_.set("port", all_ports);
    }

    std::string checked_port(std::size_t from, std::size_t to) const {
        int port = 0;
        auto const [end, ec] = std::from_chars(url_.data() + from, url_.data() + to, port);
        if (ec != std::errc() || end != url_.data() + to || port < 1 || port > 65535)
            fail(
                from,
                "a port is a number from 1 to 65535 (if this is the password: is one of its characters not percent-encoded?)");
        return std::to_string(port);
    }

    void read_query(std::size_t start) {
        for (auto from = start; from <= url_.size() && from < url_.size();) {
            auto const to = std::min(url_.find('&', from), url_.size());
            auto const equals = url_.substr(0, to).find('=', from);
            if (equals == std::string_view::npos) fail(from, "a parameter is written name=value");
            auto const name = decoded(from, equals);
            read_parameter(name, from, equals + 1, to);
            from = to + 1;
        }
    }

    void read_parameter(std::string const& name, std::size_t at, std::size_t from, std::size_t to) {
        if (name == "ssl") {  // JDBC: true; asyncpg: a mode
            auto const text = decoded(from, to);
            out_.set("sslmode", text == "true" ? "require" : text == "false" ? "disable" : text);
        } else if (name == "port") {
            out_.set("port", checked_port(from, to));
        } else if (known_to_libpq(name)) {
            set(name, from, to);
        } else if (std::ranges::find(of_other_drivers, name) != of_other_drivers.end()) {
            out_.ignored_.push_back(name);
        } else {
            fail(
                at,
                "a parameter that libpq does not know (their names: PostgreSQL manual, \"Parameter Key Words\")");
        }
        if ((name == "ssl" || name == "sslmode") && !known_mode(out_.get("sslmode")))
            fail(from, "sslmode is disable, allow, prefer, require, verify-ca or verify-full");
    }

    static bool known_mode(std::string_view mode) {
        constexpr std::array<std::string_view, 6> modes{"disable", "allow",     "prefer",
                                                        "require", "verify-ca", "verify-full"};
        return std::ranges::find(modes, mode) != modes.end();
    }

    void set(std::string_view keyword, std::size_t from, std::size_t to) {
        auto text = decoded(from, to);
        if (!text.empty()) out_.set(keyword, std::move(text));
    }

    std::string decoded(std::size_t from, std::size_t to) const {
        std::string out;
        for (auto i = from; i < to; ++i) {
            if (url_[i] != '%') {
                out += url_[i];
                continue;
            }
            auto const high = i + 1 < to ? hex_digit(url_[i + 1]) : -1;
            auto const low = i + 2 < to ? hex_digit(url_[i + 2]) : -1;
            if (high < 0 || low < 0) fail(i, "a '%' that is no percent-encoding is written %25");
            auto const c = static_cast<char>(high * 16 + low);
            if (c == '\0') fail(i, "%00 cannot be part of a database URL");
            out += c;
            i += 2;
        }
        return out;
    }

    std::string_view url_;
    conninfo out_;
};

std::string_view conninfo::get(std::string_view keyword) const noexcept {
    if (hidden(keyword)) return {};
    auto const at = std::ranges::find(parameters_, keyword,
                                      [](auto const& p) { return std::string_view(p.first); });
    return at == parameters_.end() ? std::string_view() : at->second.reveal();
}

bool conninfo::has_password() const noexcept {
    return std::ranges::any_of(parameters_, [](auto const& p) { return p.first == "password"; });
}

conninfo& conninfo::set(std::string_view keyword, std::string value) {
    auto const at = std::ranges::find(parameters_, keyword,
                                      [](auto const& p) { return std::string_view(p.first); });
    if (at != parameters_.end())
        at->second = secret(std::move(value));
    else
        parameters_.emplace_back(std::string(keyword), secret(std::move(value)));
    return *this;
}

conninfo& conninfo::set_if_missing(std::string_view keyword, std::string value) {
    if (get(keyword).empty()) set(keyword, std::move(value));
    return *this;
}

bool conninfo::on_supabase() const noexcept {
    for (auto const host : text::split(get("host"), ','))
        if (host.ends_with(".supabase.co") || host.ends_with(".supabase.com")) return true;
    return false;
}

void conninfo::for_libpq(std::vector<char const*>& keywords,
                         std::vector<char const*>& values) const {
    keywords.clear();
    values.clear();
    for (auto const& [keyword, text] : parameters_) {
        keywords.push_back(keyword.c_str());
        values.push_back(text.reveal().data());  // a std::string's data: ends with NUL
    }
    keywords.push_back(nullptr);
    values.push_back(nullptr);
}

std::string conninfo::shown() const {
    std::string out = "postgresql://";
    if (!get("user").empty() || has_password())
        out += fmt::format("{}{}@", encode(get("user")), has_password() ? ":***" : "");
    auto const hosts = text::split(get("host"), ',');
    auto const ports = text::split(get("port"), ',');
    bool const socket = get("host").starts_with('/');
    for (std::size_t i = 0; i < hosts.size() && !socket; ++i) {
        if (i > 0) out += ',';
        out += hosts[i].find(':') == std::string_view::npos ? std::string(hosts[i])
                                                            : fmt::format("[{}]", hosts[i]);
        auto const port = ports.empty() ? std::string_view() : ports[std::min(i, ports.size() - 1)];
        if (!port.empty()) out += fmt::format(":{}", port);
    }
    out += fmt::format("/{}", encode(get("dbname")));
    char separator = '?';
    for (auto const& [keyword, text] : parameters_) {
        bool const told = keyword == "user" || keyword == "password" || keyword == "dbname" ||
                          (!socket && (keyword == "host" || keyword == "port"));
        if (told) continue;
        out += fmt::format("{}{}={}", std::exchange(separator, '&'), keyword,
                           hidden(keyword) ? "***" : encode(text.reveal()));
    }
    return out;
}

result<conninfo> parse_url(std::string_view url) {
    try {
        return url_reader(url).read();
    } catch (failure const& wrong) {
        return wrong.reason();
    }
}

}  // namespace agente::postgres
