#include "redis/options.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>
#include <set>

namespace agente::redis {
namespace {

agente::error wrong(std::string what) {
    return agente::error(error_kind::invalid, "redis.bad_url", "the Redis URL " + std::move(what));
}

agente::error unreadable() {
    return wrong(
        "cannot be read: it looks like redis://user:password@host:6379/0, and special characters in the user or "
        "password must be percent-encoded (# is %23, / is %2F, @ is %40)");
}

std::optional<unsigned> number(std::string_view digits, unsigned most) {
    unsigned value = 0;
    auto const* const end = digits.data() + digits.size();
    auto const [last, trouble] = std::from_chars(digits.data(), end, value);
    if (trouble != std::errc{} || last != end || value > most) return std::nullopt;
    return value;
}

// Redis allows as many databases as its configuration says; this only keeps nonsense out.
constexpr unsigned most_database = 1'000'000;

// What redis-py and its relatives accept in a URL and what has no meaning here.
std::set<std::string_view> const meant_for_others{
    "decode_responses", "encoding",       "encoding_errors",    "health_check_interval",
    "max_connections",  "protocol",       "retry_on_timeout",   "socket_connect_timeout",
    "socket_keepalive", "socket_timeout", "ssl_check_hostname", "timeout"};

result<void> read_parameter(options& into, std::string_view name, std::string value) {
    if (name == "db") {
        auto const database = number(value, most_database);
        if (!database) return wrong("has a parameter db that is not a number");
        into.database = *database;
    } else if (name == "password") {
        into.password = secret(std::move(value));
    } else if (name == "ssl_ca_certs") {
        into.ca_file = std::move(value);
    } else if (name == "ssl_cert_reqs") {
        if (value != "required" && value != "none")
            return wrong("has a parameter ssl_cert_reqs that is neither required nor none");
        into.verify_certificate = value == "required";
    } else if (!meant_for_others.contains(name)) {
        return wrong(fmt::format(
            "has an unknown parameter {}: known are db, password, ssl_ca_certs, ssl_cert_reqs",
            name.substr(0, 40)));
    }
    return {};
}

result<void> read_address(options& into, boost::urls::url_view const& url) {
    if (url.host().empty()) return wrong("names no host (redis://host:6379/0)");
    into.host = url.host_address();
    if (url.has_port() && !url.port().empty()) {
        auto const port = number(url.port(), 65'535);
        if (!port || *port == 0) return wrong("has a port that is not a number from 1 to 65535");
        into.port = static_cast<unsigned short>(*port);
    }
    auto path = std::string(url.path());
    if (path.size() > 1) {
        auto const database = number(std::string_view(path).substr(1), most_database);
        if (!database)
            return wrong("has a path that is not a database number (redis://host:6379/0)");
        into.database = *database;
    }
    return {};
}

}  // namespace

result<options> parse_url(std::string_view text) {
    auto const parsed = boost::urls::parse_uri(text);
    if (!parsed) return unreadable();
    boost::urls::url_view const& url = *parsed;
    // Boost.URL 1.81 takes what follows a port for a path even without a slash.
    if (url.has_fragment() || (!url.encoded_path().empty() && !url.encoded_path().starts_with('/')))
        return unreadable();
    auto const scheme = url.scheme();
    if (scheme != "redis" && scheme != "rediss" && scheme != "unix")
        return wrong("must start with redis://, rediss:// (TLS) or unix://");

    options into;
    into.tls = scheme == "rediss";
    into.user = url.user();
    into.password = secret(url.password());
    if (scheme == "unix") {
        into.socket_path = url.path();
        if (!url.host().empty() || into.socket_path.size() < 2)
            return wrong("names no socket (unix:///run/redis/redis.sock: three slashes)");
        if (into.socket_path.size() > 107)
            return wrong("has a socket path longer than the 107 bytes a socket can have");
    } else if (auto const read = read_address(into, url); !read) {
        return read.error();
    }
    for (auto const& parameter : url.params())
        if (auto const read = read_parameter(into, parameter.key, std::string(parameter.value));
            !read)
            return read.error();
    if (!into.user.empty() && into.password.empty())
        return wrong(
            "has a user but no password (redis://user:password@host, or redis://:password@host)");
    return into;
}

std::string describe(options const& with) {
    if (!with.socket_path.empty()) return "unix:" + with.socket_path;
    auto const v6 = with.host.find(':') != with.host.npos;
    return fmt::format(fmt::runtime(v6 ? "[{}]:{}" : "{}:{}"), with.host, with.port);
}

}  // namespace agente::redis
