// One answer of Redis, RESP2. Accessors are checked: asking for what is not there throws
// redis::error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace agente::redis {

class reply {
public:
    struct error_text {  // an error inside an array (a script's table, EXEC); at top level it is
                         // thrown instead
        std::string text;
    };
    using array_type = std::vector<reply>;

    reply() = default;  // nil
    explicit reply(std::int64_t value) : value_(value) {}
    explicit reply(std::string value) : value_(std::move(value)) {}
    explicit reply(array_type value) : value_(std::move(value)) {}
    explicit reply(error_text value) : value_(std::move(value)) {}

    bool is_nil() const noexcept { return std::holds_alternative<std::monostate>(value_); }
    bool is_integer() const noexcept { return std::holds_alternative<std::int64_t>(value_); }
    bool is_string() const noexcept { return std::holds_alternative<std::string>(value_); }
    bool is_array() const noexcept { return std::holds_alternative<array_type>(value_); }
    bool is_error() const noexcept { return std::holds_alternative<error_text>(value_); }

    // All of these throw when the reply is an error or of another type.
    std::int64_t integer()
        const;  // an integer, or a string that is one ("42", as GET and HGET give it)
    std::string const& string() const;                // a bulk or simple string
    std::optional<std::string> maybe_string() const;  // nil: nothing
    array_type const& array() const;
    reply const& at(std::size_t index) const;  // an element of an array
    std::size_t size() const;                  // of an array
    bool ok() const;  // the string OK; false: nil (SET … NX that did not set). Others throw

    std::string_view type() const noexcept;      // "nil", "an integer" …: for messages
    std::string const* failed() const noexcept;  // the text of an error reply, or null

    std::variant<std::monostate, std::int64_t, std::string, array_type, error_text>&
    raw() noexcept {
        return value_;
    }

private:
    [[noreturn]] void refuse(std::string_view wanted) const;

    std::variant<std::monostate, std::int64_t, std::string, array_type, error_text> value_;
};

}  // namespace agente::redis
