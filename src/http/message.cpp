#include "http/message.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>

namespace agente::http {
namespace {

constexpr char ascii_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return ascii_lower(x) == ascii_lower(y); });
}

std::optional<std::string_view> parameters::find(std::string_view name) const {
    for (auto const& [key, value] : items_)
        if (key == name) return value;
    return std::nullopt;
}

std::vector<std::string_view> parameters::all(std::string_view name) const {
    std::vector<std::string_view> found;
    for (auto const& [key, value] : items_)
        if (key == name) found.push_back(value);
    return found;
}

std::string_view request::header(std::string_view name) const noexcept {
    for (auto const& [key, value] : headers)
        if (same_name(key, name)) return value;
    return {};
}

bool request::has_header(std::string_view name) const noexcept {
    return std::any_of(headers.begin(), headers.end(),
                       [&](auto const& h) { return same_name(h.first, name); });
}

response& response::set(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
}

response& response::replace(std::string name, std::string value) {
    std::erase_if(headers, [&](auto const& h) { return same_name(h.first, name); });
    return set(std::move(name), std::move(value));
}

response text_response(std::string body, int status) {
    return {.status = status,
            .content_type = "text/plain; charset=utf-8",
            .body = std::move(body),
            .headers = {}};
}

response json_response(boost::json::value const& body, int status) {
    return {.status = status,
            .content_type = "application/json",
            .body = boost::json::serialize(body),
            .headers = {}};
}

response empty_response(int status) {
    return {.status = status, .content_type = {}, .body = {}, .headers = {}};
}

}  // namespace agente::http
