#include "tenancy/identifiers.hpp"

#include <phonenumbers/phonenumberutil.h>

#include "base/text.hpp"

namespace agente::tenancy {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

constexpr std::size_t longest_identifier = 255;  // the column's width

bool digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view s) noexcept {
    return !s.empty() && std::all_of(s.begin(), s.end(), digit);
}

// Only what people write in phone numbers: a WhatsApp user id ("US.1349…") or a word must not
// become a number.
bool looks_like_phone(std::string_view s) noexcept {
    std::size_t digits = 0;
    for (char c : s) {
        if (digit(c))
            ++digits;
        else if (std::string_view("+-() ./\t").find(c) == std::string_view::npos)
            return false;
    }
    return digits >= 5 && digits <= 18;
}

std::optional<std::string> parse(std::string const& text, std::string const& region) {
    auto const* util = PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    if (util->Parse(text, region, &number) != PhoneNumberUtil::NO_PARSING_ERROR)
        return std::nullopt;
    if (!util->IsPossibleNumber(number)) return std::nullopt;
    std::string out;
    util->Format(number, PhoneNumberUtil::E164, &out);
    return out;
}

}  // namespace

std::optional<std::string> normalise_phone(std::string_view text, std::string_view region) {
    auto const trimmed = text::trim(text);
    if (!looks_like_phone(trimmed)) return std::nullopt;
    std::string const written(trimmed);
    if (written.front() == '+') return parse(written, "ZZ");
    if (written.starts_with("00")) return parse("+" + written.substr(2), "ZZ");
    if (!region.empty())
        if (auto national = parse(written, std::string(region))) return national;
    return parse("+" + written, "ZZ");  // WhatsApp leaves the '+' away
}

std::optional<std::string> normalise_email(std::string_view text) {
    auto const trimmed = text::trim(text);
    auto const at = trimmed.find('@');
    if (at == std::string_view::npos || at == 0 || at > 64 || at + 1 == trimmed.size() ||
        trimmed.size() > 254)
        return std::nullopt;
    if (trimmed.find('@', at + 1) != std::string_view::npos) return std::nullopt;
    if (!text::valid_utf8(trimmed)) return std::nullopt;
    for (unsigned char c : trimmed)
        if (c <= ' ' || c == 0x7f) return std::nullopt;
    return text::lower(trimmed);
}

std::string normalise_identifier(std::string_view text) {
    if (auto email = normalise_email(text)) return *email;
    if (auto phone = normalise_phone(text)) return *phone;
    auto const trimmed = text::trim(text::trim(text).substr(0, longest_identifier));
    return text::scrub_utf8(trimmed);
}

std::vector<std::string> spellings(std::string_view identifier) {
    std::vector<std::string> all;
    auto add = [&all](std::string spelling) {
        if (std::find(all.begin(), all.end(), spelling) == all.end())
            all.push_back(std::move(spelling));
    };
    auto const normal = normalise_identifier(identifier);
    if (normal.empty()) return all;
    add(normal);
    if (normal.front() != '+') return all;

    std::vector<std::string> numbers{normal.substr(1)};
    std::string const& n = numbers.front();
    // Mexico: 52 + ten digits, or 521 + ten digits.
    if (n.starts_with("521") && n.size() == 13)
        numbers.push_back("52" + n.substr(3));
    else if (n.starts_with("52") && n.size() == 12)
        numbers.push_back("521" + n.substr(2));
    // Brazil: 55 + area of two digits + 9 + eight digits; WhatsApp accounts from before the ninth
    // digit lack the 9.
    else if (n.starts_with("55") && n.size() == 13 && n[4] == '9')
        numbers.push_back(n.substr(0, 4) + n.substr(5));
    else if (n.starts_with("55") && n.size() == 12 && n[4] >= '6')
        numbers.push_back(n.substr(0, 4) + "9" + n.substr(4));
    for (auto const& number : numbers) {
        add("+" + number);
        add(number);
        add("00" + number);
    }
    if (auto const trimmed = text::trim(identifier); all_digits(trimmed)) add(std::string(trimmed));
    return all;
}

}  // namespace agente::tenancy
