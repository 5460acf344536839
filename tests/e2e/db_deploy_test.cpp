// db deploy, db migrate and db drift as an operator runs them: the built binary, and psql.
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "e2e/hotel_site.hpp"
#include "e2e/waiting.hpp"
#include "embedded/binaries.hpp"
#include "embedded/process.hpp"
#include "operations/earlier_installation.hpp"
#include "operations/schema_files.hpp"
#include "postgres/command_connection.hpp"

namespace agente::e2e {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using support::sql;
using testing::HasSubstr;
using testing::Not;

struct outcome {
    int status;
    std::string out, errors;
};

outcome run(std::string const& url, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "db");
    program one(std::move(arguments), {{"DATABASE_URL", url}});
    auto out = one.read_all();
    auto const status = one.wait().value_or(-1);
    return {status, std::move(out), one.errors()};
}

std::string earlier(std::string const& rows) {
    auto const url = support::fresh_database(false);
    sql(url, operations::earlier_tables);
    sql(url, rows);
    return url;
}

std::vector<std::string> const every_choice{"--dangling-tenant=unassign",
                                            "--identifier-collision=keep-oldest",
                                            "--user-collision=keep-oldest",
                                            "--bad-slugs=rename",
                                            "--bad-values=mend",
                                            "--orphans=drop",
                                            "--extra-columns=drop"};

std::vector<std::string> deploying(std::vector<std::string> more = {}) {
    more.insert(more.begin(), "deploy");
    more.insert(more.end(), every_choice.begin(), every_choice.end());
    return more;
}

TEST(db_deploy, an_empty_database_is_deployed_once_and_a_dry_run_changes_nothing) {
    auto const url = support::fresh_database(false);
    auto const dry = run(url, {"deploy", "--dry-run"});
    EXPECT_EQ(dry.status, 0) << dry.errors;
    EXPECT_THAT(dry.out, HasSubstr("create table public.users with"));
    EXPECT_THAT(dry.out, HasSubstr("rolled back"));
    EXPECT_EQ(sql(url, "select to_regnamespace('agente')::text"), "");
    EXPECT_THAT(run(url, {"deploy"}).out, HasSubstr("schema created"));
    auto const again = run(url, {"deploy", "--json"});
    EXPECT_EQ(again.errors, "");
    EXPECT_FALSE(json::parse(again.out).at("changed").as_bool());
    EXPECT_THAT(run(url, {"deploy", "--dry-run"}).out, HasSubstr("Nothing to do"));
}

TEST(db_deploy, an_earlier_installation_is_refused_with_its_reasons_then_adopted_by_choice) {
    auto const url = earlier(operations::ordinary_rows + operations::awkward_rows);
    auto const refused = run(url, {"deploy"});
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.out, HasSubstr("there is no hotel \"gone-hotel\""));
    EXPECT_THAT(refused.out, HasSubstr("-> --dangling-tenant=unassign"));
    EXPECT_THAT(refused.out, HasSubstr("nothing was changed"));
    auto const machine = run(url, {"deploy", "--json"});
    EXPECT_EQ(machine.status, 1);
    auto const told = json::parse(machine.out);
    EXPECT_TRUE(told.at("refused").as_bool());
    EXPECT_GT(told.at("adoption").at("obstacles").as_array().size(), 10u);

    auto const dry = run(url, deploying({"--dry-run"}));
    EXPECT_EQ(dry.status, 0) << dry.errors;
    EXPECT_THAT(dry.out,
                HasSubstr("created_at (timestamp without time zone -> timestamp with time zone)"));
    EXPECT_EQ(sql(url, "select count(*) from public.alembic_version"), "1");
    auto const done = run(url, deploying());
    EXPECT_EQ(done.status, 0) << done.errors << done.out;
    EXPECT_THAT(done.out, HasSubstr("alembic_version 0007_lock_audit noted"));
    EXPECT_THAT(done.out, HasSubstr("slug \"Hotel España\" became \"hotel-espana\""));
    auto const drift = run(url, {"drift"});
    EXPECT_EQ(drift.status, 0) << drift.out;
}

