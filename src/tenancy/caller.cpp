#include "tenancy/caller.hpp"

#include <algorithm>

#include "base/result.hpp"
#include "tenancy/security_log.hpp"

namespace agente::tenancy {

bool caller::may(std::string_view right) const noexcept {
    return rights_ != nullptr && std::ranges::binary_search(*rights_, right);
}

scope caller::for_hotel(std::string const& slug) const {
    if (platform_) return scope(slug);
    if (hotel_ && hotel_->slug() == slug) return *hotel_;
    if (log_ != nullptr)
        log_->note({.type = "tenancy.other_hotel_refused",
                    .tenant = hotel_ ? hotel_->slug() : std::string(),
                    .user_id = user_id_,
                    .address = address_,
                    .details = {{"asked_for", slug.substr(0, 255)}}});
    throw no_such_hotel();
}

failure caller::no_such_hotel() const {
    return failure(error(
        error_kind::not_found, "tenants.not_found",
        platform_ ? "there is no such hotel: GET /api/v1/admin/tenants, or agente-hotel tenant "
                    "list, has those there are"
                  : "there is no such hotel, or it is not yours: GET /api/v1/admin/tenants has "
                    "yours"));
}

postgres::access caller::access_to(std::string const& slug) const {
    auto const hotel = for_hotel(slug);
    return platform_ ? postgres::access::platform() : hotel.access();
}

postgres::access caller::access() const {
    if (platform_) return postgres::access::platform();
    if (hotel_) return hotel_->access();
    throw failure(error(error_kind::forbidden, "auth.no_hotel",
                        "your account belongs to no hotel: ask an operator to assign one"));
}

caller const& caller_of(http::request const& r) {
    auto const* const who = std::any_cast<caller_ptr>(&r.principal);
    if (who == nullptr || *who == nullptr)
        throw failure(error(error_kind::unauthenticated, "auth.required",
                            "sign in: send the access token as Authorization: Bearer"));
    return **who;
}

caller_ptr authentication::caller_for(facts known) {
    std::shared_ptr<caller> made(new caller);
    made->user_id_ = std::move(known.user_id);
    made->session_id_ = std::move(known.session_id);
    made->role_ = std::move(known.role);
    made->platform_ = known.platform;
    if (!known.tenant.empty()) made->hotel_ = scope(std::move(known.tenant));
    made->rights_ = known.rights;
    made->address_ = std::move(known.address);
    made->log_ = known.log;
    return made;
}

}  // namespace agente::tenancy
