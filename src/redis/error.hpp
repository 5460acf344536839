// What redis::connection throws. The kind says what a caller may do; reply_text() is what Redis
// itself said, if it did.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace agente::redis {

// unavailable: the command never reached Redis, or Redis refused to run it for now (full, loading,
// wrong password …). timeout:     the deadline passed before the command was written; it never
// reached Redis. in_doubt:    written, and no answer came: it may or may not have been executed.
// internal:    Redis ran it and says that the command is wrong (a bug), or the answer has not the
// expected shape.
class error : public failure {
public:
    explicit error(agente::error reason, std::string reply_text = {})
        : failure(std::move(reason)), reply_text_(std::move(reply_text)) {}

    std::string const& reply_text() const noexcept {
        return reply_text_;
    }  // "NOPERM this user has no permissions …"

private:
    std::string reply_text_;
};

// Turns an error reply ("-NOAUTH Authentication required.") into an error that says what to do.
error explain(std::string_view reply_text);

}  // namespace agente::redis
