#include "http/target.hpp"

#include "base/text.hpp"

namespace agente::http {
namespace {

constexpr int nibble(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

std::optional<split_target> split(std::string_view target) {
    if (target == "*") return split_target{target, {}};
    if (!target.starts_with('/')) {
        auto const scheme = target.find("://");
        if (scheme == std::string_view::npos) return std::nullopt;
        auto const name = target.substr(0, scheme);
        if (!same_name(name, "http") && !same_name(name, "https")) return std::nullopt;
        auto const authority = scheme + 3;
        auto const end = target.find_first_of("/?", authority);
        if (end == authority || authority == target.size()) return std::nullopt;  // no host
        if (end == std::string_view::npos) return split_target{"/", {}};
        target = target.substr(end);
        if (target.front() == '?') return split_target{"/", target.substr(1)};
    }
    if (target.find('#') != std::string_view::npos)
        return std::nullopt;  // a fragment is never sent
    auto const mark = target.find('?');
    if (mark == std::string_view::npos) return split_target{target, {}};
    return split_target{target.substr(0, mark), target.substr(mark + 1)};
}

std::optional<std::string> percent_decode(std::string_view encoded, bool plus_is_space) {
    std::string plain;
    plain.reserve(encoded.size());
    for (std::size_t i = 0; i < encoded.size(); ++i) {
        char const c = encoded[i];
        if (c == '%') {
            if (i + 2 >= encoded.size()) return std::nullopt;
            int const high = nibble(encoded[i + 1]);
            int const low = nibble(encoded[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            plain.push_back(static_cast<char>(high * 16 + low));
            i += 2;
        } else {
            plain.push_back(c == '+' && plus_is_space ? ' ' : c);
        }
    }
    if (!text::valid_utf8(plain)) return std::nullopt;
    return plain;
}

std::optional<parameters> parse_query(std::string_view query) {
    parameters found;
    while (!query.empty()) {
        auto const end = query.find('&');
        auto const piece = query.substr(0, end);
        query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
        if (piece.empty()) continue;
        auto const equals = piece.find('=');
        auto name = percent_decode(piece.substr(0, equals), true);
        auto value = equals == std::string_view::npos
                         ? std::optional<std::string>(std::string())
                         : percent_decode(piece.substr(equals + 1), true);
        if (!name || !value) return std::nullopt;
        found.add(std::move(*name), std::move(*value));
    }
    return found;
}

}  // namespace agente::http
