#include "http/problem.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <string>

namespace agente::http {
namespace {

boost::json::string_view view(std::string_view s) { return {s.data(), s.size()}; }

std::string_view public_detail(error const& e) {
    if (e.kind() == error_kind::internal)
        return "Something went wrong on our side. The request's id finds it in the log.";
    if (!withheld(e)) return e.message();
    switch (e.kind()) {
        case error_kind::unavailable:
        case error_kind::timeout:
            return "A part of the service does not answer just now: try again in a moment. The "
                   "request's id finds the cause in the log.";
        case error_kind::in_doubt:
            return "It is not known whether this was done: look before you repeat it. The "
                   "request's id finds the cause in the log.";
        case error_kind::conflict:
            return "This contradicts something that is stored already, or somebody else is "
                   "changing it: read it again, then decide.";
        default:
            return "The service's database does not take these values. The request's id finds the "
                   "cause in the log.";
    }
}

}  // namespace

bool withheld(error const& e) noexcept {
    return e.kind() == error_kind::internal || e.code().starts_with("postgres.") ||
           e.code().starts_with("redis.");
}

int status_of(error_kind kind) noexcept {
    switch (kind) {
        case error_kind::invalid: return 400;
        case error_kind::unauthenticated: return 401;
        case error_kind::forbidden: return 403;
        case error_kind::not_found: return 404;
        case error_kind::conflict: return 409;
        case error_kind::too_large: return 413;
        case error_kind::rate_limited: return 429;
        case error_kind::unavailable: return 503;
        case error_kind::timeout: return 504;
        // Not 502 to 504: proxies and senders repeat those by habit, and this must not be repeated
        // blindly.
        case error_kind::in_doubt:
        case error_kind::internal: return 500;
    }
    return 500;
}

response problem(int status, std::string_view code, std::string_view detail,
                 std::string_view request_id, boost::json::array errors) {
    boost::json::object document;
    // "about:blank": the meaning is that of the status; what is special is in `code` (RFC
    // 9457, 4.2.1).
    document["type"] = "about:blank";
    document["title"] = view(reason_phrase(status));
    document["status"] = status;
    document["detail"] = view(detail);
    document["code"] = view(code);
    if (!request_id.empty()) document["instance"] = "urn:request:" + std::string(request_id);
    if (!errors.empty()) document["errors"] = std::move(errors);
    response answer{.status = status,
                    .content_type = std::string(problem_type),
                    .body = boost::json::serialize(document),
                    .headers = {}};
    if (status == 503) answer.set("Retry-After", "1");
    if (status == 429) answer.set("Retry-After", "30");
    return answer;
}

response problem(error const& e, std::string_view request_id, boost::json::array errors) {
    auto const code = e.kind() == error_kind::internal ? std::string_view("internal") : e.code();
    return problem(status_of(e.kind()), code, public_detail(e), request_id, std::move(errors));
}

invalid_fields::invalid_fields(boost::json::array fields, std::string message)
    : failure(error(error_kind::invalid, "http.invalid_fields", std::move(message))),
      fields_(std::move(fields)) {}

}  // namespace agente::http
