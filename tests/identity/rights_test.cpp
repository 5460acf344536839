// The table of rights: who may do what.
#include "identity/rights.hpp"

#include <gmock/gmock.h>

namespace agente::identity {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

TEST(rights, each_role_has_those_of_the_role_below) {
    for (std::size_t i = 0; i + 1 < std::size(roles); ++i)
        EXPECT_THAT(rights_of(roles[i], false), IsSupersetOf(rights_of(roles[i + 1], false)))
            << roles[i];
    EXPECT_THAT(rights_of("", true), IsSupersetOf(rights_of("owner", false)));
}

TEST(rights, are_as_agreed) {
    EXPECT_THAT(rights_of("viewer", false), ElementsAre("session", "tenants:read"));
    EXPECT_THAT(rights_of("agent", false),
                ElementsAre("identifiers:read", "session", "tenants:read"));
    EXPECT_THAT(rights_of("owner", false),
                ElementsAre("flags:read", "flags:write", "identifiers:read", "identifiers:write",
                            "locks:read", "security:read", "session", "tenants:read",
                            "tenants:write", "users:read", "users:write"));
    EXPECT_THAT(rights_of("root", false), IsEmpty());
    EXPECT_THAT(rights_of("Owner", false), IsEmpty());
}

TEST(rights, no_hotel_has_a_right_of_the_platform) {
    for (auto const role : roles)
        for (auto const right : rights_of(role, false))
            EXPECT_FALSE(right.starts_with("platform:")) << role << " has " << right;
    EXPECT_THAT(rights_of("viewer", true), IsSupersetOf({"platform:users", "platform:tenants"}));
}

TEST(rights, callers_find_theirs) {
    auto const operator_ = command_line_operator();
    for (auto const right : rights_of({}, true)) EXPECT_TRUE(operator_->may(right)) << right;
    auto const agent = tenancy::authentication::caller_for({.user_id = "u",
                                                            .session_id = "s",
                                                            .role = "agent",
                                                            .platform = false,
                                                            .tenant = "hotel-sol",
                                                            .rights = &rights_of("agent", false)});
    EXPECT_TRUE(agent->may("tenants:read"));
    EXPECT_FALSE(agent->may("tenants:write"));
    EXPECT_FALSE(agent->may("tenants"));
    EXPECT_FALSE(agent->may(""));
}

TEST(rights, nobody_manages_those_above) {
    for (auto const role : roles) EXPECT_TRUE(may_manage("owner", role)) << role;
    EXPECT_FALSE(may_manage("manager", "owner"));
    EXPECT_FALSE(may_manage("manager", "manager"));
    EXPECT_TRUE(may_manage("manager", "agent"));
    EXPECT_TRUE(may_manage("manager", "viewer"));
    for (auto const role : roles) {
        EXPECT_FALSE(may_manage("agent", role)) << role;
        EXPECT_FALSE(may_manage("viewer", role)) << role;
        EXPECT_FALSE(may_manage("nobody", role)) << role;
        EXPECT_FALSE(may_manage(role, "nobody")) << role;
    }
}

TEST(rights, the_table_is_shown_whole) {
    auto const shown = rights_table();
    EXPECT_EQ(shown.size(), rights_of({}, true).size());
    auto const& session = shown.at(9).as_object();
    EXPECT_EQ(session.at("name"), "session");
    EXPECT_EQ(session.at("roles").as_array().size(), 5u);
}

}  // namespace
}  // namespace agente::identity
