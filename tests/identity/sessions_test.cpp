// Refresh tokens rotate, copies are found out, and what is ended ends everywhere.
#include "identity/house.hpp"

namespace agente::identity {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class refreshing : public house {
protected:
    issued_tokens refresh(secret const& token, instance* at = nullptr) {
        return run((at ? at : home)->identity.sessions.refresh(token, {}));
    }
    std::string refresh_code(secret const& token) {
        return code_of(home->identity.sessions.refresh(token, {}));
    }
    // As if so much time had passed since the last rotation.
    void later(std::string const& interval) {
        sql("update public.user_sessions set refreshed_at = refreshed_at - interval '" + interval +
            "'");
    }
};

TEST_F(refreshing, each_token_is_exchanged_for_the_next) {
    auto const first = sign_in("ana");
    auto const second = refresh(first.refresh_token);
    EXPECT_NE(second.refresh_token.reveal(), first.refresh_token.reveal());
    EXPECT_NE(second.access_token, first.access_token);
    EXPECT_EQ(second.whose.session_id, first.whose.session_id);
    EXPECT_EQ(caller(second.access_token)->user_id(), "u-ana");
    auto const third = refresh(second.refresh_token);
    EXPECT_EQ(third.whose.rotations, 2);
    EXPECT_LE(third.refresh_life, first.refresh_life) << "refreshing does not make it longer";
    EXPECT_EQ(sql("select rotations from public.user_sessions"), "2");
    EXPECT_EQ(events(), "auth.signed_in") << "refreshing is no event";
}

TEST_F(refreshing, tells_where_the_session_was_last_used) {
    auto const first = sign_in("ana");
    auto const listed = [&] {
        auto const all = run(home->identity.sessions.of(*caller(first.access_token)));
        return all.at(0).ip_address.value_or("") + " " + all.at(0).user_agent.value_or("");
    };
    EXPECT_EQ(listed(), "192.0.2.1 test");
    auto const moved = run(home->identity.sessions.refresh(
        first.refresh_token, {.address = "198.51.100.7", .user_agent = "a newer phone"}));
    EXPECT_EQ(listed(), "198.51.100.7 a newer phone");
    run(home->identity.sessions.refresh(moved.refresh_token, {}));
    EXPECT_EQ(listed(), "198.51.100.7 a newer phone") << "who says nothing changes nothing";
    EXPECT_EQ(code_of(home->identity.sessions.refresh(
                  first.refresh_token, {.address = "203.0.113.9", .user_agent = "a thief"})),
              "auth.refresh_reused");
    EXPECT_EQ(sql("select ip_address from public.user_sessions"), "198.51.100.7");
}

TEST_F(refreshing, a_second_tab_gets_what_the_first_one_got) {
    auto const first = sign_in("ana");
    auto const one = refresh(first.refresh_token);
    for (int i = 0; i < 3; ++i) {
        auto const other = refresh(first.refresh_token);
        EXPECT_EQ(other.refresh_token.reveal(), one.refresh_token.reveal());
        EXPECT_EQ(caller(other.access_token)->user_id(), "u-ana");
    }
    EXPECT_EQ(sql("select rotations from public.user_sessions"), "1");
    EXPECT_EQ(refresh_code(one.refresh_token), "fine");
}

TEST_F(refreshing, tabs_at_the_same_moment_all_get_the_same_token) {
    auto const first = sign_in("ana");
    auto& other = another_instance();
    std::vector<std::string> got;
    for (int i = 0; i < 12; ++i)
        asio::co_spawn(loop,
                       (i % 2 ? home : &other)->identity.sessions.refresh(first.refresh_token, {}),
                       [&](std::exception_ptr e, issued_tokens const& t) {
                           EXPECT_FALSE(e);
                           got.emplace_back(t.refresh_token.reveal());
                       });
    while (got.size() < 12) run(net::pause(1ms));
    EXPECT_THAT(got, testing::Each(got.front()));
    EXPECT_EQ(sql("select rotations || ' ' || is_revoked from public.user_sessions"), "1 false");
}

TEST_F(refreshing, a_client_that_lost_the_answer_comes_back_later) {
    auto const first = sign_in("ana");
    auto const lost = refresh(first.refresh_token);
    later("5 minutes");
    auto const found = refresh(first.refresh_token);
    EXPECT_NE(found.refresh_token.reveal(), lost.refresh_token.reveal());
    EXPECT_EQ(refresh(first.refresh_token).refresh_token.reveal(), found.refresh_token.reveal())
        << "and repeats itself at once";
    EXPECT_EQ(refresh_code(found.refresh_token), "fine");
    EXPECT_EQ(events("event_type = 'auth.refresh_reused'"), "");
}

TEST_F(refreshing, a_copy_is_found_out_when_both_go_on) {
    auto const first = sign_in("ana");
    auto const owner = refresh(first.refresh_token);
    later("5 minutes");
    auto const thief = refresh(first.refresh_token);  // looks like a client that lost the answer
    EXPECT_EQ(refresh_code(owner.refresh_token), "auth.refresh_reused");
    EXPECT_EQ(refresh_code(thief.refresh_token), "auth.session_ended");
    EXPECT_EQ(caller_code(thief.access_token), "auth.session_ended");
    EXPECT_EQ(
        events("event_type = 'auth.refresh_reused' and user_id = 'u-ana' and tenant_id = 'sol'"),
        "auth.refresh_reused");
}

TEST_F(refreshing, an_older_token_ends_the_session) {
    auto const first = sign_in("ana");
    auto const second = refresh(first.refresh_token);
    auto const third = refresh(second.refresh_token);
    EXPECT_EQ(refresh_code(first.refresh_token), "auth.refresh_reused") << "no grace for these";
    EXPECT_EQ(refresh_code(third.refresh_token), "auth.session_ended");
    EXPECT_EQ(refresh_code(first.refresh_token), "auth.session_ended");
    EXPECT_EQ(
        sql("select is_revoked || ' ' || revoked_reason || ' ' || (revoked_at is not null) from public.user_sessions"),
        "true refresh_reused true");
    EXPECT_EQ(events("event_type = 'auth.refresh_reused'"), "auth.refresh_reused") << "once";
}

TEST_F(refreshing, garbage_never_reaches_the_database) {
    run(home->db.stop());
    EXPECT_EQ(refresh_code(secret("garbage")), "auth.refresh_invalid");
    EXPECT_EQ(refresh_code(secret(std::string(48, 'A'))), "auth.refresh_invalid");
    instances.clear();
}

TEST_F(refreshing, a_token_of_a_session_that_is_gone_is_no_good) {
    auto const tokens = sign_in("ana");
    sql("delete from public.user_sessions");
    EXPECT_EQ(refresh_code(tokens.refresh_token), "auth.session_ended");
    EXPECT_EQ(caller_code(tokens.access_token), "auth.session_ended");
}

TEST_F(refreshing, sessions_end_by_age_and_by_inactivity) {
    auto const old = sign_in("ana");
    sql("update public.user_sessions set expires_at = now() - interval '1 second'");
    EXPECT_EQ(refresh_code(old.refresh_token), "auth.session_ended");
    auto const idle = sign_in("ana");
    later("13 days");
    auto const kept = refresh(idle.refresh_token);
    later("15 days");
    EXPECT_EQ(refresh_code(kept.refresh_token), "auth.session_ended");
}

TEST_F(refreshing, who_may_not_sign_in_any_more_does_not_refresh) {
    auto const ana = sign_in("ana"), eva = sign_in("eva"), luz = sign_in("luz");
    sql("update public.users set is_active = false where id = 'u-eva';"
        "update public.tenants set status = 'suspended' where tenant_id = 'luna'");
    EXPECT_EQ(refresh_code(eva.refresh_token), "auth.session_ended");
    EXPECT_EQ(refresh_code(luz.refresh_token), "auth.session_ended");
    EXPECT_EQ(refresh_code(ana.refresh_token), "fine");
    sql("update public.tenants set status = 'active' where tenant_id = 'luna'");
    EXPECT_EQ(refresh_code(luz.refresh_token), "fine") << "the hotel is back";
}

TEST_F(refreshing, keys_rotate_and_sessions_stay) {
    auto const before = sign_in("ana");
    auto const once = refresh(before.refresh_token);
    with.secret_keys.insert(with.secret_keys.begin(), secret(std::string(32, 'n')));
    auto& newer = another_instance();
    EXPECT_EQ(caller(before.access_token, &newer)->user_id(), "u-ana");
    EXPECT_EQ(refresh(before.refresh_token, &newer).refresh_token.reveal(),
              once.refresh_token.reveal())
        << "the same token again, though its key is the older one";
    auto const after = refresh(once.refresh_token, &newer);
    with.secret_keys.pop_back();
    auto& newest = another_instance();
    EXPECT_EQ(refresh(after.refresh_token, &newest).whose.user_id, "u-ana");
    EXPECT_EQ(code_of(newest.identity.sessions.refresh(before.refresh_token, {})),
              "auth.refresh_invalid");
}

TEST_F(refreshing, a_thousand_clients_at_once_get_through) {
    constexpr int clients = 1'000;
    std::vector<secret> tokens;
    std::string values;
    for (int i = 0; i < clients; ++i) {
        auto begun = home->identity.tokens.begin({});
        values +=
            fmt::format("{}('{}', 'u-ana', '{}', '{}', now() + interval '1 day')", i ? "," : "",
                        begun.row.id, begun.row.token_jti, begun.row.refresh_hash);
        tokens.push_back(std::move(begun.refresh_token));
    }
    sql("insert into public.user_sessions (id, user_id, token_jti, refresh_hash, expires_at) values " +
        values);
    int fine = 0, ended = 0;
    for (auto const& t : tokens)
        asio::co_spawn(loop, home->identity.sessions.refresh(t, {}),
                       [&](std::exception_ptr e, issued_tokens const& out) {
                           fine += !e && out.whose.rotations == 1;
                           ++ended;
                       });
    while (ended < clients) run(net::pause(1ms));
    EXPECT_EQ(fine, clients);
    EXPECT_EQ(sql("select count(*) from public.user_sessions where rotations = 1"), "1000");
}

TEST_F(refreshing, one_signs_out_here_elsewhere_or_everywhere) {
    auto const open = [&] {
        return sql(
            "select count(*) from public.user_sessions where not is_revoked and user_id = 'u-ana'");
    };
    auto const a = sign_in("ana"), b = sign_in("ana"), c = sign_in("ana");
    auto const others = sign_in("eva");
    run(home->identity.sessions.sign_out(*caller(a.access_token), logout_scope::local));
    EXPECT_EQ(open(), "2");
    EXPECT_EQ(refresh_code(a.refresh_token), "auth.session_ended");
    run(home->identity.sessions.sign_out(*caller(b.access_token), logout_scope::others));
    EXPECT_EQ(open(), "1");
    EXPECT_EQ(refresh_code(c.refresh_token), "auth.session_ended");
    EXPECT_EQ(refresh_code(b.refresh_token), "fine");
    sign_in("ana");
    auto const d = sign_in("ana");
    run(home->identity.sessions.sign_out(*caller(d.access_token), logout_scope::global));
    EXPECT_EQ(open(), "0");
    EXPECT_EQ(refresh_code(others.refresh_token), "fine");
}

TEST_F(refreshing, sessions_are_listed_and_ended_by_their_owner_alone) {
    auto const ana = sign_in("ana"), phone = sign_in("ana"), eva = sign_in("eva");
    auto const who = caller(ana.access_token);
    auto const listed = run(home->identity.sessions.of(*who));
    ASSERT_EQ(listed.size(), 2u);
    EXPECT_EQ(listed[0].id, phone.whose.session_id) << "the newest first";
    EXPECT_EQ(listed[0].user_agent, "test");
    EXPECT_EQ(code_of(home->identity.sessions.end(*who, eva.whose.session_id)),
              "sessions.not_found");
    EXPECT_EQ(code_of(home->identity.sessions.end(*who, "nothing")), "sessions.not_found");
    run(home->identity.sessions.end(*who, phone.whose.session_id));
    EXPECT_EQ(code_of(home->identity.sessions.end(*who, phone.whose.session_id)),
              "sessions.not_found");
    EXPECT_EQ(run(home->identity.sessions.of(*who)).size(), 1u);
    EXPECT_EQ(refresh_code(phone.refresh_token), "auth.session_ended");
    EXPECT_EQ(refresh_code(eva.refresh_token), "fine");
}

}  // namespace
}  // namespace agente::identity
