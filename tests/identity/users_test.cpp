// Administering people: each hotel its own, nobody above, nobody himself.
#include "identity/house.hpp"
#include "identity/rights.hpp"

namespace agente::identity {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class administering : public house {
protected:
    identity::users& users() { return home->identity.users; }
    std::vector<std::string> names(tenancy::caller const& who, store::person_filter by = {}) {
        std::vector<std::string> out;
        for (auto const& p : run(users().find(who, std::move(by)))) out.push_back(p.username);
        return out;
    }
    new_user somebody(std::string role = "agent") {
        return {.username = "New",
                .email = "new@sol.example",
                .full_name = {},
                .role = std::move(role),
                .tenant = {},
                .superuser = false,
                .password = {},
                .must_change = true};
    }
    // What each of them answers for that person, all of them the same.
    std::vector<std::string> all_codes(tenancy::caller const& who, std::string const& id) {
        store::person_change disabled, renamed;
        disabled.is_active = false;
        renamed.full_name.emplace("Renamed");
        return {code_of(users().change(who, id, disabled)),
                code_of(users().change(who, id, renamed)),
                code_of(users().remove(who, id)),
                code_of(users().invite(who, id)),
                code_of(users().force_password_change(who, id)),
                code_of(users().unlock(who, id)),
                code_of(users().end_sessions(who, id))};
    }
};

TEST_F(administering, each_hotel_sees_its_own_people) {
    auto const ana = signed_in("ana"), luz = signed_in("luz"), root = signed_in("root");
    EXPECT_THAT(names(*ana), ElementsAre("ana", "eva", "max"));
    EXPECT_THAT(names(*luz), ElementsAre("leo", "luz"));
    EXPECT_THAT(names(*root), ElementsAre("ana", "eva", "leo", "luz", "max", "root"));
    EXPECT_THAT(names(*root, {.tenant = "luna", .words = {}, .after = {}}),
                ElementsAre("leo", "luz"));
    EXPECT_THAT(names(*root, {.tenant = {}, .words = "EVA@", .after = {}}), ElementsAre("eva"));
    EXPECT_THAT(names(*root, {.tenant = {}, .words = "%", .after = {}}), ElementsAre());
    EXPECT_THAT(names(*root, {.tenant = {}, .words = {}, .after = "eva", .most = 2}),
                ElementsAre("leo", "luz"));
    EXPECT_EQ(code_of(users().find(*ana, {.tenant = "luna", .words = {}, .after = {}})),
              "tenants.not_found");
    EXPECT_EQ(code_of(users().get(*ana, "u-luz")), "users.not_found");
    EXPECT_EQ(code_of(users().get_by_name(*ana, "luz@luna.example")), "users.not_found");
    EXPECT_EQ(run(users().get_by_name(*ana, "EVA")).id, "u-eva");
    EXPECT_THAT(events("tenant_id is null or event_type like 'tenancy%'"),
                HasSubstr("tenancy.other_hotel_refused"));
}

TEST_F(administering, nobody_reaches_into_another_hotel) {
    auto const luz = signed_in("luz");
    auto const before = sql("select md5(string_agg(u::text, '' order by id)) from public.users u");
    EXPECT_THAT(all_codes(*luz, "u-eva"), testing::Each("users.not_found"));
    EXPECT_THAT(all_codes(*luz, "u-root"), testing::Each("users.not_found"));
    EXPECT_THAT(all_codes(*luz, "' or true --"), testing::Each("users.not_found"));
    EXPECT_THAT(
        events("event_type = 'users.unknown_refused' and details ->> 'asked_for' = 'u-eva'"),
        HasSubstr("users.unknown_refused"));
    auto made = somebody();
    made.tenant = "sol";
    EXPECT_EQ(code_of(users().create(*luz, made)), "tenants.not_found");
    EXPECT_EQ(sql("select md5(string_agg(u::text, '' order by id)) from public.users u"), before);
    EXPECT_EQ(sql("select count(*) from agente.one_time_links"), "0");
}

TEST_F(administering, nobody_changes_who_is_above) {
    sql("update public.users set tenant_id = 'sol' where id = 'u-root'");
    auto const max = signed_in("max"), ana = signed_in("ana");
    auto const before = sql("select md5(string_agg(u::text, '' order by id)) from public.users u");
    EXPECT_THAT(all_codes(*max, "u-ana"), testing::Each("users.not_yours"));
    EXPECT_THAT(all_codes(*ana, "u-root"), testing::Each("users.not_yours")) << "a superuser";
    for (auto const* const role : {"owner", "manager"})
        EXPECT_EQ(code_of(users().create(*max, somebody(role))), "users.role_above") << role;
    store::person_change promoted;
    promoted.role = "manager";
    EXPECT_EQ(code_of(users().change(*max, "u-eva", promoted)), "users.role_above");
    auto super = somebody();
    super.superuser = true;
    EXPECT_EQ(code_of(users().create(*ana, super)), "users.role_above");
    store::person_change raised;
    raised.is_superuser = true;
    EXPECT_EQ(code_of(users().change(*ana, "u-eva", raised)), "users.platform_only");
    store::person_change moved;
    moved.tenant_id.emplace("luna");
    EXPECT_EQ(code_of(users().change(*ana, "u-eva", moved)), "users.platform_only");
    EXPECT_EQ(sql("select md5(string_agg(u::text, '' order by id)) from public.users u"), before);
}

TEST_F(administering, nobody_does_it_to_himself) {
    auto const ana = signed_in("ana");
    store::person_change off, lower, named;
    off.is_active = false;
    lower.role = "viewer";
    named.full_name.emplace("Ana Ruiz");
    EXPECT_EQ(code_of(users().change(*ana, "u-ana", off)), "users.yourself");
    EXPECT_EQ(code_of(users().change(*ana, "u-ana", lower)), "users.yourself");
    EXPECT_EQ(code_of(users().remove(*ana, "u-ana")), "users.yourself");
    EXPECT_EQ(run(users().change(*ana, "u-ana", named)).full_name, "Ana Ruiz");
}

TEST_F(administering, people_are_invited_and_choose_their_password) {
    auto const ana = signed_in("ana");
    auto const made = run(users().create(*ana, somebody()));
    EXPECT_EQ(made.who.tenant_id, "sol");
    EXPECT_EQ(made.who.role, "agent");
    ASSERT_TRUE(made.invited);
    EXPECT_EQ(sign_in_code("new", "!"), "auth.invalid_credentials");
    run(home->identity.passwords.accept_link(std::string(made.invited->token.reveal()),
                                             secret("seven herons under a bridge"), {}));
    auto const tokens = sign_in("new@sol.example", "seven herons under a bridge");
    EXPECT_FALSE(tokens.whose.must_change);
    EXPECT_EQ(caller(tokens.access_token)->hotel()->slug(), "sol");
    EXPECT_EQ(sql("select distinct purpose from agente.one_time_links"), "invite");
    EXPECT_EQ(events("event_type like 'users.%'"), "users.created users.invited");
}

TEST_F(administering, people_with_a_password_of_the_administrator_choose_another) {
    auto made = somebody();
    made.password = secret("seven herons under a bridge");
    auto const created = run(users().create(*signed_in("ana"), made));
    EXPECT_FALSE(created.invited);
    EXPECT_TRUE(sign_in("new", "seven herons under a bridge").whose.must_change);
    made.username = "other", made.email = "other@sol.example", made.password = secret("short");
    EXPECT_EQ(code_of(users().create(*signed_in("ana"), made)), "password.too_short");
}

TEST_F(administering, names_and_addresses_are_one_persons) {
    auto const ana = signed_in("ana");
    auto taken = somebody();
    taken.username = "EVA";
    EXPECT_EQ(code_of(users().create(*ana, taken)), "users.username_taken");
    taken = somebody();
    taken.email = "Luz@Luna.example";
    EXPECT_EQ(code_of(users().create(*ana, taken)), "users.email_taken");
    for (auto const* const bad : {"", "a b", "a@b", "a\nb"}) {
        taken = somebody();
        taken.username = bad;
        EXPECT_EQ(code_of(users().create(*ana, taken)), "users.username") << bad;
    }
    for (auto const* const bad :
         {"", "x", "@x", "x@", "a@b@c", "a b@c", ".a@b", "a..b@c", "a.@b", "a@b..c", "a@-b", "a@b-",
          "a@b_c", "a@b.", "a@\u00fa.example", "\u00fa@b.example", "a@b\u0092", "\"a\"@b"}) {
        taken = somebody();
        taken.email = bad;
        EXPECT_EQ(code_of(users().create(*ana, taken)), "users.email") << bad;
    }
    store::person_change same;
    same.email = "ana@sol.example";
    EXPECT_EQ(code_of(users().change(*ana, "u-eva", same)), "users.email_taken");
    auto nowhere = somebody();
    nowhere.tenant = "nowhere";
    EXPECT_EQ(code_of(users().create(*signed_in("root"), nowhere)), "users.no_such_hotel");
}

TEST_F(administering, the_disabled_are_out_at_once_and_the_enabled_may_return) {
    auto const ana = signed_in("ana");
    auto const eva = sign_in("eva");
    store::person_change off, on;
    off.is_active = false;
    on.is_active = true;
    EXPECT_FALSE(run(users().change(*ana, "u-eva", off)).is_active);
    time.by += 1'001ms;
    EXPECT_EQ(caller_code(eva.access_token), "auth.session_ended");
    EXPECT_EQ(sign_in_code("eva", password_of_all), "auth.invalid_credentials");
    run(users().change(*ana, "u-eva", on));
    EXPECT_EQ(code_of(home->identity.sessions.refresh(eva.refresh_token, {})), "auth.session_ended")
        << "the session stays ended";
    EXPECT_EQ(sign_in_code("eva", password_of_all), "fine");
    EXPECT_EQ(events("event_type like 'users.%'"), "users.disabled users.enabled");
}

TEST_F(administering, roles_change_and_it_is_noted) {
    auto const ana = signed_in("ana");
    store::person_change to;
    to.role = "manager";
    EXPECT_EQ(run(users().change(*ana, "u-eva", to)).role, "manager");
    EXPECT_EQ(events("event_type = 'users.role_changed' and details ->> 'by' = 'u-ana' and "
                     "details ->> 'from' = 'agent' and details ->> 'to' = 'manager'"),
              "users.role_changed");
}

TEST_F(administering, new_names_and_resets_are_noted) {
    auto const ana = signed_in("ana");
    store::person_change named, moved;
    named.full_name.emplace("Eva Lind");
    moved.email = "eva.lind@sol.example";
    run(users().change(*ana, "u-eva", named));
    run(users().change(*ana, "u-eva", moved));
    run(users().invite(*ana, "u-eva"));
    EXPECT_EQ(events("event_type like 'users.%'"), "users.renamed users.invited");
    EXPECT_EQ(sql("select details ->> 'email' || ' ' || (details ->> 'username') from "
                  "agente.security_events where event_type = 'users.renamed'"),
              "true false");
    EXPECT_EQ(sql("select details ->> 'purpose' from agente.security_events where event_type = "
                  "'users.invited'"),
              "reset");
}

TEST_F(administering, superusers_stand_outside_hotels) {
    auto const root = signed_in("root");
    auto both = somebody("owner");
    both.tenant = "sol", both.superuser = true;
    EXPECT_EQ(code_of(users().create(*root, both)), "users.superuser_of_hotel");
    store::person_change raised, raised_there, moved;
    raised.is_superuser = true;
    raised_there = raised;
    raised_there.tenant_id.emplace("sol");
    moved.tenant_id.emplace("sol");
    EXPECT_EQ(code_of(users().change(*root, "u-eva", raised_there)), "users.superuser_of_hotel");
    EXPECT_EQ(run(users().change(*root, "u-eva", raised)).tenant_id, std::nullopt);
    EXPECT_EQ(code_of(users().change(*root, "u-eva", moved)), "users.superuser_of_hotel");
    moved.is_superuser = false;
    EXPECT_EQ(run(users().change(*root, "u-eva", moved)).tenant_id, "sol");
}

TEST_F(administering, the_deleted_are_gone_with_all_that_was_theirs) {
    auto const ana = signed_in("ana");
    auto const eva = sign_in("eva");
    run(users().invite(*ana, "u-eva"));
    run(users().remove(*ana, "u-eva"));
    EXPECT_EQ(
        sql("select (select count(*) from public.users where id = 'u-eva') + (select count(*) from "
            "public.user_sessions where user_id = 'u-eva') + (select count(*) from agente.one_time_links)"),
        "0");
    time.by += 1'001ms;
    EXPECT_EQ(caller_code(eva.access_token), "auth.session_ended");
    EXPECT_EQ(code_of(users().remove(*ana, "u-eva")), "users.not_found");
    EXPECT_EQ(events("event_type = 'users.deleted'"), "users.deleted");
}

TEST_F(administering, sessions_of_others_are_ended) {
    auto const eva = sign_in("eva");
    sign_in("eva");
    EXPECT_EQ(run(users().end_sessions(*signed_in("ana"), "u-eva")), 2);
    time.by += 1'001ms;
    EXPECT_EQ(caller_code(eva.access_token), "auth.session_ended");
}

TEST_F(administering, the_platforms_operator_begins_on_a_command_line) {
    auto const operator_ = command_line_operator();
    new_user first{.username = "boss",
                   .email = "boss@platform.example",
                   .full_name = {},
                   .role = "viewer",
                   .tenant = {},
                   .superuser = true,
                   .password = secret("seven herons under a bridge"),
                   .must_change = false};
    run(users().create(*operator_, first));
    auto const boss = caller(sign_in("boss", "seven herons under a bridge").access_token);
    EXPECT_TRUE(boss->platform());
    store::person_change moved;
    moved.tenant_id.emplace("luna");
    moved.role = "owner";
    EXPECT_EQ(run(users().change(*boss, "u-eva", moved)).tenant_id, "luna");
    EXPECT_THAT(names(*boss), testing::Contains("root"));
}

TEST_F(administering, security_events_are_read_by_their_hotel) {
    auto const ana = signed_in("ana"), luz = signed_in("luz"), root = signed_in("root");
    sign_in_code("eva", "wrong");
    sign_in_code("leo", "wrong");
    events();
    auto const types = [&](tenancy::caller const& who, event_filter by) {
        std::vector<std::string> out;
        for (auto const& e : run(home->identity.events.find(who, std::move(by))))
            out.push_back(e.user_id.value_or("?") + " " + e.event_type);
        return out;
    };
    EXPECT_THAT(types(*ana, {}), ElementsAre("u-eva auth.sign_in_failed", "u-ana auth.signed_in"));
    EXPECT_THAT(types(*luz, {}), ElementsAre("u-leo auth.sign_in_failed", "u-luz auth.signed_in"));
    EXPECT_EQ(types(*root, {}).size(), 5u);
    EXPECT_THAT(types(*root, {.type = "auth.sign_in_failed", .tenant = "sol"}),
                ElementsAre("u-eva auth.sign_in_failed"));
    EXPECT_THAT(types(*ana, {.type = {}, .tenant = "luna"}), ElementsAre());
    EXPECT_THAT(types(*root, {.user = "u-luz"}), ElementsAre("u-luz auth.signed_in"));
    auto const page = run(home->identity.events.find(*root, {.most = 2}));
    ASSERT_EQ(page.size(), 2u);
    auto const rest = run(home->identity.events.find(
        *root, {.before = std::pair(page[1].occurred_at, page[1].id), .most = 10}));
    EXPECT_EQ(rest.size(), 3u);
    EXPECT_EQ(types(*root, {.until = page[1].occurred_at}).size(), 3u);
    EXPECT_EQ(types(*root, {.from = page[1].occurred_at}).size(), 2u);
}

}  // namespace
}  // namespace agente::identity
