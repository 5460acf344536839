// Backup, restore, clean-up and rollback as an operator runs them: the built binary.
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <csignal>
#include <filesystem>
#include <random>
#include <thread>

#include "e2e/program.hpp"
#include "operations/backup_folder.hpp"
#include "support/servers.hpp"

namespace agente::e2e {
namespace {

namespace fs = std::filesystem;
using support::fresh_database;
using support::sql;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct outcome {
    int status;
    std::string out, errors;
};

outcome run(std::string const& url, std::vector<std::string> arguments) {
    program one(std::move(arguments), {{"DATABASE_URL", url}});
    auto out = one.read_all();
    auto const status = one.wait().value_or(-1);
    return {status, std::move(out), one.errors()};
}

class operator_commands : public testing::Test {
protected:
    operator_commands() {
        auto name = (fs::temp_directory_path() / "agente-e2e-backups-XXXXXX").string();
        folder = ::mkdtemp(name.data());
        sql(url,
            "insert into public.tenants (tenant_id, name) select 'h' || i, 'Hotel ' || i from generate_series(1, 100) i;"
            "insert into public.lock_audit (lock_key, event_type, created_at) select 'k', 'e', now() - interval '40 days' from generate_series(1, 5)");
    }
    ~operator_commands() override {
        std::error_code ignored;
        fs::remove_all(folder, ignored);
    }

