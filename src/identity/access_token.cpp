#include "identity/access_token.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace agente::identity {
namespace {

namespace json = boost::json;

error invalid() {
    return error(error_kind::unauthenticated, "auth.token_invalid",
                 "the access token is not one of ours, or was changed: refresh it or sign in "
                 "again");
}

bool read(json::object const& from, std::string_view name, std::string& into) {
    auto const* const found = from.if_contains(name);
    if (found == nullptr || !found->is_string()) return false;
    into.assign(found->get_string().data(), found->get_string().size());
    return true;
}
bool read(json::object const& from, std::string_view name, bool& into) {
    auto const* const found = from.if_contains(name);
    if (found == nullptr || !found->is_bool()) return false;
    into = found->get_bool();
    return true;
}
bool read(json::object const& from, std::string_view name, std::int64_t& into) {
    auto const* const found = from.if_contains(name);
    if (found == nullptr || !found->is_int64() || found->get_int64() < 0) return false;
    into = found->get_int64();
    return true;
}
bool is(json::object const& from, std::string_view name, std::string_view wanted) {
    auto const* const found = from.if_contains(name);
    return found != nullptr && found->is_string() && found->get_string() == wanted;
}

}  // namespace

std::string access_tokens::make(claims const& of) const {
    return keys_.sign(json::serialize(json::object{{"iss", issuer_},
                                                   {"aud", audience_},
                                                   {"sub", of.user_id},
                                                   {"sid", of.session_id},
                                                   {"jti", of.id},
                                                   {"role", of.role},
                                                   {"tenant", of.tenant},
                                                   {"su", of.superuser},
                                                   {"pwd", of.must_change},
                                                   {"rev", of.revision},
                                                   {"iat", of.issued_at},
                                                   {"exp", of.expires_at}}));
}

result<claims> access_tokens::check(std::string_view token, time_point now) const {
    auto const text = keys_.verify(token);
    if (!text) return invalid();
    unsigned char room[4096];
    json::monotonic_resource memory(room, sizeof room);
    boost::system::error_code wrong;
    auto const parsed = json::parse(*text, wrong, &memory);
    if (wrong || !parsed.is_object()) return invalid();
    auto const& said = parsed.get_object();
    claims out;
    if (!is(said, "iss", issuer_) || !is(said, "aud", audience_) ||
        !read(said, "sub", out.user_id) || !read(said, "sid", out.session_id) ||
        !read(said, "jti", out.id) || !read(said, "role", out.role) ||
        !read(said, "tenant", out.tenant) || !read(said, "su", out.superuser) ||
        !read(said, "pwd", out.must_change) || !read(said, "rev", out.revision) ||
        !read(said, "iat", out.issued_at) || !read(said, "exp", out.expires_at))
        return invalid();
    auto const second = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    std::int64_t not_before = out.issued_at;
    if (said.contains("nbf") && !read(said, "nbf", not_before)) return invalid();
    if (std::max(not_before, out.issued_at) > second + most_skew.count()) return invalid();
    if (out.expires_at <= second || out.expires_at - out.issued_at > longest_life_.count())
        return error(error_kind::unauthenticated, "auth.token_expired",
                     "the access token has expired: refresh it at /api/v1/auth/refresh");
    return out;
}

}  // namespace agente::identity
