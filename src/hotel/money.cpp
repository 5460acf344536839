#include "hotel/money.hpp"

#include <cstdlib>

namespace agente::hotel {

namespace {

constexpr std::int64_t micros_of_unit = 1'000'000;
constexpr std::int64_t micros_of_cent = 10'000;
constexpr std::int64_t most_units = 1'000'000'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

error malformed(std::string_view decimal) {
    return error(error_kind::invalid, "money.malformed",
                 fmt::format("\"{}\" is not an amount: expected digits with at most six decimals",
                             decimal.substr(0, 40)));
}

}  // namespace

result<money> parse_money(std::string_view decimal, std::string_view currency) {
    auto rest = decimal;
    bool const negative = rest.starts_with('-');
    if (negative) rest.remove_prefix(1);

    std::int64_t units = 0;
    bool any = false;
    while (!rest.empty() && is_digit(rest.front())) {
        units = units * 10 + (rest.front() - '0');
        if (units > most_units) return malformed(decimal);
        any = true;
        rest.remove_prefix(1);
    }
    std::int64_t fraction = 0;
    if (rest.starts_with('.')) {
        rest.remove_prefix(1);
        if (rest.empty() || rest.size() > 6) return malformed(decimal);
        std::int64_t weight = micros_of_unit / 10;
        for (; !rest.empty() && is_digit(rest.front()); rest.remove_prefix(1), weight /= 10) {
            fraction += (rest.front() - '0') * weight;
            any = true;
        }
    }
    if (!any || !rest.empty()) return malformed(decimal);
    auto const micros = units * micros_of_unit + fraction;
    return money{negative ? -micros : micros, std::string(currency)};
}

std::string to_decimal(money const& amount) {
    auto const absolute = std::abs(amount.micros);
    auto text = fmt::format("{}{}.{:06}", amount.micros < 0 ? "-" : "", absolute / micros_of_unit,
                            absolute % micros_of_unit);
    auto const fewest = text.size() - 4;
    while (text.size() > fewest && text.back() == '0') text.pop_back();
    return text;
}

bool same_bill(money const& a, money const& b) {
    return a.currency == b.currency && std::abs(a.micros - b.micros) <= micros_of_cent;
}

}  // namespace agente::hotel
