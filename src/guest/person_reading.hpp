// Whose name and which e-mail address: "me llamo Ana García", "ana@example.com". Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "guest/conversation.hpp"
#include "guest/tagging.hpp"

namespace agente::guest {

// Longest the hotel system stores of a first or a family name, and of an address (PrestaShop's
// Customer class).
constexpr std::size_t most_name_code_points = 32;
constexpr std::size_t most_email_bytes = 128;

enum class name_problem { none, digits /* the hotel system refuses them */, too_long };

struct name_words {
    std::string first, last;  // last is empty when only one word was told
    name_problem problem{name_problem::none};

    bool any() const { return !first.empty() || problem != name_problem::none; }
    friend bool operator==(name_words const&, name_words const&) = default;
};

enum class email_problem { none, no_at, no_domain, no_dot, two_ats, spaces, bad_letters, too_long };

struct email_words {
    std::string address;  // usable when problem is none; domain in lower case
    email_problem problem{email_problem::none};
    std::string suggestion;  // what was probably meant: ask before using it. May stand beside a
                             // usable address

    bool any() const { return !address.empty() || problem != email_problem::none; }
    friend bool operator==(email_words const&, email_words const&) = default;
};

// After an opener ("a nombre de"), or, when a name was asked for, the whole message. Must run
// before the stay reader then: "Domingo Abril" is a name. Splits given and family names by the
// usual count of words.
name_words read_name(tagged_message& message, guest::state asked);

// The first address in the message; when an address was asked for also what merely tries to be one.
email_words read_email(tagged_message& message, guest::state asked);

// ASCII addresses that mail servers and the hotel system both accept (a subset of RFC 5321).
email_words check_email(std::string_view address);

}  // namespace agente::guest
