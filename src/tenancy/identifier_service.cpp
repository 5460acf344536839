#include "tenancy/identifier_service.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "tenancy/identifiers.hpp"
#include "tenancy/security_log.hpp"

namespace agente::tenancy {
namespace {

bool letter_or_digit(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// WhatsApp's id of a user without a phone number: the country, a dot, letters and digits.
bool whatsapp_user_id(std::string_view s) {
    return s.size() > 3 && s.size() <= 131 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' &&
           s[1] <= 'Z' && s[2] == '.' && std::ranges::all_of(s.substr(3), letter_or_digit);
}

// For the log of security events: enough to recognise it, not to use it.
std::string masked(std::string const& identifier) {
    return identifier.find('@') == std::string::npos ? text::mask_phone(identifier)
                                                     : text::mask_email(identifier);
}

identifier_view view_of(store::identifier_row const& row) {
    return {.identifier = row.identifier, .created_at = row.created_at};
}

failure taken(bool say_who, std::string const& by) {
    return failure(error(error_kind::conflict, "identifiers.taken",
                         say_who ? fmt::format("the hotel {} has this identifier: remove it there "
                                               "first",
                                               by)
                                 : "another hotel has this identifier: ask an operator"));
}

}  // namespace

task<http::page<identifier_view>> identifier_service::list(caller const& who, std::string slug,
                                                           int limit,
                                                           std::optional<std::string> cursor) {
    auto const as = who.access_to(slug);
    auto const after = cursor ? http::read_cursor<identifiers_key>(*cursor).id : 0;
    auto rows = co_await store::list_identifiers(database_, as, slug, after, limit + 1);
    if (rows.empty() && !co_await store::tenant_exists(database_, as, slug))
        throw who.no_such_hotel();
    http::page<identifier_view> out;
    if (rows.size() > static_cast<std::size_t>(limit)) {
        rows.pop_back();
        out.next_cursor = http::write_cursor(identifiers_key{rows.back().id});
    }
    for (auto const& row : rows) out.items.push_back(view_of(row));
    co_return out;
}

task<added_identifier> identifier_service::add(caller const& who, std::string slug,
                                               std::string text) {
    auto const as = who.access_to(slug);
    auto const all = spellings(text);
    auto const normal = all.empty() ? std::string() : all.front();
    if (!normalise_phone(normal) && !normalise_email(normal) && !whatsapp_user_id(normal))
        throw failure(error(error_kind::invalid, "identifiers.malformed",
                            "an identifier is a phone number with its country (+598 94 123 456), "
                            "an e-mail address, or a WhatsApp user id (UY.13491208655302741918)"));
    // The second time it is asked, somebody was quicker.
    for (int left = 2; left > 0; --left) {
        auto const owners = co_await store::owners_of(database_, all);
        auto const other = std::ranges::find_if(
            owners, [&](auto const& owner) { return owner.tenant_id != slug; });
        if (other != owners.end()) throw taken(who.platform(), other->tenant_id);
        if (!owners.empty())
            co_return added_identifier{.what = {.identifier = owners.front().identifier,
                                                .created_at = owners.front().created_at},
                                       .is_new = false};
        auto const row = co_await store::add_identifier(database_, as, slug, normal);
        if (row) {
            log_.note({.type = "identifiers.added",
                       .tenant = slug,
                       .user_id = who.user_id(),
                       .address = who.address(),
                       .details = {{"identifier", masked(normal)}}});
            co_return added_identifier{.what = view_of(*row), .is_new = true};
        }
    }
    throw who.no_such_hotel();
}

task<> identifier_service::remove(caller const& who, std::string slug, std::string text) {
    auto const as = who.access_to(slug);
    auto const all = spellings(text);
    auto const gone =
        all.empty() ? 0 : co_await store::remove_identifiers(database_, as, slug, all);
    if (gone == 0)
        throw failure(error(error_kind::not_found, "identifiers.not_found",
                            "the hotel has no such identifier, or there is no such hotel: see the "
                            "list of the hotel's identifiers"));
    log_.note({.type = "identifiers.removed",
               .tenant = slug,
               .user_id = who.user_id(),
               .address = who.address(),
               .details = {{"identifier", masked(all.front())}}});
}

task<std::vector<found_identifier>> identifier_service::find(std::string text) {
    std::vector<found_identifier> out;
    auto all = spellings(text);
    if (all.empty()) co_return out;
    for (auto& owner : co_await store::owners_of(database_, std::move(all)))
        out.push_back({.slug = std::move(owner.tenant_id),
                       .hotel = std::move(owner.name),
                       .identifier = std::move(owner.identifier),
                       .created_at = owner.created_at});
    co_return out;
}

}  // namespace agente::tenancy
