// Who asks, as far as hotels are concerned: somebody of one hotel, or a platform operator. Made by
// authentication alone; the guard of the routes puts it into request.principal. Code that holds one
// has proof that a token was checked.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "http/message.hpp"
#include "tenancy/scope.hpp"

namespace agente::tenancy {

class security_log;

class caller {
public:
    std::string const& user_id() const noexcept { return user_id_; }
    std::string const& session_id() const noexcept { return session_id_; }
    std::string const& role() const noexcept { return role_; }  // owner, manager, agent, viewer
    std::string const& address() const noexcept { return address_; }  // empty: not known
    bool platform() const noexcept { return platform_; }              // an operator of all hotels
    std::optional<scope> const& hotel() const noexcept { return hotel_; }  // none: platform only

    // `right` as in identity/rights.hpp: "tenants:write".
    bool may(std::string_view right) const noexcept;

    // The right to act for that hotel: its own, or any for a platform operator. Throws failure
    // not_found "tenants.not_found" otherwise, as for a hotel that does not exist, and notes the
    // security event "tenancy.other_hotel_refused": whatever names a hotel comes through here.
    scope for_hotel(std::string const& slug) const;

    // The same for statements on what hotels and users are: a platform operator's run as one.
    postgres::access access_to(std::string const& slug) const;

    // For a hotel that is not there: not_found "tenants.not_found".
    failure no_such_hotel() const;

    // Statements see all hotels for a platform operator, and the caller's own otherwise. Throws
    // failure forbidden "auth.no_hotel" for a caller who has neither.
    postgres::access access() const;

private:
    friend class authentication;
    caller() = default;

    std::string user_id_, session_id_, role_, address_;
    bool platform_{false};
    std::optional<scope> hotel_;
    std::vector<std::string_view> const* rights_{nullptr};  // sorted; lives for ever
    security_log* log_{nullptr};
};

using caller_ptr = std::shared_ptr<caller const>;

// Of a request that passed the guard of a route with a scope. Throws failure unauthenticated
// "auth.required" when nobody signed in.
caller const& caller_of(http::request const& r);

// The only maker of callers. Used by identity, after it has checked a token, and by the command
// line.
class authentication {
public:
    struct facts {
        std::string user_id, session_id, role;
        bool platform{false};
        std::string tenant;                                    // slug; empty: none
        std::vector<std::string_view> const* rights{nullptr};  // sorted; lives for ever
        std::string address{};                                 // where the request came from
        security_log* log{nullptr};  // refusals are noted here; outlives the caller
    };
    static caller_ptr caller_for(facts known);
};

}  // namespace agente::tenancy
