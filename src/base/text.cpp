#include "base/text.hpp"

#include <fmt/format.h>
#include <unicode/brkiter.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <array>
#include <memory>

namespace agente::text {
namespace {

icu::UnicodeString from_utf8(std::string_view s) {
    return icu::UnicodeString::fromUTF8(
        icu::StringPiece(s.data(), static_cast<std::int32_t>(s.size())));
}

std::string to_utf8(icu::UnicodeString const& s) {
    std::string out;
    s.toUTF8String(out);
    return out;
}

}  // namespace

bool valid_utf8(std::string_view s) noexcept {
    auto const* p = reinterpret_cast<std::uint8_t const*>(s.data());
    auto const n = static_cast<std::int32_t>(s.size());
    for (std::int32_t i = 0; i < n;) {
        UChar32 c;
        U8_NEXT(p, i, n, c);
        if (c <= 0) return false;
    }
    return true;
}

std::string scrub_utf8(std::string_view s) {
    if (valid_utf8(s)) return std::string(s);
    auto u = from_utf8(s);  // ICU turns invalid sequences into U+FFFD
    u.findAndReplace(icu::UnicodeString(static_cast<UChar32>(0)),
                     icu::UnicodeString(static_cast<UChar32>(0xFFFD)));
    return to_utf8(u);
}

std::size_t code_points(std::string_view utf8) {
    auto const* p = reinterpret_cast<std::uint8_t const*>(utf8.data());
    auto const n = static_cast<std::int32_t>(utf8.size());
    std::size_t count = 0;
    for (std::int32_t i = 0; i < n; ++count) {
        UChar32 c;
        U8_NEXT(p, i, n, c);
    }
    return count;
}

std::string shorten(std::string_view utf8, std::size_t most) {
    if (code_points(utf8) <= most) return std::string(utf8);
    if (most == 0) return {};
    auto const u = from_utf8(utf8);
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<icu::BreakIterator> graphemes(
        icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status));
    if (U_FAILURE(status)) return {};
    graphemes->setText(u);
    std::int32_t end = 0;
    for (auto next = graphemes->next(); next != icu::BreakIterator::DONE;
         next = graphemes->next()) {
        if (static_cast<std::size_t>(u.countChar32(0, next)) > most - 1) break;
        end = next;
    }
    return to_utf8(u.tempSubString(0, end)) + "…";
}

std::string_view trim(std::string_view s) noexcept {
    constexpr std::string_view white = " \t\r\n\f\v";
    auto const first = s.find_first_not_of(white);
    if (first == std::string_view::npos) return {};
    return s.substr(first, s.find_last_not_of(white) - first + 1);
}

std::string lower(std::string_view utf8) {
    return to_utf8(from_utf8(utf8).toLower(icu::Locale::getRoot()));
}

std::string fold(std::string_view utf8) {
    UErrorCode status = U_ZERO_ERROR;
    auto const* nfd = icu::Normalizer2::getNFDInstance(status);
    auto u = from_utf8(utf8).foldCase();
    if (U_SUCCESS(status)) u = nfd->normalize(u, status);
    icu::UnicodeString out;
    for (std::int32_t i = 0; i < u.length(); i = u.moveIndex32(i, 1)) {
        auto const c = u.char32At(i);
        if (u_charType(c) != U_NON_SPACING_MARK) out.append(c);
    }
    return to_utf8(out);
}

std::vector<std::string_view> split(std::string_view s, char at) {
    std::vector<std::string_view> parts;
    for (;;) {
        auto const end = s.find(at);
        parts.push_back(s.substr(0, end));
        if (end == std::string_view::npos) return parts;
        s.remove_prefix(end + 1);
    }
}

std::string size(double bytes) {
    constexpr std::array units{"bytes", "kB", "MB", "GB", "TB", "PB"};
    std::size_t unit = 0;
    for (; bytes >= 1024 && unit + 1 < units.size(); bytes /= 1024) ++unit;
    if (unit == 0) return fmt::format("{:.0f} bytes", bytes);
    return bytes < 10 ? fmt::format("{:.1f} {}", bytes, units[unit])
                      : fmt::format("{:.0f} {}", bytes, units[unit]);
}

std::string hex(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() * 2);
    for (unsigned char byte : bytes) fmt::format_to(std::back_inserter(out), "{:02x}", byte);
    return out;
}

std::string mask_phone(std::string_view phone) {
    if (phone.size() <= 7) return std::string(phone.size(), '*');
    return fmt::format("{}{}{}", phone.substr(0, 3), std::string(phone.size() - 7, '*'),
                       phone.substr(phone.size() - 4));
}

std::string mask_email(std::string_view email) {
    auto const at = email.find('@');
    if (at == std::string_view::npos || at == 0) return std::string(email.size(), '*');
    auto const* const bytes = reinterpret_cast<std::uint8_t const*>(email.data());
    std::size_t first = 0;
    U8_FWD_1(bytes, first, at);
    return fmt::format("{}{}{}", email.substr(0, first),
                       std::string(code_points(email.substr(first, at - first)), '*'),
                       email.substr(at));
}

}  // namespace agente::text
