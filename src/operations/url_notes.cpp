#include "operations/url_notes.hpp"

#include <fmt/format.h>

#include <string_view>

#include "base/text.hpp"

namespace agente::operations {
namespace {

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view digits = "0123456789";
constexpr std::string_view hex_digits = "0123456789abcdefABCDEF";

bool one_of(std::string_view set, char c) { return set.find(c) != std::string_view::npos; }

// RFC 3986, 2.3: these are never encoded.
bool unreserved(char c) { return one_of(letters, c) || one_of(digits, c) || one_of("-._~", c); }

bool escape_at(std::string_view text, std::size_t i) {
    return text[i] == '%' && i + 2 < text.size() && one_of(hex_digits, text[i + 1]) &&
           one_of(hex_digits, text[i + 2]);
}

struct parts {
    std::string_view scheme, user, password, rest;
    std::size_t password_at;  // in the URL
};

// A password that is not encoded may hold anything: what counts is the last '@'.
std::optional<parts> taken_apart(std::string_view url) {
    auto const scheme = url.find("://");
    auto const at = url.rfind('@');
    if (scheme == std::string_view::npos || at == std::string_view::npos || at < scheme + 3)
        return std::nullopt;
    auto const user_info = url.substr(scheme + 3, at - scheme - 3);
    auto const colon = user_info.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    return parts{url.substr(0, scheme + 3), user_info.substr(0, colon), user_info.substr(colon + 1),
                 url.substr(at + 1), scheme + 3 + colon + 1};
}

}  // namespace

std::optional<std::size_t> odd_escape(secret const& url) {
    auto const found = taken_apart(url.reveal());
    if (!found) return std::nullopt;
    auto const& text = found->password;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!escape_at(text, i)) continue;
        auto const code = std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16);
        if (unreserved(static_cast<char>(code))) return found->password_at + i + 1;
    }
    return std::nullopt;
}

bool placeholder_password(secret const& url) {
    auto const found = taken_apart(url.reveal());
    if (!found) return false;
    auto const said = text::lower(found->password);
    return said == "[your-password]" || said == "[password]" || said == "your-password" ||
           found->password == "PASSWORD";  // of .env.supabase.example
}

std::string encoded_shape(secret const& url) {
    auto const found = taken_apart(url.reveal());
    if (!found) return "postgresql://user:password@host:5432/database";
    std::string password;
    bool hidden = false;
    auto const& text = found->password;
    for (std::size_t i = 0; i < text.size(); ++i) {
        bool const fine = unreserved(text[i]) || static_cast<unsigned char>(text[i]) >= 0x80 ||
                          one_of("!$&'()*+,;=:", text[i]) || escape_at(text, i);
        if (!fine)
            password += fmt::format("%{:02X}", static_cast<unsigned char>(text[i]));
        else if (!hidden)
            password += "***";
        hidden = fine;
    }
    auto const host = found->rest.substr(0, found->rest.find('?'));
    return fmt::format("{}{}:{}@{}{}", found->scheme, found->user, password, host,
                       host.size() < found->rest.size() ? "?…" : "");
}

}  // namespace agente::operations
