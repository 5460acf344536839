#include "redis/reply.hpp"

#include <charconv>

#include "redis/error.hpp"

namespace agente::redis {

void reply::refuse(std::string_view wanted) const {
    if (auto const* text = failed()) throw explain(*text);
    throw error(
        agente::error(error_kind::internal, "redis.unexpected_reply",
                      fmt::format("Redis answered {} where {} was expected", type(), wanted)));
}

std::int64_t reply::integer() const {
    if (auto const* value = std::get_if<std::int64_t>(&value_)) return *value;
    if (auto const* digits = std::get_if<std::string>(&value_)) {
        std::int64_t value = 0;
        auto const* const end = digits->data() + digits->size();
        auto const [last, trouble] = std::from_chars(digits->data(), end, value);
        if (trouble == std::errc{} && last == end && !digits->empty()) return value;
    }
    refuse("an integer");
}

std::string const& reply::string() const {
    if (auto const* value = std::get_if<std::string>(&value_)) return *value;
    refuse("a string");
}

std::optional<std::string> reply::maybe_string() const {
    if (is_nil()) return std::nullopt;
    return string();
}

reply::array_type const& reply::array() const {
    if (auto const* value = std::get_if<array_type>(&value_)) return *value;
    refuse("an array");
}

reply const& reply::at(std::size_t index) const {
    auto const& elements = array();
    if (index >= elements.size()) refuse(fmt::format("one of at least {} elements", index + 1));
    return elements[index];
}

std::size_t reply::size() const { return array().size(); }

bool reply::ok() const {
    if (is_nil()) return false;
    if (string() == "OK") return true;
    refuse("OK");
}

std::string_view reply::type() const noexcept {
    switch (value_.index()) {
        case 0: return "nil";
        case 1: return "an integer";
        case 2: return "a string";
        case 3: return "an array";
        default: return "an error";
    }
}

std::string const* reply::failed() const noexcept {
    auto const* value = std::get_if<error_text>(&value_);
    return value ? &value->text : nullptr;
}

}  // namespace agente::redis
