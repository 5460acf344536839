// Errors as RFC 9457 problem documents: the only place where an error becomes an HTTP status.
#pragma once

#include <boost/json/array.hpp>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "http/message.hpp"

namespace agente::http {

int status_of(error_kind kind) noexcept;

// Its message is for the log, not for whoever asked: an internal error, and what the service says
// of its own systems, which names hosts, queries and constraints.
bool withheld(error const& e) noexcept;

inline constexpr std::string_view problem_type = "application/problem+json";

// {"type", "title", "status", "detail", "code", "instance"[, "errors"]}. `instance` is
// "urn:request:<id>". What is withheld gets a detail that says as much. 429 and 503 carry
// Retry-After.
response problem(error const& e, std::string_view request_id, boost::json::array errors = {});

// A problem of HTTP itself, which has a status but no error_kind of its own (405, 408, 415, 431 …).
response problem(int status, std::string_view code, std::string_view detail,
                 std::string_view request_id, boost::json::array errors = {});

// A failure that knows which fields are wrong: answered 422 with `errors`, a list of
// {"pointer": "#/rooms" | "parameter": "rooms", "code", "detail"}.
class invalid_fields : public failure {
public:
    explicit invalid_fields(boost::json::array fields,
                            std::string message = "The request has fields that cannot be used.");
    boost::json::array const& fields() const noexcept { return fields_; }

private:
    boost::json::array fields_;
};

// A failure with a status of its own, for the few that error_kind does not tell apart (415, 409
// with headers …).
class status_failure : public failure {
public:
    status_failure(int status, error e, header_list headers = {})
        : failure(std::move(e)), status_(status), headers_(std::move(headers)) {}
    int status() const noexcept { return status_; }
    header_list const& headers() const noexcept { return headers_; }

private:
    int status_;
    header_list headers_;
};

}  // namespace agente::http
