#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guest/person_reading.hpp"
#include "guest/tokens.hpp"

namespace agente::guest {
namespace {

constexpr std::array<std::string_view, 16> providers{
    "gmail.com",   "hotmail.com", "outlook.com",    "yahoo.com",     "icloud.com",     "live.com",
    "hotmail.es",  "yahoo.es",    "yahoo.com.ar",   "yahoo.com.mx",  "hotmail.com.ar", "outlook.es",
    "live.com.ar", "proton.me",   "protonmail.com", "googlemail.com"};
// Real ones that look like slips of those above.
constexpr std::array<std::string_view, 6> real_lookalikes{
    "email.com", "ymail.com", "mail.com", "gmx.com", "hotmail.co.uk", "live.co.uk"};

bool alnum(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool good_local(std::string_view s) {
    if (s.empty() || s.size() > 64 || s.front() == '.' || s.back() == '.' ||
        s.find("..") != std::string_view::npos)
        return false;
    return std::ranges::all_of(s, [](char c) {
        return alnum(c) || std::string_view("._%+-'").find(c) != std::string_view::npos;
    });
}

bool good_domain(std::string_view s) {
    auto const labels = text::split(s, '.');
    if (labels.size() < 2) return false;
    for (auto const label : labels) {
        if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-')
            return false;
        if (!std::ranges::all_of(label, [](char c) { return alnum(c) || c == '-'; })) return false;
    }
    auto const tld = labels.back();
    return tld.size() >= 2 && std::ranges::all_of(tld, [](char c) { return c < '0' || c > '9'; });
}

std::string lower_ascii(std::string_view s) {
    std::string out(s);
    for (auto& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

// The well-known provider this domain is one slip away from.
std::string provider_meant(std::string_view domain) {
    if (std::ranges::find(providers, domain) != providers.end()) return {};
    if (std::ranges::find(real_lookalikes, domain) != real_lookalikes.end()) return {};
    for (auto const known : providers)
        if (spelling_distance(domain, known, 1) <= 1) return std::string(known);
    if (domain.ends_with(".con") || domain.ends_with(".cmo") || domain.ends_with(".comm"))
        return std::string(domain.substr(0, domain.rfind('.'))) + ".com";
    // "gmail" alone, "hotmail,com": the name is right, the ending is missing.
    for (auto const known : providers)
        if (known.substr(0, known.find('.')) == domain) return std::string(known);
    return {};
}

// A usable address made of a broken one, or nothing.
std::string repaired(std::string_view address) {
    std::string fixed;
    for (char c : address) {
        if (c == ',')
            fixed += '.';
        else if (c != ' ')
            fixed += c;
    }
    auto const at = fixed.find('@');
    if (at == std::string::npos || fixed.find('@', at + 1) != std::string::npos) return {};
    auto local = fixed.substr(0, at);
    while (!local.empty() && local.back() == '.') local.pop_back();
    auto domain = lower_ascii(std::string_view(fixed).substr(at + 1));
    while (!domain.empty() && domain.back() == '.') domain.pop_back();
    if (auto const meant = provider_meant(domain); !meant.empty()) domain = meant;
    if (!good_local(local) || !good_domain(domain)) return {};
    return local + "@" + domain;
}

// "ana arroba gmail punto com", "ana at gmail dot com", "ana @ gmail.com": the message rebuilt as
// an address.
std::string spelled_out(tagged_message const& m) {
    std::string built;
    bool holds_at = false;
    for (auto const& t : m.words.tokens) {
        auto const is_one_of = [&](std::span<std::string_view const> words) {
            return std::ranges::find(words, t.folded) != words.end();
        };
        if (t.kind == token::kind::word && (is_one_of(m.book->at_words)) && !holds_at) {
            built += '@';
            holds_at = true;
        } else if (t.kind == token::kind::word && is_one_of(m.book->dot_words)) {
            built += '.';
        } else if (t.kind == token::kind::email) {
            if (holds_at) return {};
            built += m.words.text.substr(t.begin, t.end - t.begin);
            holds_at = true;
        } else {
            if (t.folded == "@") holds_at = true;
            built += m.words.text.substr(t.begin, t.end - t.begin);
        }
        if (built.size() > most_email_bytes) return {};
    }
    return built;
}

}  // namespace

email_words check_email(std::string_view address) {
    email_words out;
    auto const at = address.find('@');
    if (at == std::string_view::npos)
        out.problem = email_problem::no_at;
    else if (address.find('@', at + 1) != std::string_view::npos)
        out.problem = email_problem::two_ats;
    else if (address.size() > most_email_bytes || at > 64)
        out.problem = email_problem::too_long;
    else if (address.find(' ') != std::string_view::npos)
        out.problem = email_problem::spaces;
    else if (at + 1 == address.size() || at == 0)
        out.problem = email_problem::no_domain;
    else if (address.substr(at + 1).find('.') == std::string_view::npos)
        out.problem = email_problem::no_dot;
    else if (!good_local(address.substr(0, at)) || !good_domain(address.substr(at + 1)))
        out.problem = email_problem::bad_letters;

    auto const meant = repaired(address);
    if (out.problem == email_problem::none) {
        auto const domain = lower_ascii(address.substr(at + 1));
        out.address = std::string(address.substr(0, at)) + "@" + domain;
        if (meant != out.address) out.suggestion = meant;
    } else {
        out.suggestion = meant;
    }
    return out;
}

email_words read_email(tagged_message& m, guest::state asked) {
    bool const expected = asked == state::email || asked == state::email_check;
    for (std::size_t i = 0; i < m.size(); ++i) {
        auto const& t = m.words.tokens[m.items[i].first];
        if (t.kind != token::kind::email || m.items[i].used) continue;
        auto found = check_email(m.words.raw(m.items[i].first));
        if (found.problem != email_problem::none && expected) {
            // "ana @gmail.com": the rest of it may stand beside.
            if (auto whole = check_email(spelled_out(m)); whole.problem == email_problem::none) {
                found.problem = email_problem::spaces;
                found.suggestion = whole.suggestion.empty() ? whole.address : whole.suggestion;
            }
        }
        m.use(i, 1);
        return found;
    }
    if (!expected) return {};
    if (auto const whole = check_email(spelled_out(m)); whole.problem == email_problem::none) {
        m.use(0, m.size());
        email_words asked_back;
        asked_back.problem = email_problem::spaces;
        asked_back.suggestion = whole.suggestion.empty() ? whole.address : whole.suggestion;
        return asked_back;
    }
    // One word with a dot, or with letters and digits, tries to be an address: "ana.gmail.com".
    bool const one_stretch = m.words.text.find_first_of(" \n\t") == std::string::npos;
    bool const dotted = m.words.text.find('.') != std::string::npos ||
                        m.words.text.find("www") != std::string::npos;
    if (one_stretch && dotted && m.words.tokens.size() >= 3) return {{}, email_problem::no_at, {}};
    return {};
}

}  // namespace agente::guest
