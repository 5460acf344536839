// The error value of every result<T>: what happened, in which class of trouble, under which stable
// code.
#pragma once

#include <string>
#include <string_view>

namespace agente {

// What a caller can do about it. The HTTP status of a problem document follows from it alone
// (http/problem.cpp).
enum class error_kind {
    invalid,          // the input is wrong: say what to change
    unauthenticated,  // who are you?
    forbidden,        // not yours
    not_found,
    conflict,  // somebody else was first, or the state does not allow it
    too_large,
    rate_limited,
    unavailable,  // a dependency is gone, or we are full: try later
    timeout,      // a dependency was too slow
    in_doubt,     // a write was cut off: it may or may not have happened; never retry blindly
    internal      // a bug
};

std::string_view to_string(error_kind kind) noexcept;

class error {
public:
    error() = default;  // Boost's result<T>::error() wants one to return when there is none
    // `code` is a stable dotted word for programs, such as "pms.unavailable"; it must be a string
    // literal. `message` says what happened, why, and what to do, in a sentence for people. It
    // never holds a secret.
    explicit error(error_kind kind, std::string_view code, std::string message)
        : kind_(kind), code_(code), message_(std::move(message)) {}

    error_kind kind() const noexcept { return kind_; }
    std::string_view code() const noexcept { return code_; }
    std::string const& message() const noexcept { return message_; }

private:
    error_kind kind_{error_kind::internal};
    std::string_view code_{"none"};
    std::string message_;
};

}  // namespace agente
