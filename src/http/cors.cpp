#include "http/cors.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "base/text.hpp"

namespace agente::http {
namespace {

// Headers that pages may send, and those of answers that they may read, beyond the few that
// browsers allow anyway.
constexpr std::string_view request_headers = "Authorization, Content-Type, X-Request-Id";
constexpr std::string_view answer_headers =
    "X-Request-Id, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, "
    "RateLimit-Policy, WWW-Authenticate, Location";
constexpr std::string_view remembered_seconds = "600";

bool is_origin(std::string const& entry) {
    auto const read = boost::urls::parse_uri(entry);
    if (!read || entry.find('*') != std::string::npos || text::lower(entry) != entry) return false;
    auto const scheme = std::string_view(read->scheme());
    auto const usual = scheme == "https" ? "443" : scheme == "http" ? "80" : "";
    return *usual && !read->has_userinfo() && !read->has_query() && !read->has_fragment() &&
           read->encoded_path().empty() && !read->encoded_host().empty() &&
           (!read->has_port() || (!read->port().empty() && read->port() != usual));
}

}  // namespace

result<cors> cors::make(std::string_view setting, std::vector<std::string> origins) {
    for (auto const& entry : origins)
        if (!is_origin(entry))
            return error(error_kind::invalid, "config.bad_origin",
                         fmt::format("{}: '{}' is not an origin as browsers send it: scheme and "
                                     "host in lower case, without path and usual port, such as "
                                     "https://console.hotel.example",
                                     setting, entry));
    return cors(std::move(origins));
}

bool cors::allowed(request const& r) const {
    auto const origin = r.header("origin");
    bool const once = std::count_if(r.headers.begin(), r.headers.end(), [](auto const& h) {
                          return same_name(h.first, "origin");
                      }) == 1;
    return once && std::find(origins_.begin(), origins_.end(), origin) != origins_.end();
}

void cors::answer_preflight(request const& r, std::string_view methods, response& answer) const {
    if (!allowed(r) || !r.has_header("access-control-request-method")) return;
    answer.set("Access-Control-Allow-Methods", std::string(methods));
    answer.set("Access-Control-Allow-Headers", std::string(request_headers));
    answer.set("Access-Control-Max-Age", std::string(remembered_seconds));
}

void cors::mark(request const& r, response& answer) const {
    std::string vary = "Origin";
    for (auto const& [name, value] : answer.headers)
        if (same_name(name, "Vary")) vary += ", " + value;
    answer.replace("Vary", std::move(vary));
    if (!allowed(r)) return;
    answer.set("Access-Control-Allow-Origin", std::string(r.header("origin")));
    answer.set("Access-Control-Expose-Headers", std::string(answer_headers));
}

}  // namespace agente::http