TEST(db_deploy, words_nobody_knows_are_wrong_use) {
    auto const url = support::fresh_database(false);
    auto const wrong = run(url, {"deploy", "--dangling-tenant=delete"});
    EXPECT_EQ(wrong.status, 2);
    EXPECT_THAT(wrong.errors, HasSubstr("must be create or unassign"));
    EXPECT_EQ(run(url, {"deploy", "--staff-role=king"}).status, 2);
    EXPECT_EQ(run(url, {"deploy", "--no-such"}).status, 2);
    EXPECT_EQ(run(url, {"deploy", "--schema-file", "/no/such/schema.sql"}).status, 1);
}

TEST(db_deploy, killed_halfway_it_has_changed_nothing) {
    auto const url = earlier(operations::ordinary_rows);
    for (int const signal : {SIGINT, SIGKILL}) {
        // What is read last is locked: by then the new tables hold the rows, and the old are gone.
        postgres::command_connection reader(postgres::parse_url(url).value());
        reader.script("hold", "begin; lock table public.alembic_version");
        program one({"db", "deploy"}, {{"DATABASE_URL", url}});
        ASSERT_TRUE(eventually([&] {
            return sql(url,
                       "select count(*) from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())") ==
                   "1";
        }));
        one.signal(signal);
        EXPECT_EQ(one.wait(), 128 + signal);
        reader.ask("release", "rollback");
        ASSERT_TRUE(eventually([&] {
            return sql(url,
                       "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()") ==
                   "1";
        }));
        EXPECT_EQ(sql(url, "select to_regnamespace('agente')::text"), "");
        EXPECT_EQ(sql(url, "select count(*) from public.alembic_version"), "1");
    }
    EXPECT_EQ(run(url, {"deploy"}).status, 0);
}

TEST(db_deploy, a_bcrypt_user_of_an_earlier_installation_signs_in) {
    auto const url = earlier(operations::ordinary_rows);
    sql(url,
        "update public.users set hashed_password = '$2b$12$Q8yVnXKqk1Jw4m3rTz5e7u20gqAFkFhvkJBwE1bLTpOI00doRzpcS' where username = 'ana'");
    ASSERT_EQ(run(url, {"deploy", "--staff-role=manager"}).status, 0);
    hotel_site site({.database = url});
    site.serve({{"SECRET_KEY", "1f0d9a4f4f6e4c0b8c1f5d3e7a9b2c4d6e8f0a1b"},
                {"SETTINGS_KEY", "9b2c4d6e8f0a1b1f0d9a4f4f6e4c0b8c1f5d3e7a"}});
    auto const sign_in = [&](std::string password) {
        net::http_request r;
        r.method = "POST";
        r.url = site.url(0) + "/api/v1/auth/login";
        r.headers = {{"Content-Type", "application/json"}};
        r.body =
            json::serialize(json::value{{"identifier", "ana"}, {"password", std::move(password)}});
        return site.send(std::move(r));
    };
    EXPECT_EQ(sign_in("wrong horse battery staple").status, 401);
    auto const answer = sign_in("correct horse battery staple");
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_THAT(sql(url, "select hashed_password || role from public.users where username = 'ana'"),
                testing::AllOf(HasSubstr("$argon2id$"), HasSubstr("manager")));
    site.stop_serving();
}

class psql : public testing::TestWithParam<std::vector<std::string>> {};

TEST_P(psql, gives_the_same_catalogue_and_can_be_repeated) {
    auto const url = support::fresh_database(false);
    auto const folder = support::server_folder("psql");
    fs::create_directories(folder);
    std::ofstream(folder / "schema.sql") << operations::embedded_schema().schema.text;
    for (int i = 0; i < 2; ++i) {
        std::vector<std::string> words{(embedded::postgres_clients(15).folder / "psql").string(),
                                       url,
                                       "-X",
                                       "-q",
                                       "-v",
                                       "ON_ERROR_STOP=1",
                                       "-f",
                                       (folder / "schema.sql").string()};
        words.insert(words.end(), GetParam().begin(), GetParam().end());
        embedded::run(
            {.words = words, .folder = folder, .log = folder / "log", .as_ourselves = true},
            std::chrono::seconds(60));
    }
    auto const drift = run(url, {"drift"});
    EXPECT_EQ(drift.status, 0) << drift.out;
    EXPECT_EQ(run(url, {"deploy"}).status, 0);
}

