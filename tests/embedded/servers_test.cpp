#include <gmock/gmock.h>
#include <hiredis/hiredis.h>
#include <libpq-fe.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "embedded/pgbouncer_server.hpp"
#include "embedded/postgres_server.hpp"
#include "embedded/redis_server.hpp"
#include "embedded/temporary_folder.hpp"

namespace agente::embedded {
namespace {

std::string ask(std::string const& url, char const* sql) {
    std::unique_ptr<PGconn, decltype(&PQfinish)> const connection(PQconnectdb(url.c_str()),
                                                                  PQfinish);
    if (PQstatus(connection.get()) != CONNECTION_OK) return PQerrorMessage(connection.get());
    std::unique_ptr<PGresult, decltype(&PQclear)> const answer(PQexec(connection.get(), sql),
                                                               PQclear);
    if (PQresultStatus(answer.get()) != PGRES_TUPLES_OK &&
        PQresultStatus(answer.get()) != PGRES_COMMAND_OK)
        return PQerrorMessage(connection.get());
    return PQntuples(answer.get()) > 0 ? PQgetvalue(answer.get(), 0, 0) : "";
}

std::string ask_redis(redis_server const& server, std::string const& line) {
    std::unique_ptr<redisContext, decltype(&redisFree)> const c(
        redisConnect("127.0.0.1", server.port()), redisFree);
    if (c == nullptr || c->err != 0) return c == nullptr ? "no context" : c->errstr;
    auto const say = [&c](std::string const& words) -> std::string {
        std::unique_ptr<redisReply, decltype(&freeReplyObject)> const reply(
            static_cast<redisReply*>(redisCommand(c.get(), words.c_str())), freeReplyObject);
        if (reply == nullptr) return c->errstr;
        return reply->str == nullptr ? "(nil)" : reply->str;
    };
    auto const login = say("AUTH " + std::string(server.password().reveal()));
    return login == "OK" ? say(line) : login;
}

TEST(postgres_server, keeps_its_data_over_stop_start_and_crash) {
    temporary_folder base;
    std::string password;
    {
        postgres_server server({.folder = base / "pg", .durable = false});
        EXPECT_EQ(ask(server.url(), "select current_database()"), "agente");
        EXPECT_EQ(ask(server.url(), "create table t as select 7 as n"), "");
        auto const port = server.port();
        server.stop();
        EXPECT_FALSE(server.running());
        EXPECT_THAT(ask(server.url(), "select 1"), testing::HasSubstr("refused"));
        server.start();
        EXPECT_EQ(server.port(), port);
        EXPECT_EQ(ask(server.url(), "select n from t"), "7");
        server.kill();
        EXPECT_FALSE(server.running());
        server.start();
        EXPECT_EQ(ask(server.url(), "select n from t"), "7");
        EXPECT_THAT(ask(server.url_for("postgres", "wrong"), "select 1"),
                    testing::HasSubstr("password authentication failed"));
        password = server.password().reveal();
        EXPECT_THAT([&] { postgres_server second({.folder = base / "pg"}); },
                    testing::ThrowsMessage<failure>(
                        testing::HasSubstr("is in use by process " + std::to_string(::getpid()))));
    }
    postgres_server again({.folder = base / "pg", .durable = false});
    EXPECT_EQ(again.password().reveal(), password);
    EXPECT_EQ(ask(again.url(), "select n from t"), "7");
}

TEST(postgres_server,
     a_postmaster_pid_left_by_a_killed_run_does_not_block_even_when_the_number_lives) {
    temporary_folder base;
    { postgres_server server({.folder = base / "pg", .durable = false}); }
    std::ofstream(base / "pg/data/postmaster.pid")
        << ::getppid() << "\n/nowhere\n0\n1\n\n127.0.0.1\n 1 1\n";
    postgres_server server({.folder = base / "pg", .durable = false});
    EXPECT_EQ(ask(server.url(), "select 1"), "1");
}

TEST(postgres_server, a_cluster_cut_off_while_it_was_made_is_made_again) {
    temporary_folder base;
    {
        private_folder folder(base / "pg");
        std::filesystem::create_directory(folder.path() / "data.new");
        std::ofstream(folder.path() / "data.new/half") << "x";
    }
    postgres_server server({.folder = base / "pg", .database = "odd \"name\"", .durable = false});
    EXPECT_EQ(ask(server.url("odd%20%22name%22"), "select current_database()"), "odd \"name\"");
}

TEST(postgres_server, a_start_that_fails_shows_the_servers_own_words) {
    temporary_folder base;
    EXPECT_THAT(
        [&] {
            postgres_server server({.folder = base / "pg",
                                    .durable = false,
                                    .settings = {{"max_connections", "none"}}});
        },
        testing::ThrowsMessage<failure>(testing::HasSubstr("max_connections")));
}

TEST(postgres_server, verify_full_accepts_our_authority_and_no_other) {
    temporary_folder base;
    postgres_server server({.folder = base / "pg", .tls = true, .durable = false});
    EXPECT_EQ(
        ask(server.tls_url(), "select ssl::text from pg_stat_ssl where pid = pg_backend_pid()"),
        "true");
    private_folder other(base / "other");
    auto const stranger = make_certificates(other).authority.string();
    EXPECT_THAT(ask(server.url() + "?sslmode=verify-full&sslrootcert=" + stranger, "select 1"),
                testing::HasSubstr("certificate verify failed"));
}

TEST(redis_server, wants_its_password_and_comes_back_on_its_port) {
    temporary_folder base;
    redis_server server({.folder = base / "redis"});
    EXPECT_EQ(ask_redis(server, "PING"), "PONG");
    auto const port = server.port();
    EXPECT_EQ(ask_redis(server, "SET a 1"), "OK");
    server.stop();
    EXPECT_FALSE(server.running());
    server.start();
    EXPECT_EQ(server.port(), port);
    EXPECT_EQ(ask_redis(server, "GET a"), "(nil)");
    server.kill();
    EXPECT_FALSE(server.running());
    server.start();
    EXPECT_EQ(ask_redis(server, "PING"), "PONG");
    struct stat s {};
    ASSERT_EQ(::stat((base / "redis/redis.conf").c_str(), &s), 0);
    EXPECT_EQ(s.st_mode & 0777u, 0600u) << "it holds the password";
}

TEST(redis_server, keeps_its_data_when_told_to) {
    temporary_folder base;
    {
        redis_server server({.folder = base / "redis", .keep = true});
        EXPECT_EQ(ask_redis(server, "SET a 1"), "OK");
    }
    redis_server again({.folder = base / "redis", .keep = true});
    EXPECT_EQ(ask_redis(again, "GET a"), "1");
}

TEST(redis_server, serves_tls_alone_when_told_to) {
    temporary_folder base;
    redis_server server({.folder = base / "redis", .tls = true});
    EXPECT_THAT(server.url(), testing::StartsWith("rediss://"));
    EXPECT_TRUE(std::filesystem::exists(server.authority()));
    EXPECT_NE(ask_redis(server, "PING"), "PONG") << "not in plain text";
}

TEST(pgbouncer_server, shares_few_server_connections) {
    temporary_folder base;
    postgres_server server({.folder = base / "pg", .durable = false});
    pgbouncer_server bouncer(server, {.folder = base / "bouncer", .pool_size = 1});
    auto const first = ask(bouncer.url("agente"), "select pg_backend_pid()");
    EXPECT_EQ(ask(bouncer.url("agente"), "select pg_backend_pid()"), first);
    auto const port = bouncer.port();
    bouncer.stop();
    EXPECT_THAT(ask(bouncer.url("agente"), "select 1"), testing::HasSubstr("refused"));
    bouncer.start();
    EXPECT_EQ(bouncer.port(), port);
    EXPECT_EQ(ask(bouncer.url("agente"), "select 1"), "1");
}

}  // namespace
}  // namespace agente::embedded
