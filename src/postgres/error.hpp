// The one exception of this library: what the server reported, or what happened to the connection
// or the caller's values.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace agente::postgres {

class error : public failure {
public:
    explicit error(agente::error reason, std::string sqlstate = {}, std::string constraint = {})
        : failure(std::move(reason)), sqlstate_(std::move(sqlstate)),
          constraint_(std::move(constraint)) {}

    std::string_view sqlstate() const noexcept {
        return sqlstate_;
    }  // empty: not the server's report
    std::string_view constraint() const noexcept {
        return constraint_;
    }  // of a 23xxx, when the server named one
    bool in_doubt() const noexcept { return reason().kind() == error_kind::in_doubt; }

private:
    std::string sqlstate_;
    std::string constraint_;
};

// The fields of an ErrorResponse that may be shown. DETAIL is left out: it quotes the row, hence
// personal data.
struct server_report {
    std::string_view sqlstate;
    std::string_view message;
    std::string_view constraint;
    std::string_view table;
};

// The server's report on the query called `query`. Values that 22xxx messages quote are cut off.
error server_error(std::string_view query, server_report const& report);

// The connection ended while `query` was under way. `may_have_happened`: it had left and could
// write: in_doubt; else unavailable.
error connection_error(std::string_view query, bool may_have_happened, std::string_view why);

// Parameter `position` (from 1) of `query` cannot be sent: invalid.
error parameter_error(std::string_view query, std::size_t position, std::string_view why);

// The result of `query` does not fit the struct it is read into: a bug on our side (internal).
error shape_error(std::string_view query, std::string_view what);

}  // namespace agente::postgres
