// Who may do what: the one table of it. Routes name a right as their scope; the API document shows
// this table.
#pragma once

#include <boost/json/array.hpp>
#include <string_view>
#include <vector>

#include "tenancy/caller.hpp"

namespace agente::identity {

inline constexpr std::string_view roles[] = {"owner", "manager", "agent", "viewer"};  // falling

// Sorted; lives for ever. None for a role that nobody has.
std::vector<std::string_view> const& rights_of(std::string_view role, bool superuser);

// Whether somebody with `role` may give, take or edit accounts of role `other` in the own hotel: an
// owner of all of them, a manager of those below.
bool may_manage(std::string_view role, std::string_view other);
std::vector<std::string> roles_managed_by(tenancy::caller const& who);

// An operator on a command line of this machine, who may do everything. Not for anything a network
// sent.
tenancy::caller_ptr command_line_operator();

// [{"name": "flags:read", "description": "…", "roles": ["superuser", "owner", "manager"]}, …]
boost::json::array rights_table();

}  // namespace agente::identity
