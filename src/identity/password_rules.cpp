#include "identity/password_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "base/text.hpp"

namespace agente::identity {
namespace {

constexpr std::size_t least_personal = 4;  // shorter names stand in many words
constexpr int least_different = 5;         // characters

// Of lower-case text; a byte of any other script counts too.
bool letter(char c) { return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 128; }
bool digit(char c) { return c >= '0' && c <= '9'; }

// "p@ssw0rd" -> "password". `one` is what a 1 stands for: i or l.
std::string plain_letters(std::string_view text, char one) {
    std::string out;
    for (char const c : text) switch (c) {
            case '0': out += 'o'; break;
            case '1':
            case '!':
            case '|': out += one; break;
            case '3': out += 'e'; break;
            case '4':
            case '@': out += 'a'; break;
            case '5':
            case '$': out += 's'; break;
            case '7':
            case '+': out += 't'; break;
            case '8': out += 'b'; break;
            default: out += c;
        }
    return out;
}

std::string_view without_front(std::string_view text) {
    while (!text.empty() && !letter(text.front())) text.remove_prefix(1);
    return text;
}
std::string_view without_back(std::string_view text) {
    while (!text.empty() && !letter(text.back())) text.remove_suffix(1);
    return text;
}

// "abcabcabc" -> "abc"
std::string_view repeated_part(std::string_view text) {
    for (std::size_t size = 1; size <= text.size() / 2; ++size) {
        if (text.size() % size != 0) continue;
        bool all = true;
        for (std::size_t i = size; all && i < text.size(); ++i) all = text[i] == text[i - size];
        if (all) return text.substr(0, size);
    }
    return text;
}

bool in_list(std::string_view word) {
    static std::unordered_set<std::string_view> const all(common_passwords().begin(),
                                                          common_passwords().end());
    return all.contains(word);
}

bool one_or_two_of_the_list(std::string_view text) {
    if (text.empty()) return true;  // digits and signs alone, with a word cut off
    text = repeated_part(text);
    if (in_list(text)) return true;
    for (std::size_t at = 3; at + 3 <= text.size(); ++at)
        if (in_list(text.substr(0, at)) && in_list(text.substr(at))) return true;
    return false;
}

// Along the alphabet, the digits or a row of keys, either way.
bool a_row(std::string_view text) {
    std::string backwards(text.rbegin(), text.rend());
    for (std::string const row :
         {"abcdefghijklmnopqrstuvwxyz", "01234567890", "12345678901234567890",
          "qwertyuiopasdfghjklzxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "qazwsxedcrfvtgbyhnujm",
          "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "qwertzuiopasdfghjklyxcvbnm",
          "azertyuiopqsdfghjklmwxcvbn"}) {
        auto const twice = row + row;
        if (twice.find(text) != std::string::npos || twice.find(backwards) != std::string::npos)
            return true;
    }
    return false;
}

std::string lower_ascii(std::string_view text) { return text::fold(text::scrub_utf8(text)); }

bool holds(std::string_view password, std::string_view part) {
    return text::code_points(part) >= least_personal && password.find(part) != std::string::npos;
}

bool personal(std::string const& password, personal_words const& of) {
    auto const email = lower_ascii(of.email);
    if (holds(password, lower_ascii(of.username)) || holds(password, email) ||
        holds(password, email.substr(0, email.find('@'))))
        return true;
    auto const name = lower_ascii(of.full_name);
    return std::ranges::any_of(text::split(name, ' '),
                               [&](auto const part) { return holds(password, part); });
}

error refuse(std::string_view code, std::string message) {
    return error(error_kind::invalid, code, std::move(message));
}

}  // namespace

bool too_common(std::string_view password) {
    auto const lower = lower_ascii(password);
    auto const part = repeated_part(lower);
    if (static_cast<int>(std::unordered_set<char>(lower.begin(), lower.end()).size()) <
        least_different)
        return true;
    if (a_row(lower) || a_row(part)) return true;
    if (std::ranges::none_of(lower, letter) && std::ranges::all_of(lower, digit))
        return true;  // numbers are dates and telephones
    // A digit at either end stands for a letter or for nothing.
    for (char const one : {'i', 'l'})
        for (auto const text : {std::string_view(lower), without_front(lower), without_back(lower),
                                without_back(without_front(lower))}) {
            auto const plain = plain_letters(text, one);
            if (one_or_two_of_the_list(without_back(without_front(plain)))) return true;
        }
    std::string only_letters;
    std::ranges::copy_if(lower, std::back_inserter(only_letters), letter);
    return !only_letters.empty() && one_or_two_of_the_list(only_letters);
}

std::optional<error> complaint_about(secret const& password, password_policy const& policy,
                                     personal_words const& of) {
    auto const text = password.reveal();
    if (!text::valid_utf8(text))
        return refuse("password.characters", "the password holds characters that cannot be used");
    auto const length = text::code_points(text);
    if (length < policy.shortest)
        return refuse("password.too_short",
                      fmt::format("the password needs at least {} characters: several words make "
                                  "a good one",
                                  policy.shortest));
    if (length > policy.longest)
        return refuse("password.too_long",
                      fmt::format("the password may have at most {} characters", policy.longest));
    auto const has = [&](auto test) { return std::ranges::any_of(text, test); };
    if (policy.upper && text::lower(text) == text)
        return refuse("password.no_upper", "the password needs an upper-case letter");
    if (policy.lower && !has([](char c) { return c >= 'a' && c <= 'z'; }))
        return refuse("password.no_lower", "the password needs a lower-case letter");
    if (policy.digit && !has([](char c) { return digit(c); }))
        return refuse("password.no_digit", "the password needs a digit");
    if (policy.symbol && !has([](char c) {
            return c > ' ' && c < 127 && !digit(c) && !letter(c) && !(c >= 'A' && c <= 'Z');
        }))
        return refuse("password.no_symbol", "the password needs a sign such as ! or #");
    if (personal(lower_ascii(text), of))
        return refuse("password.personal",
                      "the password must not hold your name, username or e-mail address");
    if (too_common(text))
        return refuse("password.too_common",
                      "everybody tries this password first: choose another, such as several words "
                      "that do not belong together");
    return std::nullopt;
}

}  // namespace agente::identity