    std::string const url = fresh_database();
    std::string folder;
};

TEST_F(operator_commands, a_backup_is_made_verified_and_restored) {
    auto const made = run(url, {"db", "backup", "--verify", "--to", folder, "--json"});
    ASSERT_EQ(made.status, 0) << made.errors;
    EXPECT_THAT(made.errors, IsEmpty());
    auto const told = boost::json::parse(made.out);
    EXPECT_TRUE(told.at("verified").as_bool());
    EXPECT_EQ(told.at("rows").as_int64() - 105,
              std::stoll(sql(url, "select count(*) from agente.migrations")));
    std::string const file(told.at("file").as_string());

    auto const refused = run(url, {"db", "restore", file});
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.errors, HasSubstr("--yes-overwrite"));
    sql(url, "delete from public.tenants");
    auto const database = sql(url, "select current_database()");
    auto const back = run(url, {"db", "restore", file, "--yes-overwrite", database});
    EXPECT_EQ(back.status, 0) << back.errors;
    EXPECT_THAT(back.errors, HasSubstr("checking rows and checksums\n"));
    EXPECT_THAT(back.out, HasSubstr("The schema stayed"));
    EXPECT_EQ(sql(url, "select count(*) from public.tenants"), "100");
    EXPECT_EQ(run(url, {"db", "backup", "--verify", file}).status, 0);
}

TEST_F(operator_commands, wrong_use_is_told_with_status_2) {
    std::vector<std::vector<std::string>> const wrong{
        {"db", "backup", "--schema-only", "--data-only"},
        {"db", "backup", "file-without-verify"},
        {"db", "backup", "--keep", "-1"},
        {"db", "restore"},
        {"db", "cleanup", "--lock-audit-older-than", "soon"},
        {"db", "cleanup", "--inbox-older-than", "1d"},
        {"db", "rollback"},
        {"db", "rollback", "--to", "local"},
        {"db", "rollback", "--to", "drop", "--local-folder", "x"}};
    for (auto const& words : wrong)
        EXPECT_EQ(run(url, words).status, 2) << words[1] << words.back();
    EXPECT_EQ(run(url, {"db", "restore", folder + "/missing.tar"}).status, 1);
}

TEST_F(operator_commands, killed_at_any_moment_a_backup_leaves_nothing_that_looks_like_one) {
    sql(url,
        "insert into agente.security_events (event_type, details) select 'e', jsonb_build_object('x', repeat(md5(i::text), 20)) from generate_series(1, 20000) i");
    std::minstd_rand random(7);
    for (int i = 0; i < 8; ++i) {
        program one({"db", "backup", "--to", folder}, {{"DATABASE_URL", url}});
        one.wait_for_error_line(i % 2 == 0 ? "dumping public.users" : "summing public.users");
        std::this_thread::sleep_for(std::chrono::milliseconds(random() % 200));
        one.signal(i % 4 == 0 ? SIGINT : SIGKILL);
        one.wait();
        for (auto const& entry : fs::directory_iterator(folder))
            if (!entry.path().filename().string().starts_with("."))
                EXPECT_NO_THROW(operations::open_backup(entry.path())) << entry.path();
    }
    EXPECT_EQ(run(url, {"db", "backup", "--to", folder}).status, 0);
    for (auto const& entry : fs::directory_iterator(folder))
        EXPECT_THAT(entry.path().filename().string(), Not(testing::StartsWith(".")));
}

TEST_F(operator_commands, killed_at_any_moment_a_restore_has_happened_or_has_not) {
    sql(url,
        "insert into agente.security_events (event_type, details) select 'e', jsonb_build_object('x', repeat(md5(i::text), 20)) from generate_series(1, 20000) i");
    auto const made = run(url, {"db", "backup", "--to", folder, "--json"});
    ASSERT_EQ(made.status, 0) << made.errors;
    std::string const file(boost::json::parse(made.out).at("file").as_string());
    auto const database = sql(url, "select current_database()");
    std::minstd_rand random(11);
    for (int i = 0; i < 6; ++i) {
        sql(url,
            "truncate agente.security_events; delete from public.tenants where tenant_id <> 'h1'");
        program one({"db", "restore", file, "--yes-overwrite", database}, {{"DATABASE_URL", url}});
        one.wait_for_error_line("filling");
        std::this_thread::sleep_for(std::chrono::milliseconds(random() % 400));
        one.signal(i % 3 == 0 ? SIGINT : SIGKILL);
        one.wait();
        EXPECT_THAT(
            sql(url,
                "select (select count(*) from public.tenants) || ' ' || (select count(*) from agente.security_events)"),
            testing::AnyOf("1 0", "100 20000"));
        EXPECT_EQ(
            sql(url,
                "select count(*) from pg_constraint where connamespace in ('public'::regnamespace, 'agente'::regnamespace) and condeferrable"),
            "0");
    }
}

TEST_F(operator_commands, what_is_old_is_counted_and_deleted) {
    auto const counted = run(url, {"db", "cleanup", "--dry-run"});
    EXPECT_EQ(counted.status, 0) << counted.errors;
    EXPECT_THAT(counted.out, HasSubstr("5 rows would be deleted; nothing was."));
    EXPECT_EQ(sql(url, "select count(*) from public.lock_audit"), "5");
    EXPECT_THAT(run(url, {"db", "cleanup", "--lock-audit-older-than", "6w"}).out,
                HasSubstr("0 rows deleted."));
    auto const deleted = run(url, {"db", "cleanup", "--lock-audit-older-than", "4w", "--json"});
    auto const told = boost::json::parse(deleted.out);
    for (auto const& one : told.at("tables").as_array())
        EXPECT_EQ(one.at("rows").as_int64(), one.at("rule").as_string() == "lock-audit" ? 5 : 0);
    EXPECT_EQ(sql(url, "select count(*) from public.lock_audit"), "0");
}

TEST_F(operator_commands, the_schema_is_dropped_only_by_name_and_moves_to_another_server) {
    auto const refused =
        run(url, {"db", "rollback", "--to", "drop", "--backups", folder, "--yes-drop", "other"});
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.errors, HasSubstr("nothing was dropped"));
    EXPECT_EQ(sql(url, "select count(*) from public.tenants"), "100");

    auto const target = fresh_database(false);
    auto const moved =
        run(url, {"db", "rollback", "--to", "local", "--backups", folder, "--local-url", target});
    EXPECT_EQ(moved.status, 0) << moved.errors;
    EXPECT_THAT(moved.out, HasSubstr("DATABASE_URL=postgresql://postgres:***@"));
    EXPECT_EQ(sql(target, "select count(*) from public.tenants"), "100");

    auto const database = sql(url, "select current_database()");
    auto const dropped = run(url, {"db", "rollback", "--to", "drop", "--backups", folder,
                                   "--yes-drop", database, "--json"});
    EXPECT_EQ(dropped.status, 0) << dropped.errors;
    EXPECT_EQ(
        sql(url,
            "select to_regclass('public.tenants') is null and to_regnamespace('agente') is null"),
        "t");
    std::string const file(boost::json::parse(dropped.out).at("backup").as_string());
    EXPECT_EQ(run(url, {"db", "restore", file}).status, 0);
    EXPECT_EQ(sql(url, "select count(*) from public.tenants"), "100");
    for (auto const& one : {moved, dropped})
        EXPECT_THAT(one.out + one.errors,
                    Not(HasSubstr(std::string(support::postgres().password().reveal()))));
}

}  // namespace
}  // namespace agente::e2e
