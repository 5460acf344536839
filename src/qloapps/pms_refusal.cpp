#include "qloapps/pms_refusal.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "qloapps/answer_document.hpp"

namespace agente::qloapps {
namespace {

using weight = pms_observation::weight;

constexpr std::string_view keys_page = "QloApps back office, Advanced Parameters > Webservice";

pms_observation fault(std::string check, std::string what, std::string cure) {
    return {std::move(check), weight::fault, std::move(what), std::move(cure)};
}

bool is_document(net::http_response const& got) {
    auto const type = got.header("content-type");
    return type.find("json") != type.npos || type.find("xml") != type.npos;
}

// A PHP notice printed before the document changes the type, not the sense; a page does.
bool is_page(net::http_response const& got) {
    auto const start = text::lower(text::trim(std::string_view(got.body).substr(0, 200)));
    return !is_document(got) || start.starts_with("<!doctype html") || start.starts_with("<html");
}

struct key_trouble {
    std::int64_t code;
    std::string_view what, cure;
};

constexpr std::array key_troubles{
    key_trouble{17, "QloApps got an empty key", "put the webservice key into PMS_API_KEY"},
    key_trouble{18, "the key does not have the 32 characters of a webservice key",
                "copy the whole key into PMS_API_KEY"},
    key_trouble{20, "QloApps does not know this key, or it is switched off",
                "copy the key again into PMS_API_KEY, and see that its Status is enabled"},
    key_trouble{21, "QloApps does not know this key, or it is switched off",
                "copy the key again into PMS_API_KEY, and see that its Status is enabled"},
};

pms_observation redirected(net::http_response const& got) {
    auto const to = got.header("location");
    if (to.empty())
        return fault("pms.host", "QloApps redirects us without saying where",
                     "PMS_BASE_URL must name the shop's own domain, as QloApps has it under "
                     "Preferences > SEO & URLs");
    auto const shown = text::shorten(text::scrub_utf8(to), 120);
    return fault("pms.host",
                 fmt::format("QloApps answers {} and sends us to {}: it only serves the domain it "
                             "has stored as the shop's",
                             got.status, shown),
                 "put that address (without /api and what follows) into PMS_BASE_URL, or correct "
                 "the shop's domain in QloApps under Preferences > SEO & URLs");
}

pms_observation unauthorised(net::http_response const& got) {
    auto const said = errors_in(answer_of(got));
    for (auto const& one : said)
        for (auto const& known : key_troubles)
            if (one.code == known.code)
                return fault("pms.key", std::string(known.what),
                             fmt::format("{} ({})", known.cure, keys_page));
    if (said.empty() && !is_document(got))
        return fault("pms.authorization",
                     "QloApps says that no key came, although we send one: the web server drops "
                     "the Authorization header before PHP sees it (usual with CGI and FastCGI)",
                     "Apache: CGIPassAuth On, or RewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:"
                     "Authorization}] in the .htaccess of the shop; nginx: fastcgi_param "
                     "HTTP_AUTHORIZATION $http_authorization");
    return fault("pms.key", error_of(answer_of(got)).message(),
                 fmt::format("look at the key ({})", keys_page));
}

pms_observation unavailable(net::http_response const& got) {
    for (auto const& one : errors_in(answer_of(got)))
        if (one.code == 22)
            return fault("pms.webservice", "the webservice of QloApps is switched off (code 22)",
                         fmt::format("{}: Enable webservice", keys_page));
    return fault(
        "pms.reach",
        fmt::format("the web server answers {}: overloaded, or QloApps is down", got.status),
        "look at the web server's and PHP's logs, then run this again");
}

}  // namespace

pms_answer answer_of(net::http_response const& got) {
    return {got.status, std::string(got.header("content-type")), got.body};
}

bool lacks_a_right(net::http_response const& got) {
    if (got.status != 401 && got.status != 405) return false;
    auto const said = errors_in(answer_of(got));
    return std::ranges::any_of(said, [](auto const& e) { return e.code == 25 || e.code == 26; });
}

std::optional<pms_observation> refusal_in(net::http_response const& got) {
    switch (got.status) {
        case 301:
        case 302:
        case 303:
        case 307:
        case 308: return redirected(got);
        case 401: return lacks_a_right(got) ? std::nullopt : std::optional(unauthorised(got));
        case 502:
        case 503:
        case 504: return unavailable(got);
        case 404:
            return fault("pms.reach", "there is no webservice at this address (404)",
                         "PMS_BASE_URL is the shop's address without /api; when it is right, the "
                         "web server's rewrite rule for /api is missing (Apache: AllowOverride All "
                         "and mod_rewrite)");
        default: break;
    }
    if (got.status >= 500)
        return fault(
            "pms.webservice",
            fmt::format("QloApps answers {}: {}", got.status, error_of(answer_of(got)).message()),
            "look at PHP's error log on the shop's server");
    if (got.status >= 400 || !is_page(got)) return std::nullopt;
    return fault("pms.webservice",
                 fmt::format("a page came instead of data ({}): this is not the webservice, or the "
                             "shop is in maintenance",
                             text::shorten(text::scrub_utf8(got.header("content-type")), 60)),
                 "PMS_BASE_URL is the shop's address without /api; end the maintenance mode "
                 "(Preferences > Maintenance), or look what answers there");
}

pms_observation no_answer(error const& why) {
    bool const silent = why.kind() == error_kind::in_doubt;
    return fault("pms.reach", fmt::format("no answer from the hotel system: {}", why.message()),
                 silent ? "look what keeps the shop's server busy, or raise PMS_TIMEOUT"
                        : "check PMS_BASE_URL, that the shop runs, and that firewalls let this "
                          "machine through");
}

}  // namespace agente::qloapps
