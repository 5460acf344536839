#include "identity/token_maker.hpp"

#include "base/ids.hpp"

namespace agente::identity {
namespace {

signing_keys keys_of(options const& with) {
    auto keys = with.algorithm == token_algorithm::eddsa ? signing_keys::ed25519(with.ed25519_keys)
                                                         : signing_keys::hs256(with.secret_keys);
    return std::move(keys).value();
}

double in_seconds(std::chrono::seconds s) { return static_cast<double>(s.count()); }

}  // namespace

token_maker::token_maker(options const& with, clock const& time)
    : time_(time), access_life_(with.access_life),
      access_(keys_of(with), with.issuer, with.audience, with.access_life),
      refresh_(with.secret_keys), limits_{.life = in_seconds(with.refresh_life),
                                          .inactivity = in_seconds(with.inactivity),
                                          .grace = in_seconds(with.refresh_grace),
                                          .password_age = in_seconds(with.policy.longest_use)} {
    if (with.secret_keys.empty())
        throw failure(error(error_kind::invalid, "secret_key.missing",
                            "SECRET_KEY is not set: make one with openssl rand -hex 32"));
}

std::string token_maker::new_token_id() const {
    system_random random;
    return new_uuid(time_, random);
}

token_maker::beginning token_maker::begin(origin from) const {
    auto const id = new_token_id();
    auto token = refresh_.make({.session_id = id, .rotation = 0});
    auto hash = refresh_tokens::hash(token.reveal());
    return {.row = {.id = id,
                    .token_jti = new_token_id(),
                    .refresh_hash = std::move(hash),
                    .from = std::move(from)},
            .refresh_token = std::move(token)};
}

issued_tokens token_maker::issue(session_facts whose, secret refresh_token,
                                 std::string token_id) const {
    using std::chrono::seconds;
    auto const now = std::chrono::floor<seconds>(time_.now());
    auto const left = std::chrono::floor<seconds>(whose.expires_at - whose.server_now);
    auto const life = std::min(access_life_, std::max(left, seconds(1)));
    claims const says{.user_id = whose.user_id,
                      .session_id = whose.session_id,
                      .id = std::move(token_id),
                      .role = whose.role,
                      .tenant = whose.tenant_id.value_or(""),
                      .superuser = whose.is_superuser,
                      .must_change = whose.must_change,
                      .revision = whose.revision,
                      .issued_at = now.time_since_epoch().count(),
                      .expires_at = (now + life).time_since_epoch().count()};
    return {.access_token = access_.make(says),
            .access_life = life,
            .refresh_token = std::move(refresh_token),
            .refresh_life = left,
            .whose = std::move(whose)};
}

}  // namespace agente::identity
