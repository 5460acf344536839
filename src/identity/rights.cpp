#include "identity/rights.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

namespace agente::identity {
namespace {

struct row {
    std::string_view right;
    bool owner, manager, agent, viewer;  // a superuser has them all
};

// Sorted by name.
constexpr row table[] = {
    // right                owner  manager agent  viewer
    {"flags:read", true, true, false, false},
    {"flags:write", true, true, false, false},
    {"identifiers:read", true, true, true, false},
    {"identifiers:write", true, true, false, false},
    {"locks:read", true, true, false, false},
    {"platform:flags", false, false, false, false},    // for all hotels at once
    {"platform:tenants", false, false, false, false},  // create, suspend, delete, list all
    {"platform:users", false, false, false, false},    // superusers, people of no hotel
    {"security:read", true, true, false, false},
    {"session", true, true, true, true},  // one's own account
    {"tenants:read", true, true, true, true},
    {"tenants:write", true, true, false, false},
    {"users:read", true, true, false, false},
    {"users:write", true, true, false, false},  // a manager: agents and viewers only
};
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

boost::json::object rights_table() {
    boost::json::object out;
    auto const add = [&](std::string_view name, std::vector<std::string_view> const& rights) {
        boost::json::array list;
        for (auto const r : rights) list.emplace_back(r);
        out.emplace(name, std::move(list));
    };
    add("superuser", rights_of({}, true));
    for (auto const role : roles) add(role, rights_of(role, false));
    return out;
}

}  // namespace agente::identity
