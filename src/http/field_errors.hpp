// The list of what is wrong with a request's fields, as a 422 answer shows it. Used by the reading
// of typed requests.
#pragma once

#include <boost/json/array.hpp>
#include <string>
#include <string_view>

namespace agente::http {

// Where a value stands: a chain on the stack, from the value up to the body or the parameter.
struct place {
    static constexpr std::size_t no_index = static_cast<std::size_t>(-1);
    place const* up{nullptr};
    std::string_view name{};
    std::size_t index{no_index};
    bool parameter{false};  // of the path or query, not of the body

    place operator[](std::string_view member) const { return {.up = this, .name = member}; }
    place operator[](std::size_t item) const { return {.up = this, .index = item}; }
    std::string pointer()
        const;  // "#/guests/0/name" (RFC 6901 as a fragment); "name" or "name/0" for a parameter
    bool in_parameter() const noexcept;
};

// Codes: missing, unknown, type, range, too_short, too_long, format, not_one_of, repeated.
class field_errors {
public:
    void add(place const& at, std::string_view code,
             std::string_view detail);  // past the first 50 only counted
    bool empty() const noexcept { return total_ == 0; }
    void throw_if_any();  // invalid_fields

private:
    boost::json::array list_;
    std::size_t total_{0};
};

}  // namespace agente::http
