#include "qloapps/guest_rules.hpp"

#include "base/text.hpp"

namespace agente::qloapps {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool acceptable_domain(std::string_view domain) {
    auto const last_dot = domain.rfind('.');
    if (last_dot == std::string_view::npos || last_dot == 0 || last_dot + 1 == domain.size())
        return false;
    if (!is_letter(domain.front()) && !is_digit(domain.front())) return false;
    if (domain.find("..") != std::string_view::npos) return false;
    for (auto c : domain.substr(last_dot + 1))
        if (!is_letter(c) && !is_digit(c)) return false;
    return std::ranges::all_of(domain, [](char c) {
        return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
    });
}

}  // namespace

bool acceptable_name(std::string_view name) {
    static constexpr std::string_view forbidden = "0123456789!<>,;?=+()@#\"{}_$%:";
    if (text::trim(name).empty() || !text::valid_utf8(name) || text::code_points(name) > most_name)
        return false;
    if (name.find("°") != std::string_view::npos) return false;
    return std::ranges::none_of(name, [](char c) {
        return forbidden.find(c) != std::string_view::npos ||
               static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
}

bool acceptable_email(std::string_view email) {
    static constexpr std::string_view others = "!#$%&'*+/=?^`{}|~_-.";
    auto const at = email.find('@');
    if (at == std::string_view::npos || at == 0 || email.size() > most_email ||
        !text::valid_utf8(email))
        return false;
    auto const local = email.substr(0, at);
    if (local.front() == '.') return false;
    auto const fine = [](char c) {
        return is_letter(c) || is_digit(c) || others.find(c) != std::string_view::npos;
    };
    return std::ranges::all_of(local, fine) && acceptable_domain(email.substr(at + 1));
}

bool acceptable_phone(std::string_view phone) {
    static constexpr std::string_view others = "+. ()-";
    return phone.size() <= most_phone && std::ranges::any_of(phone, is_digit) &&
           std::ranges::all_of(phone, [](char c) {
               return is_digit(c) || others.find(c) != std::string_view::npos;
           });
}

std::string clean_phone(std::string_view phone) {
    std::string kept;
    for (auto c : phone)
        if (kept.size() < most_phone &&
            (is_digit(c) || std::string_view("+. ()-").find(c) != std::string_view::npos))
            kept += c;
    return kept;
}

std::string clean_name(std::string_view name) {
    auto const trimmed = text::trim(name);
    std::size_t points = 0;
    std::size_t end = 0;
    for (; end < trimmed.size(); ++end) {
        bool const starts_point = (static_cast<unsigned char>(trimmed[end]) & 0xc0) != 0x80;
        if (starts_point && ++points > most_name) break;
    }
    return std::string(text::trim(trimmed.substr(0, end)));
}

}  // namespace agente::qloapps
