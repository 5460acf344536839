#include "app/identity_settings.hpp"

#include <algorithm>
#include <thread>

#include "base/text.hpp"
#include "identity/signing_keys.hpp"
#include "tenancy/sealer.hpp"

namespace agente::app {
namespace {

constexpr std::string_view classes[] = {"upper", "lower", "digit", "symbol"};

std::vector<secret> parts_of(secret const& list) {
    std::vector<secret> out;
    for (auto const& one : text::split(list.reveal(), ','))
        if (auto const trimmed = text::trim(one); !trimmed.empty())
            out.emplace_back(std::string(trimmed));
    return out;
}

// Newlines may be written as \n, as single-line variables have them.
std::vector<secret> pem_blocks(secret const& text) {
    constexpr std::string_view end = "-----END PRIVATE KEY-----";
    std::string all(text.reveal());
    for (std::size_t at; (at = all.find("\\n")) != std::string::npos;) all.replace(at, 2, "\n");
    std::vector<secret> out;
    for (std::size_t from = 0, to; (to = all.find(end, from)) != std::string::npos;) {
        to += end.size();
        out.emplace_back(all.substr(from, to - from) + "\n");
        from = to;
    }
    if (out.empty() && !all.empty()) out.emplace_back(std::move(all));
    return out;
}

bool asked_for(settings const& s, std::string_view what) {
    return std::ranges::any_of(s.password_classes,
                               [&](auto const& c) { return text::lower(c) == what; });
}

}  // namespace

identity::options identity_options(settings const& s) {
    using std::chrono::days, std::chrono::minutes, std::chrono::seconds;
    identity::options out;
    out.secret_keys.push_back(s.secret_key);
    for (auto& earlier : parts_of(s.previous_secret_keys))
        out.secret_keys.push_back(std::move(earlier));
    out.algorithm = s.jwt_algorithm == "eddsa" ? identity::token_algorithm::eddsa
                                               : identity::token_algorithm::hs256;
    out.ed25519_keys = pem_blocks(s.jwt_private_keys);
    out.issuer = s.jwt_issuer;
    out.audience = s.jwt_audience;
    out.access_life = minutes(s.jwt_expiration_minutes);
    out.refresh_life = days(s.refresh_token_days);
    out.inactivity = days(s.session_inactivity_days);
    out.policy.shortest = static_cast<std::size_t>(s.password_min_length);
    out.policy.upper = asked_for(s, "upper");
    out.policy.lower = asked_for(s, "lower");
    out.policy.digit = asked_for(s, "digit");
    out.policy.symbol = asked_for(s, "symbol");
    out.policy.longest_use = days(s.password_max_age_days);
    out.lockout.window = minutes(s.lockout_minutes);
    out.lockout.of_pair = static_cast<int>(s.lockout_attempts);
    out.refuse_after = std::chrono::milliseconds(s.sign_in_refusal_ms);
    return out;
}

std::vector<secret> settings_keys(settings const& s) { return parts_of(s.settings_keys); }

std::vector<std::string> identity_problems(settings const& s) {
    std::vector<std::string> out;
    for (auto const& one : s.password_classes)
        if (std::ranges::find(classes, text::lower(one)) == std::end(classes))
            out.push_back("PASSWORD_CLASSES: '" + one + "' is none of upper, lower, digit, symbol");
    try {
        tenancy::sealer const sealed(settings_keys(s));
    } catch (failure const& e) {
        out.emplace_back(e.what());
    }
    auto const with = identity_options(s);
    if (with.algorithm == identity::token_algorithm::eddsa) {
        if (auto const keys = identity::signing_keys::ed25519(with.ed25519_keys); !keys)
            out.push_back(keys.error().message());
    } else if (!s.secret_key.empty()) {
        if (auto const keys = identity::signing_keys::hs256(with.secret_keys); !keys)
            out.push_back(keys.error().message());
    }
    return out;
}

}  // namespace agente::app
