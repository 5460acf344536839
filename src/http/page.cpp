#include "http/page.hpp"

#include <boost/json/serialize.hpp>
#include <charconv>

#include "base/text.hpp"
#include "http/json_body.hpp"

namespace agente::http {
namespace {

std::optional<std::string> unhex(std::string_view hex) {
    if (hex.size() % 2 != 0) return std::nullopt;
    std::string bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        unsigned char byte = 0;
        auto const* const end = hex.data() + i + 2;
        auto const [at, wrong] = std::from_chars(hex.data() + i, end, byte, 16);
        if (wrong != std::errc() || at != end) return std::nullopt;
        bytes += static_cast<char>(byte);
    }
    return bytes;
}

}  // namespace

std::string cursor_text(boost::json::value const& key) {
    return text::hex(boost::json::serialize(key));
}

std::optional<boost::json::value> cursor_value(std::string_view cursor) {
    auto const bytes = unhex(cursor);
    if (!bytes || text::hex(*bytes) != cursor) return std::nullopt;  // in lower case
    auto value = parse_json(*bytes);
    return value ? std::optional(std::move(*value)) : std::nullopt;
}

}  // namespace agente::http
