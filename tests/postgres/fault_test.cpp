// The server goes away, comes back, refuses; names do not resolve; certificates do not match.
#include <boost/asio/co_spawn.hpp>

#include "postgres/database_fixture.hpp"

namespace agente::postgres::tests {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class fault_in_mode : public database_test {
protected:
    // Ends every connection of the pool, from outside of it.
    void terminate_all() {
        asio::io_context other;
        telemetry::metrics none;
        auto with = options_for(url, pipeline_mode::multi, 1);
        with.server.set("application_name", "tests-killer");
        database killer(other, with, none);
        wait_for(other, killer.start());
        constexpr query<bool> all{
            "tests.terminate_all",
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = "
            "'agente-hotel'"};
        wait_for(other, killer.rows(access::owner(), all));
    }
};

struct outcome {
    int answered{0}, in_doubt{0}, unavailable{0}, other{0};
    std::string first_reason;
    int all() const { return answered + in_doubt + unavailable + other; }
    void count(std::exception_ptr e) {
        if (!e) return void(++answered);
        try {
            std::rethrow_exception(e);
        } catch (error const& why) {
            if (first_reason.empty()) first_reason = why.what();
            ++(why.in_doubt()                                   ? in_doubt
               : why.reason().kind() == error_kind::unavailable ? unavailable
                                                                : other);
        }
    }
};

TEST_P(fault_in_mode, every_backend_terminated_under_load_reads_are_answered_all_the_same) {
    open();
    outcome reads;
    constexpr int callers = 40, rounds = 30;
    for (int n = 0; n < callers; ++n) {
        auto const reader = [](database& of, access who, outcome& count) -> task<> {
            for (int i = 0; i < rounds; ++i) {
                std::exception_ptr failed;
                try {
                    auto const found = co_await of.row(who, read_note, "k9");
                    EXPECT_EQ(found.value().title, who.slug() + " 9");
                    co_await of.row(who, nap, 0.001);
                } catch (...) {
                    failed = std::current_exception();
                }
                count.count(failed);
            }
        };
        asio::co_spawn(loop, reader(*db, n % 2 == 0 ? a : b, reads),
                       [](std::exception_ptr e) { EXPECT_FALSE(e); });
    }
    for (int at : {callers * rounds / 4, callers * rounds / 2}) {
        ASSERT_TRUE(run_until(loop, [&] { return reads.all() >= at; }));
        terminate_all();
    }
    ASSERT_TRUE(run_until(loop, [&] { return reads.all() == callers * rounds; }));
    EXPECT_EQ(reads.answered, callers * rounds) << reads.first_reason;
}

TEST_P(fault_in_mode, a_write_cut_off_in_flight_is_in_doubt_and_never_sent_again) {
    open();
    constexpr query<void, std::string> slow_write{
        "tests.slow_write",
        "insert into public.notes select $1, current_setting('agente.tenant'), 'slow' from pg_sleep(0.3)"};
    outcome writes;
    for (int n = 0; n < 8; ++n)
        asio::co_spawn(loop, db->execute(a, slow_write, fmt::format("slow{}", n)),
                       [&](std::exception_ptr e, std::int64_t) { writes.count(e); });
    ASSERT_TRUE(
        run_until(loop, [&] { return metrics.measure("postgres_in_flight", "").value() > 0; }));
    terminate_all();
    ASSERT_TRUE(run_until(loop, [&] { return writes.all() == 8; }));
    EXPECT_GE(writes.in_doubt, 1);
    EXPECT_EQ(writes.other, 0);
    constexpr query<std::int64_t> slow_ones{
        "tests.slow_ones", "select count(*) from public.notes where title = 'slow'"};
    EXPECT_EQ(wait_for(loop, db->row(a, slow_ones)), writes.answered);
}

TEST_P(fault_in_mode, a_stopped_server_fails_fast_and_is_found_again) {
    auto with = options_for(url, GetParam());
    with.most_wait = 2s;
    open(with);
    ASSERT_TRUE(run_until(loop, [&] {
        return db->now().open == 4;
    }));  // a half-made session would hold the server up
    server().stop();
    ASSERT_TRUE(run_until(loop, [&] { return db->now().open == 0; })) << "idle connections notice";
    // First it may wait for a new connection, then the pool knows.
    ASSERT_TRUE(run_until(loop, [&] {
        return failure_of(loop, db->row(a, read_note, "k1")).reason().code() ==
               "postgres.unreachable";
    }));
    EXPECT_THAT(db->now().last_connect_error, HasSubstr("refused"));
    server().start();
    ASSERT_TRUE(run_until(loop, [&] { return db->now().open > 0; }));
    EXPECT_EQ(wait_for(loop, db->row(a, read_note, "k1"))->title, "hotel-a 1");
}

INSTANTIATE_TEST_SUITE_P(pool, fault_in_mode,
                         testing::Values(pipeline_mode::multi, pipeline_mode::single), mode_name);

class connecting : public testing::Test {
protected:
    database::status try_with(std::string const& at, pipeline_mode mode = pipeline_mode::single) {
        auto with = options_for(at, mode, 1);
        with.connect_timeout = 5s;
        db.emplace(loop, with, metrics);
        wait_for(loop, db->start());
        return db->now();
    }
    asio::io_context loop;
    telemetry::metrics metrics;
    std::optional<database> db;
};

TEST_F(connecting, by_name_with_tls_verified_in_full_and_large_answers) {
    ASSERT_EQ(try_with(server().tls_url()).last_connect_error, "");
    constexpr query<bool> encrypted{"tests.encrypted",
                                    "select ssl from pg_stat_ssl where pid = pg_backend_pid()"};
    EXPECT_EQ(wait_for(loop, db->row(access::owner(), encrypted)), true);
    // More than a TLS record and than libpq's buffer, so that bytes stay behind in OpenSSL.
    constexpr query<std::string, int> large{"tests.large", "select repeat('x', $1)"};
    for (int size : {1, 8'190, 16'384, 100'001, 3'000'000})
        EXPECT_EQ(wait_for(loop, db->row(access::owner(), large, size))->size(),
                  static_cast<std::size_t>(size));
}

TEST_F(connecting, to_a_server_whose_certificate_is_another_authoritys_is_refused) {
    auto where = server().tls_url();
    auto const at = where.find("sslrootcert=");
    ASSERT_NE(at, where.npos);
    where = where.substr(0, at) + "sslrootcert=system-ca-that-is-not-there.crt";
    EXPECT_THAT(try_with(where).last_connect_error, HasSubstr("postgres.connect"));
    EXPECT_EQ(db->now().open, 0u);
}

TEST_F(connecting, with_a_wrong_password_says_so_and_does_not_hammer) {
    auto const seen = try_with(server().url_for("postgres", "wrong"));
    EXPECT_THAT(seen.last_connect_error, HasSubstr("28P01"));
    auto const why =
        failure_of(loop, db->row(access::owner(), query<int>{"tests.one", "select 1"}));
    EXPECT_EQ(why.reason().kind(), error_kind::unavailable);
    EXPECT_THAT(why.what(), HasSubstr("password authentication failed"));
    EXPECT_THAT(why.what(), testing::Not(HasSubstr("wrong")));
    EXPECT_EQ(metrics.count("postgres_connect_failures_total", "").value(), 1);
}

TEST_F(connecting, to_a_name_that_does_not_exist_says_which) {
    EXPECT_THAT(try_with("postgresql://a:b@no-such-host.invalid/x").last_connect_error,
                HasSubstr("no-such-host.invalid"));
}

TEST_F(connecting, to_a_database_that_does_not_exist_says_which) {
    EXPECT_THAT(try_with(server().url("nowhere")).last_connect_error,
                HasSubstr("\"nowhere\" does not exist"));
}

TEST_F(connecting, in_automatic_mode_chooses_multi_for_a_server_that_passes_the_probe) {
    auto with = options_for(server().url(), pipeline_mode::automatic, 1);
    db.emplace(loop, with, metrics);
    wait_for(loop, db->start());
    EXPECT_EQ(db->now().mode, pipeline_mode::single) << "until the probe has ended";
    ASSERT_TRUE(run_until(loop, [&] { return db->now().mode == pipeline_mode::multi; }));
    EXPECT_THAT(db->now().reason, HasSubstr("without a pooler"));
}

TEST_F(connecting, a_supabase_host_is_single_without_being_asked) {
    auto const seen =
        try_with("postgresql://postgres.ref:x@db.ref.supabase.co:6543/postgres?hostaddr=127.0.0.1",
                 pipeline_mode::automatic);
    EXPECT_EQ(seen.mode, pipeline_mode::single);
    EXPECT_THAT(seen.reason, HasSubstr("Supabase"));
}

}  // namespace
}  // namespace agente::postgres::tests
