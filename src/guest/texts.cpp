#include "guest/texts.hpp"

#include <fmt/format.h>
#include <unicode/dtptngen.h>
#include <unicode/msgfmt.h>
#include <unicode/numberformatter.h>
#include <unicode/smpdtfmt.h>

#include <memory>

#include "guest/calendar.hpp"
#include "hotel/money.hpp"

namespace agente::guest {
namespace {

icu::UnicodeString unicode(std::string_view s) {
    return icu::UnicodeString::fromUTF8(
        icu::StringPiece(s.data(), static_cast<std::int32_t>(s.size())));
}

// ICU puts narrow and no-break spaces into amounts; guests copy and search them, so that they
// become plain ones.
std::string utf8(icu::UnicodeString text) {
    for (std::int32_t i = 0; i < text.length(); ++i)
        if (text[i] == 0xA0 || text[i] == 0x202F || text[i] == 0x2009) text.setCharAt(i, ' ');
    std::string out;
    text.toUTF8String(out);
    return out;
}

[[noreturn]] void icu_failed(std::string_view what, UErrorCode status) {
    throw failure(
        error(error_kind::internal, "guest.text",
              fmt::format("{} could not be put into words: {}", what, u_errorName(status))));
}

}  // namespace

std::string_view pattern(language l, text_id what) {
    auto const& table = l == language::en ? texts_en : texts_es;
    return table[static_cast<std::size_t>(what)].second;
}

voice::voice(language l, std::string region, std::chrono::year_month_day today)
    : language_(l), locale_(l == language::en ? "en" : "es"), today_(today) {
    if (!region.empty())
        locale_ += "_" + region;
    else
        locale_ += l == language::en ? "_US" : "_419";
}

std::string voice::say(text_id what, arguments const& with) const {
    std::vector<icu::UnicodeString> names;
    std::vector<icu::Formattable> values;
    for (auto const& a : with) {
        names.push_back(unicode(a.name_));
        values.push_back(std::visit(
            [&](auto const& v) {
                using type = std::decay_t<decltype(v)>;
                if constexpr (std::is_same_v<type, std::string>)
                    return icu::Formattable(unicode(v));
                else if constexpr (std::is_same_v<type, int>)
                    return icu::Formattable(static_cast<std::int32_t>(v));
                else if constexpr (std::is_same_v<type, std::int64_t>)
                    return icu::Formattable(unicode(fmt::format("{}", v)));
                else if constexpr (std::is_same_v<type, hotel::money>)
                    return icu::Formattable(unicode(money(v)));
                else if constexpr (std::is_same_v<type, std::chrono::year_month>)
                    return icu::Formattable(unicode(month(v)));
                else
                    return icu::Formattable(unicode(day(v)));
            },
            a.value_));
    }
    UErrorCode status = U_ZERO_ERROR;
    icu::MessageFormat const format(unicode(pattern(language_, what)), icu::Locale(locale_.c_str()),
                                    status);
    if (U_FAILURE(status)) icu_failed("a text", status);
    icu::UnicodeString out;
    format.format(names.data(), values.data(), static_cast<std::int32_t>(names.size()), out,
                  status);
    if (U_FAILURE(status)) icu_failed("a text", status);
    return utf8(std::move(out));
}

std::string voice::day(std::chrono::year_month_day d) const {
    bool const near = d.year() == today_.year() || days_between(today_, d) < 60;
    // ICU's Spanish has a comma after the weekday, which stands badly inside a sentence.
    if (language_ != language::en)
        return format_day(d, near ? "EEEE d 'de' MMMM" : "EEEE d 'de' MMMM 'de' y", how::pattern);
    return format_day(d, near ? "EEEEdMMMM" : "EEEEdMMMMy", how::skeleton);
}

std::string voice::short_day(std::chrono::year_month_day d) const {
    return format_day(d, "dMMM", how::skeleton);
}

std::string voice::month(std::chrono::year_month m) const {
    return format_day(m / std::chrono::day(1), m.year() == today_.year() ? "LLLL" : "yLLLL",
                      how::skeleton);
}

std::string voice::format_day(std::chrono::year_month_day d, char const* as, how what) const {
    UErrorCode status = U_ZERO_ERROR;
    icu::Locale const locale(locale_.c_str());
    icu::UnicodeString chosen(as, -1, US_INV);
    if (what == how::skeleton) {
        std::unique_ptr<icu::DateTimePatternGenerator> const generator(
            icu::DateTimePatternGenerator::createInstance(locale, status));
        if (U_FAILURE(status)) icu_failed("a date", status);
        chosen = generator->getBestPattern(chosen, status);
    }
    icu::SimpleDateFormat format(chosen, locale, status);
    if (U_FAILURE(status)) icu_failed("a date", status);
    format.setTimeZone(*icu::TimeZone::getGMT());
    auto const ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                        std::chrono::sys_days(d).time_since_epoch())
                        .count();
    icu::UnicodeString out;
    format.format(static_cast<UDate>(ms), out);
    return utf8(std::move(out));
}

// The currency as its ISO code: "$" is a dozen currencies in the Americas. Half a cent is rounded
// up, as the bill does.
std::string voice::money(hotel::money const& m) const {
    UErrorCode status = U_ZERO_ERROR;
    auto const exact = hotel::to_decimal(m);
    auto currency = unicode(m.currency);
    auto const formatted =
        icu::number::NumberFormatter::withLocale(icu::Locale(locale_.c_str()))
            .unit(icu::CurrencyUnit(currency.getTerminatedBuffer(), status))
            .unitWidth(UNUM_UNIT_WIDTH_ISO_CODE)
            .roundingMode(UNUM_ROUND_HALFUP)
            .formatDecimal(icu::StringPiece(exact.data(), static_cast<std::int32_t>(exact.size())),
                           status);
    auto out = formatted.toString(status);
    if (U_FAILURE(status)) icu_failed("an amount", status);
    return utf8(std::move(out));
}

}  // namespace agente::guest
