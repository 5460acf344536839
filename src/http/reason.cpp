#include <boost/beast/http/status.hpp>

#include "http/message.hpp"

namespace agente::http {

std::string_view reason_phrase(int status) noexcept {
    // Registered or renamed (RFC 9110) since Beast's table was written, or not in it.
    switch (status) {
        case 103: return "Early Hints";
        case 413: return "Content Too Large";
        case 422: return "Unprocessable Content";
        case 425: return "Too Early";
        default: break;
    }
    auto const known = boost::beast::http::int_to_status(static_cast<unsigned>(status));
    if (known == boost::beast::http::status::unknown) return "Unknown";
    return boost::beast::http::obsolete_reason(known);
}

}  // namespace agente::http
