#include "identity/rights.hpp"

#include <algorithm>
#include <boost/json/object.hpp>

namespace agente::identity {
namespace {

struct row {
    std::string_view right;
    bool owner, manager, agent, viewer;  // a superuser has them all
    std::string_view meaning;
};

// Sorted by name. Laid out by hand.
// clang-format off
constexpr row table[] = {
    // right              owner  manager agent  viewer
    {"flags:read",        true,  true,  false, false, "See the hotel's feature flags"},
    {"flags:write",       true,  true,  false, false, "Switch them"},
    {"identifiers:read",  true,  true,  true,  false, "See what the hotel's guests are known by"},
    {"identifiers:write", true,  true,  false, false, "Add and remove it"},
    {"locks:read",        true,  true,  false, false, "See the hotel's locks and their audit"},
    {"platform:flags",    false, false, false, false, "Switch flags for all hotels at once"},
    {"platform:tenants",  false, false, false, false, "Add, suspend and delete hotels; see all of them"},
    {"platform:users",    false, false, false, false, "Manage superusers and people of no hotel"},
    {"security:read",     true,  true,  false, false, "See the hotel's security events"},
    {"session",           true,  true,  true,  true,  "One's own account: whoever is signed in"},
    {"tenants:read",      true,  true,  true,  true,  "See the hotel and its settings"},
    {"tenants:write",     true,  true,  false, false, "Change them"},
    {"users:read",        true,  true,  false, false, "See the hotel's people"},
    {"users:write",       true,  true,  false, false, "Manage them; a manager: agents and viewers only"},
};
// clang-format on
static_assert(std::ranges::is_sorted(table, {}, &row::right));

std::vector<std::string_view> column(bool row::*role) {
    std::vector<std::string_view> all;
    for (auto const& r : table)
        if (role == nullptr || r.*role) all.push_back(r.right);
    return all;
}

}  // namespace

std::vector<std::string_view> const& rights_of(std::string_view role, bool superuser) {
    static auto const everything = column(nullptr), owner = column(&row::owner),
                      manager = column(&row::manager), agent = column(&row::agent),
                      viewer = column(&row::viewer);
    static std::vector<std::string_view> const nothing;
    if (superuser) return everything;
    if (role == "owner") return owner;
    if (role == "manager") return manager;
    if (role == "agent") return agent;
    if (role == "viewer") return viewer;
    return nothing;
}

bool may_manage(std::string_view role, std::string_view other) {
    auto const rank = std::ranges::find(roles, role) - std::begin(roles);
    auto const others = std::ranges::find(roles, other) - std::begin(roles);
    if (others == std::ssize(roles)) return false;
    return rank == 0 || (rank == 1 && others > 1);
}

std::vector<std::string> roles_managed_by(tenancy::caller const& who) {
    std::vector<std::string> all;
    for (auto const role : roles)
        if (who.platform() || may_manage(who.role(), role)) all.emplace_back(role);
    return all;
}

tenancy::caller_ptr command_line_operator() {
    return tenancy::authentication::caller_for({.user_id = {},
                                                .session_id = {},
                                                .role = {},
                                                .platform = true,
                                                .tenant = {},
                                                .rights = &rights_of({}, true)});
}

boost::json::array rights_table() {
    boost::json::array out;
    for (auto const& r : table) {
        boost::json::array who{"superuser"};
        bool const has[] = {r.owner, r.manager, r.agent, r.viewer};
        for (std::size_t i = 0; i < std::size(roles); ++i)
            if (has[i]) who.emplace_back(roles[i]);
        out.push_back(boost::json::object{
            {"name", r.right}, {"description", r.meaning}, {"roles", std::move(who)}});
    }
    return out;
}

}  // namespace agente::identity
