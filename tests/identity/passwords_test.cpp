// Choosing passwords: one's own, by a link, and what ends with the old one.
#include "embedded/redis_server.hpp"
#include "identity/house.hpp"

namespace agente::identity {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class choosing : public house {
protected:
    std::string change_code(tenancy::caller const& who, std::string current, std::string next) {
        return code_of(home->identity.passwords.change(who, secret(std::move(current)),
                                                       secret(std::move(next)), {}));
    }
    issued_tokens change(tenancy::caller const& who, std::string current, std::string next) {
        return run(home->identity.passwords.change(who, secret(std::move(current)),
                                                   secret(std::move(next)),
                                                   {.address = "192.0.2.1", .user_agent = "test"}));
    }
    std::string accept_code(secret const& token, std::string next) {
        return code_of(home->identity.passwords.accept_link(std::string(token.reveal()),
                                                            secret(std::move(next)), {}));
    }
};

TEST_F(choosing, a_new_password_ends_the_other_sessions_and_keeps_this_client_in) {
    auto const here = sign_in("ana"), elsewhere = sign_in("ana"), eva = sign_in("eva");
    auto const fresh =
        change(*caller(here.access_token), password_of_all, "seven herons under a bridge");
    time.by += 1'001ms;
    EXPECT_EQ(caller_code(fresh.access_token), "fine");
    EXPECT_EQ(code_of(home->identity.sessions.refresh(fresh.refresh_token, {})), "fine");
    EXPECT_EQ(caller_code(elsewhere.access_token), "auth.session_ended");
    EXPECT_EQ(code_of(home->identity.sessions.refresh(elsewhere.refresh_token, {})),
              "auth.session_ended");
    EXPECT_EQ(caller_code(here.access_token), "auth.session_ended");
    EXPECT_EQ(caller_code(eva.access_token), "fine");
    EXPECT_EQ(sign_in_code("ana", password_of_all), "auth.invalid_credentials");
    EXPECT_EQ(sign_in_code("ana", "seven herons under a bridge"), "fine");
    EXPECT_THAT(events("user_id = 'u-ana'"), HasSubstr("auth.password_changed"));
}

TEST_F(choosing, the_current_password_is_asked_for_and_guesses_count) {
    auto const who = signed_in("ana");
    for (int i = 0; i < with.lockout.of_pair; ++i)
        EXPECT_EQ(change_code(*who, "wrong", "seven herons under a bridge"), "auth.password_wrong");
    EXPECT_EQ(change_code(*who, password_of_all, "seven herons under a bridge"),
              "auth.password_wrong")
        << "with a stolen token nobody guesses on";
    EXPECT_EQ(
        sql("select count(*) from public.users u join public.users v on v.hashed_password = u.hashed_password where u.id = 'u-ana'"),
        "6")
        << "still the one all of them have";
}

TEST_F(choosing, weak_and_former_passwords_are_refused) {
    auto who = signed_in("ana");
    EXPECT_EQ(change_code(*who, password_of_all, "short"), "password.too_short");
    EXPECT_EQ(change_code(*who, password_of_all, "Password2026!"), "password.too_common");
    EXPECT_EQ(change_code(*who, password_of_all, "ana@sol.example 99"), "password.personal");
    EXPECT_EQ(change_code(*who, password_of_all, password_of_all), "password.used_before");
    std::string current = password_of_all;
    for (int i = 1; i <= 5; ++i) {
        auto const next = fmt::format("{} herons under a bridge", i);
        auto const tokens = change(*who, current, next);
        who = caller(tokens.access_token);
        EXPECT_EQ(change_code(*who, next, current), "password.used_before") << i;
        current = next;
    }
    EXPECT_EQ(change_code(*who, current, "1 herons under a bridge"), "password.used_before");
    EXPECT_EQ(sql("select count(*) from public.password_history where user_id = 'u-ana'"), "5")
        << "older ones are forgotten";
    EXPECT_EQ(change_code(*who, current, password_of_all), "fine") << "and may come back";
}

TEST_F(choosing, two_changes_at_once_are_one) {
    auto const who = signed_in("ana");
    int fine = 0, ended = 0;
    for (int i = 0; i < 4; ++i)
        asio::co_spawn(
            loop,
            home->identity.passwords.change(*who, secret(password_of_all),
                                            secret(fmt::format("{} herons under a bridge", i)), {}),
            [&](std::exception_ptr e, issued_tokens const&) { fine += !e, ++ended; });
    while (ended < 4) run(net::pause(1ms));
    EXPECT_EQ(fine, 1);
    EXPECT_EQ(sql("select count(*) from public.user_sessions where not is_revoked"), "1");
}

TEST_F(choosing, a_forced_change_opens_everything_again) {
    auto const ana = signed_in("ana");
    auto const eva = sign_in("eva");
    run(home->identity.users.force_password_change(*ana, "u-eva"));
    time.by += 1'001ms;
    EXPECT_EQ(caller_code(eva.access_token), "auth.session_ended");
    auto const still = run(home->identity.sessions.refresh(eva.refresh_token, {}));
    EXPECT_EQ(caller_code(still.access_token), "auth.password_must_change");
    auto const r = [&] {
        http::request asked;
        asked.headers.emplace_back("authorization", "Bearer " + still.access_token);
        asked.route = "/api/v1/auth/change-password";
        return run(home->identity.who.caller_of(asked));
    }();
    auto const fresh = change(*r, password_of_all, "seven herons under a bridge");
    time.by += 1'001ms;
    EXPECT_EQ(caller_code(fresh.access_token), "fine");
    EXPECT_THAT(events(), HasSubstr("auth.password_forced"));
}

TEST_F(choosing, passwords_grow_old_when_configured) {
    with.policy.longest_use = std::chrono::days(90);
    home = &another_instance();
    EXPECT_FALSE(sign_in("ana").whose.must_change);
    sql("update public.users set password_last_changed = now() - interval '91 days' where id = 'u-ana'");
    auto const old = sign_in("ana");
    EXPECT_TRUE(old.whose.must_change);
    EXPECT_EQ(caller_code(old.access_token), "auth.password_must_change");
    EXPECT_TRUE(run(home->identity.sessions.refresh(old.refresh_token, {})).whose.must_change);
}

TEST_F(choosing, a_link_is_good_once_and_only_the_newest) {
    auto const ana = signed_in("ana");
    auto const eva = sign_in("eva");
    auto const first = run(home->identity.users.invite(*ana, "u-eva"));
    auto const second = run(home->identity.users.invite(*ana, "u-eva"));
    EXPECT_EQ(accept_code(first.token, "seven herons under a bridge"), "auth.link_invalid");
    EXPECT_EQ(accept_code(second.token, "short"), "password.too_short");
    EXPECT_EQ(accept_code(second.token, password_of_all), "password.used_before");
    EXPECT_EQ(accept_code(second.token, "seven herons under a bridge"), "fine")
        << "a refused password does not use it up";
    EXPECT_EQ(accept_code(second.token, "nine herons under a bridge"), "auth.link_invalid");
    EXPECT_EQ(accept_code(secret("nonsense"), "nine herons under a bridge"), "auth.link_invalid");
    EXPECT_EQ(sign_in_code("eva", "seven herons under a bridge"), "fine");
    EXPECT_EQ(code_of(home->identity.sessions.refresh(eva.refresh_token, {})),
              "auth.session_ended");
    EXPECT_THAT(sql("select string_agg(l::text, ' ') from agente.one_time_links l"),
                testing::Not(HasSubstr(std::string(second.token.reveal()))));
    EXPECT_EQ(sql("select distinct purpose from agente.one_time_links"), "reset");
}

TEST_F(choosing, a_link_used_twice_at_once_is_used_once) {
    auto const link = run(home->identity.users.invite(*signed_in("ana"), "u-eva"));
    int fine = 0, ended = 0;
    for (int i = 0; i < 5; ++i)
        asio::co_spawn(loop,
                       home->identity.passwords.accept_link(
                           std::string(link.token.reveal()),
                           secret(fmt::format("{} herons under a bridge", i)), {}),
                       [&](std::exception_ptr e) { fine += !e, ++ended; });
    while (ended < 5) run(net::pause(1ms));
    EXPECT_EQ(fine, 1);
}

TEST_F(choosing, a_password_that_was_set_otherwise_ends_the_links) {
    auto const ana = signed_in("ana");
    auto const eva = sign_in("eva");
    auto const forgotten = run(home->identity.users.invite(*ana, "u-eva"));
    change(*caller(eva.access_token), password_of_all, "seven herons under a bridge");
    EXPECT_EQ(accept_code(forgotten.token, "nine herons under a bridge"), "auth.link_invalid");
    auto const late = run(home->identity.users.invite(*ana, "u-eva"));
    run(home->identity.passwords.set("u-eva", secret("ten herons under a bridge"), false));
    EXPECT_EQ(accept_code(late.token, "nine herons under a bridge"), "auth.link_invalid");
    auto const good = run(home->identity.users.invite(*ana, "u-eva"));
    EXPECT_EQ(accept_code(good.token, "nine herons under a bridge"), "fine");
}

TEST_F(choosing, passwords_and_links_set_at_once_do_not_wait_for_each_other) {
    auto const link = run(home->identity.users.invite(*signed_in("ana"), "u-eva"));
    auto const who = signed_in("eva");
    std::vector<std::string> codes;
    auto const note = [&](std::exception_ptr e, auto const&...) {
        try {
            if (e) std::rethrow_exception(e);
            codes.emplace_back("fine");
        } catch (failure const& f) {
            codes.emplace_back(f.reason().code());
        }
    };
    for (int i = 0; i < 3; ++i) {
        asio::co_spawn(loop,
                       home->identity.passwords.accept_link(
                           std::string(link.token.reveal()),
                           secret(fmt::format("{} herons under a bridge", i)), {}),
                       note);
        asio::co_spawn(
            loop,
            home->identity.passwords.change(*who, secret(password_of_all),
                                            secret(fmt::format("{} otters at dusk", i)), {}),
            note);
    }
    while (codes.size() < 6) run(net::pause(1ms));
    EXPECT_EQ(std::ranges::count(codes, "fine"), 1) << testing::PrintToString(codes);
    EXPECT_THAT(codes, testing::Each(testing::AnyOf("fine", "auth.link_invalid",
                                                    "auth.password_changed_meanwhile",
                                                    "auth.password_wrong")));
}

TEST_F(choosing, links_grow_old_and_die_with_the_account) {
    auto const ana = signed_in("ana");
    auto const old = run(home->identity.users.invite(*ana, "u-eva"));
    sql("update agente.one_time_links set expires_at = now() - interval '1 second'");
    EXPECT_EQ(accept_code(old.token, "seven herons under a bridge"), "auth.link_invalid");
    auto const next = run(home->identity.users.invite(*ana, "u-eva"));
    sql("update public.users set is_active = false where id = 'u-eva'");
    EXPECT_EQ(accept_code(next.token, "seven herons under a bridge"), "auth.link_invalid");
    EXPECT_EQ(code_of(home->identity.users.invite(*ana, "u-eva")), "users.disabled");
}

TEST_F(choosing, the_one_that_is_given_up_does_not_come_back_however_it_was_replaced) {
    auto const ana = signed_in("ana");
    auto const link = run(home->identity.users.invite(*ana, "u-eva"));
    EXPECT_EQ(accept_code(link.token, "seven herons under a bridge"), "fine");
    run(home->identity.passwords.set("u-max", secret("seven herons under a bridge"), false));
    for (auto const* const name : {"eva", "max"}) {
        auto const who = caller(sign_in(name, "seven herons under a bridge").access_token);
        EXPECT_EQ(change_code(*who, "seven herons under a bridge", password_of_all),
                  "password.used_before")
            << name;
    }
    auto const made = run(home->identity.users.create(*ana, {.username = "new",
                                                             .email = "new@sol.example",
                                                             .full_name = {},
                                                             .tenant = {},
                                                             .password = {}}));
    EXPECT_EQ(accept_code(made.invited->token, "seven herons under a bridge"), "fine");
    EXPECT_EQ(sql("select count(*) from public.password_history where password_hash = '!'"), "0");
}

TEST_F(choosing, a_new_password_by_any_way_opens_a_locked_account) {
    auto const ana = signed_in("ana");
    auto const locked = [&](std::string password) {
        for (int i = 0; i < with.lockout.of_pair; ++i) sign_in_code("eva", "wrong", "198.51.100.6");
        return sign_in_code("eva", std::move(password), "198.51.100.6");
    };
    EXPECT_EQ(locked(password_of_all), "auth.invalid_credentials");
    auto const link = run(home->identity.users.invite(*ana, "u-eva"));
    EXPECT_EQ(accept_code(link.token, "seven herons under a bridge"), "fine");
    EXPECT_EQ(sign_in_code("eva", "seven herons under a bridge", "198.51.100.6"), "fine");
    EXPECT_EQ(locked("seven herons under a bridge"), "auth.invalid_credentials");
    run(home->identity.passwords.set("u-eva", secret("nine herons under a bridge"), false));
    EXPECT_EQ(sign_in_code("eva", "nine herons under a bridge", "198.51.100.6"), "fine");
}

TEST_F(choosing, a_password_is_changed_while_redis_is_gone) {
    embedded::redis_server own({.folder = support::server_folder("choosing_redis")});
    redis_url = own.url();
    home = &another_instance();
    auto const here = sign_in("ana");
    own.kill();
    auto const fresh =
        change(*caller(here.access_token), password_of_all, "seven herons under a bridge");
    EXPECT_EQ(caller_code(fresh.access_token), "fine");
    own.start();
}

TEST_F(choosing, wrong_current_passwords_are_noted_and_so_is_the_lock_out) {
    auto const who = signed_in("ana");
    for (int i = 0; i < with.lockout.of_pair + 2; ++i)
        change_code(*who, "wrong", "seven herons under a bridge");
    EXPECT_EQ(events("event_type <> 'auth.signed_in' and user_id = 'u-ana' and tenant_id = 'sol'"),
              "auth.reauthentication_failed auth.reauthentication_failed "
              "auth.reauthentication_failed auth.reauthentication_failed "
              "auth.reauthentication_failed auth.locked_out");
}

TEST_F(choosing, an_operator_sets_one_from_a_command_line) {
    auto const eva = sign_in("eva");
    run(home->identity.passwords.set("u-eva", secret("seven herons under a bridge"), true));
    EXPECT_EQ(code_of(home->identity.sessions.refresh(eva.refresh_token, {})),
              "auth.session_ended");
    EXPECT_TRUE(sign_in("eva", "seven herons under a bridge").whose.must_change);
    EXPECT_EQ(code_of(home->identity.passwords.set("u-nobody",
                                                   secret("seven herons under a bridge"), true)),
              "users.not_found");
}

}  // namespace
}  // namespace agente::identity
