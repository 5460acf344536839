// What is revoked anywhere is refused everywhere within a second, without asking for each request.
#include "identity/house.hpp"

namespace agente::identity {
namespace {

using namespace std::chrono_literals;

class revoking : public house {
protected:
    double reads(std::string const& outcome = "done") {
        return metrics.count("revocation_reads_total", "", {{"outcome", outcome}}).value();
    }
    std::string later_code(std::string const& token, instance& at) {
        time.by += 1'001ms;
        return caller_code(token, &at);
    }
};

TEST_F(revoking, a_session_ended_at_one_instance_ends_at_the_other) {
    auto& other = another_instance();
    auto const ended = sign_in("ana"), kept = sign_in("ana");
    EXPECT_EQ(caller_code(ended.access_token, &other), "fine");
    run(home->identity.sessions.sign_out(*caller(ended.access_token), logout_scope::local));
    EXPECT_EQ(later_code(ended.access_token, other), "auth.session_ended");
    EXPECT_EQ(caller_code(ended.access_token, &other), "auth.session_ended") << "and stays so";
    EXPECT_EQ(caller_code(kept.access_token, &other), "fine");
}

TEST_F(revoking, requests_do_not_ask_the_database) {
    auto const tokens = sign_in("ana");
    EXPECT_EQ(caller_code(tokens.access_token), "fine");
    auto const before = reads();
    for (int i = 0; i < 500; ++i) caller(tokens.access_token);
    EXPECT_LE(reads() - before, 30) << "500 checks: one read in half a second, however slow we are";
    time.by += 700ms;
    EXPECT_EQ(caller_code(tokens.access_token), "fine") << "old, but good enough";
}

TEST_F(revoking, callers_that_wait_share_one_read) {
    auto const tokens = sign_in("ana");
    caller(tokens.access_token);
    time.by += 2s;
    auto const before = reads();
    auto const said = home->identity.tokens.access().check(tokens.access_token, time.now()).value();
    int fine = 0;
    for (int i = 0; i < 100; ++i)
        asio::co_spawn(loop, home->identity.revoked.revoked(said),
                       [&](std::exception_ptr e, bool dead) { fine += !e && !dead; });
    while (fine < 100) run(net::pause(1ms));
    EXPECT_EQ(reads() - before, 1);
}

TEST_F(revoking, changed_rights_need_new_tokens_and_new_tokens_are_good) {
    auto const eva = sign_in("eva");
    EXPECT_FALSE(caller(eva.access_token)->may("users:read"));
    sql("update public.users set role = 'manager' where id = 'u-eva'");
    time.by += 1'001ms;
    EXPECT_EQ(caller_code(eva.access_token), "auth.session_ended");
    auto const fresh = run(home->identity.sessions.refresh(eva.refresh_token, {}));
    EXPECT_EQ(caller_code(fresh.access_token), "fine");
    EXPECT_TRUE(caller(fresh.access_token)->may("users:read"));
    sql("update public.users set full_name = 'Eva' where id = 'u-eva'");
    time.by += 1'001ms;
    EXPECT_EQ(caller_code(fresh.access_token), "fine") << "a name is no right";
}

TEST_F(revoking, a_disabled_account_and_a_suspended_hotel_come_back_with_new_tokens) {
    auto const eva = sign_in("eva"), luz = sign_in("luz");
    sql("update public.users set is_active = false where id = 'u-eva';"
        "update public.tenants set status = 'suspended' where tenant_id = 'luna'");
    time.by += 1'001ms;
    EXPECT_EQ(caller_code(eva.access_token), "auth.session_ended");
    EXPECT_EQ(caller_code(luz.access_token), "auth.session_ended");
    sql("update public.users set is_active = true where id = 'u-eva';"
        "update public.tenants set status = 'active' where tenant_id = 'luna'");
    EXPECT_EQ(caller_code(sign_in("eva").access_token), "fine");
    EXPECT_EQ(caller_code(sign_in("luz").access_token), "fine");
    time.by += 1'001ms;
    EXPECT_EQ(caller_code(eva.access_token), "auth.session_ended") << "the old ones stay dead";
    EXPECT_EQ(caller_code(luz.access_token), "auth.session_ended");
}

TEST_F(revoking, a_deleted_users_tokens_are_worth_nothing) {
    auto const eva = sign_in("eva");
    sql("delete from public.users where id = 'u-eva'");
    time.by += 1'001ms;
    EXPECT_EQ(caller_code(eva.access_token), "auth.session_ended");
}

TEST_F(revoking, a_new_instance_knows_what_was_revoked_before_it_began) {
    auto const tokens = sign_in("ana");
    sql("update public.user_sessions set is_revoked = true");
    auto& other = another_instance();
    EXPECT_EQ(caller_code(tokens.access_token, &other), "auth.session_ended");
}

TEST_F(revoking, more_rows_than_fit_into_one_answer_are_all_read) {
    auto const tokens = sign_in("ana");
    sql("insert into agente.revocations (session_id) select 'other-' || n from generate_series(1, 4500) n;"
        "update public.user_sessions set is_revoked = true;"
        "insert into agente.revocations (session_id) select 'more-' || n from generate_series(1, 1500) n");
    auto& other = another_instance();
    EXPECT_EQ(caller_code(tokens.access_token, &other), "auth.session_ended");
}

TEST_F(revoking, without_the_database_nothing_is_fine) {
    auto const tokens = sign_in("ana");
    EXPECT_EQ(caller_code(tokens.access_token), "fine");
    run(home->db.stop());
    EXPECT_EQ(caller_code(tokens.access_token), "fine") << "what is known is known for a moment";
    time.by += 2s;
    EXPECT_EQ(caller_code(tokens.access_token), "auth.unavailable");
    EXPECT_GE(reads("failed"), 1);
    instances.clear();
}

TEST_F(revoking, no_token_and_bad_tokens_are_refused_with_their_reason) {
    http::request r;
    EXPECT_EQ(code_of(home->identity.who.caller_of(r)), "auth.required");
    for (auto const* const header : {"", "Bearer", "Bearer ", "Basic abc", "Bearerabc"}) {
        http::request other;
        other.headers.emplace_back("authorization", header);
        EXPECT_THAT(code_of(home->identity.who.caller_of(other)),
                    testing::AnyOf("auth.required", "auth.token_invalid"))
            << header;
    }
    EXPECT_EQ(caller_code("abc.def.ghi"), "auth.token_invalid");
    auto const tokens = sign_in("ana");
    time.by += 16min;
    EXPECT_EQ(caller_code(tokens.access_token), "auth.token_expired");
}

TEST_F(revoking, an_old_password_opens_two_doors_only) {
    sql("update public.users set password_must_change = true where id = 'u-eva'");
    auto const eva = sign_in("eva");
    EXPECT_TRUE(eva.whose.must_change);
    EXPECT_EQ(caller_code(eva.access_token, home, "/api/v1/admin/tenants"),
              "auth.password_must_change");
    EXPECT_EQ(caller_code(eva.access_token, home, "/api/v1/auth/sessions"),
              "auth.password_must_change");
    for (auto const* const open : {"change-password", "logout"})
        EXPECT_EQ(caller_code(eva.access_token, home, std::string("/api/v1/auth/") + open), "fine");
}

}  // namespace
}  // namespace agente::identity
