// What a password must look like before anybody hashes it. Pure. Used by passwords and users.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "identity/options.hpp"

namespace agente::identity {

// What about a person must not be found in the password.
struct personal_words {
    std::string username, email, full_name;
};

// Nothing: it may be used, as far as it alone tells. Otherwise invalid, and what to change:
// "password.too_short", "password.too_long", "password.no_upper", "password.no_lower",
// "password.no_digit", "password.no_symbol", "password.personal", "password.too_common",
// "password.characters" (NUL or not UTF-8).
std::optional<error> complaint_about(secret const& password, password_policy const& policy,
                                     personal_words const& of);

// Whether everybody tries it: a word of the list, also with letters written as digits, with
// something before or behind it, twice, or next to another one; one character or a row of keys.
bool too_common(std::string_view password);

// The list: lower case, without repetition.
std::vector<std::string_view> const& common_passwords();

}  // namespace agente::identity