INSTANTIATE_TEST_SUITE_P(db_deploy, psql,
                         testing::Values(std::vector<std::string>{},
                                         std::vector<std::string>{"-1"}));

TEST(db_drift, its_output_is_sql_that_mends_the_database) {
    auto const url = support::fresh_database();
    EXPECT_EQ(run(url, {"drift"}).status, 0);
    sql(url,
        "drop index public.users_email_key; grant select on public.tenants to public; create table public.mine (id int)");
    auto const found = run(url, {"drift"});
    EXPECT_EQ(found.status, 1);
    EXPECT_THAT(found.out, HasSubstr("-- missing    index public.users_email_key"));
    EXPECT_THAT(found.out,
                HasSubstr("-- not ours   grant select on table public.tenants to public"));
    auto const machine = json::parse(run(url, {"drift", "--json"}).out);
    EXPECT_TRUE(machine.at("different").as_bool());
    sql(url, found.out);
    auto const after = run(url, {"drift"});
    EXPECT_THAT(after.out,
                testing::AllOf(Not(HasSubstr("users_email_key")), HasSubstr("public.mine")));
    sql(url, "drop table public.mine");
    EXPECT_EQ(run(url, {"drift"}).status, 0);
    EXPECT_EQ(run(support::fresh_database(false), {"drift"}).status, 1);
}

TEST(db_migrate, from_a_new_file_to_a_verified_database) {
    auto const url = support::fresh_database();
    auto const folder = support::server_folder("own-files");
    fs::create_directories(folder / "migrations");
    auto const& files = operations::embedded_schema();
    std::ofstream(folder / "schema.sql") << files.schema.text;
    for (auto const& one : files.migrations)
        std::ofstream(folder / "migrations" / one.name) << one.text;
    auto const schema = (folder / "schema.sql").string();

    EXPECT_EQ(run(url, {"migrate", "verify"}).status, 0);
    auto const made = run(url, {"migrate", "new", "locks_by_event", "--no-transaction", "--folder",
                                folder.string(), "--json"});
    ASSERT_EQ(made.status, 0) << made.errors;
    std::string const path(json::parse(made.out).at("file").as_string());
    std::ofstream(path, std::ios::app)
        << "create index concurrently if not exists lock_audit_event_idx on public.lock_audit (event_type);\n";
    auto const unlisted = run(url, {"migrate", "verify", "--schema-file", schema});
    EXPECT_EQ(unlisted.status, 1);
    EXPECT_THAT(unlisted.out, HasSubstr("'" + fs::path(path).filename().string() + "', '"));

    EXPECT_THAT(run(url, {"migrate", "status", "--schema-file", schema}).out, HasSubstr("pending"));
    auto const up = run(url, {"migrate", "up", "--schema-file", schema});
    EXPECT_EQ(up.status, 0) << up.errors;
    EXPECT_EQ(
        sql(url,
            "select indisvalid from pg_index where indexrelid = 'public.lock_audit_event_idx'::regclass"),
        "t");
    auto const status =
        json::parse(run(url, {"migrate", "status", "--schema-file", schema, "--json"}).out);
    EXPECT_EQ(status.at("migrations").as_array().back().at("state"), "applied");
    EXPECT_EQ(run(url, {"migrate", "verify"}).status, 1)
        << "the program's own files do not know it";
    EXPECT_EQ(run(url, {"migrate"}).status, 2);
    EXPECT_EQ(run(url, {"migrate", "new", "Bad Name", "--folder", folder.string()}).status, 1);
}

}  // namespace
}  // namespace agente::e2e
