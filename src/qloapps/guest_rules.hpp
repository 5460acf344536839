// What QloApps accepts as a guest's name, e-mail address and phone number. A name with a digit ends
// its request with an empty 500 and a malformed address with "Fatal error", so the adapter checks
// first; the simulator behaves accordingly. Source: PrestaShop's and QloApps' classes/Validate.php
// (isName, isEmail, isPhoneNumber) and Customer's field sizes.
#pragma once

#include <string>
#include <string_view>

namespace agente::qloapps {

inline constexpr std::size_t most_name = 32;    // code points
inline constexpr std::size_t most_email = 128;  // bytes
inline constexpr std::size_t most_phone = 32;   // bytes

bool acceptable_name(std::string_view name);  // not empty, no digit, none of !<>,;?=+()@#"°{}_$%:
                                              // and no control character
bool acceptable_email(std::string_view email);
bool acceptable_phone(
    std::string_view phone);  // digits, + . ( ) - and spaces, with at least one digit

// `phone` without the characters QloApps refuses, cut to what it stores; may come out empty.
std::string clean_phone(std::string_view phone);
// `name` trimmed and cut to what QloApps stores.
std::string clean_name(std::string_view name);

}  // namespace agente::qloapps
