// Reading JSON that may be anything: every member has a type and a bound, and what breaks one ends
// the reading. Used by conversation.cpp only.
#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

namespace agente::guest {

struct malformed_json : std::exception {
    char const* what() const noexcept override { return "not a conversation of this version"; }
};

std::int64_t as_integer(boost::json::value const& v, std::int64_t least, std::int64_t most);
std::string as_text(boost::json::value const& v, std::size_t most_bytes);  // valid UTF-8

// An absent member has the default; one of another type or beyond its bound throws malformed_json.
class fields {
public:
    explicit fields(boost::json::object const& object) : object_(&object) {}
    static fields of(boost::json::value const& v);

    std::int64_t integer(std::string_view name, std::int64_t absent, std::int64_t least,
                         std::int64_t most) const;
    std::optional<int> maybe_integer(std::string_view name, int least, int most) const;
    std::string text(std::string_view name, std::size_t most_bytes) const;
    bool flag(std::string_view name) const;
    std::optional<std::chrono::year_month_day> day(std::string_view name) const;
    boost::json::array const& array(std::string_view name, std::size_t most) const;
    fields object(std::string_view name) const;

private:
    boost::json::object const* object_;
};

}  // namespace agente::guest
