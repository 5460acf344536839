// An exact amount of one currency. Used wherever a price of the hotel is held, compared or shown.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace agente::hotel {

// Hotel systems keep up to six decimals, so an amount is counted in millionths: 1300.50 USD is
// {1'300'500'000, "USD"}.
struct money {
    std::int64_t micros{0};
    std::string currency;  // ISO 4217, upper case

    friend bool operator==(money const&, money const&) = default;
};

// "1300.50", ".5", "-12"; at most six decimals and a billion units (millionths beyond that would
// not be exact in a double). Error: "money.malformed". `currency` is taken as it is.
result<money> parse_money(std::string_view decimal, std::string_view currency);

// At least two decimals, more only where the amount has them: "1300.50", "346.6568", "-12.00".
std::string to_decimal(money const& amount);

// The same bill: one currency, and at most a cent apart, since hotel systems round net and tax to
// the cent each.
bool same_bill(money const& a, money const& b);

}  // namespace agente::hotel
