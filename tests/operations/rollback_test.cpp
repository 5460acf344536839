#include "operations/rollback.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "operations/backup_support.hpp"

namespace agente::operations {
namespace {

namespace fs = std::filesystem;
using support::fresh_database;
using support::sql;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class rollback : public testing::Test {
protected:
    rollback() { add_awkward_rows(url); }

    std::string relations() const {
        return sql(
            url,
            "select string_agg(n.nspname || '.' || c.relname, ' ' order by 1) from pg_class c"
            " join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public', 'agente')");
    }
    std::string refused(told const& step = {}) const {
        return complaint_of([&] { drop_schema(address(url), home.path(), step); });
    }

    std::string const url = fresh_database();
    backup_home home;
};

TEST_F(rollback, drops_what_is_ours_and_the_backup_brings_it_back) {
    sql(url,
        "create table public.diary (text text); insert into public.diary values ('mine');"
        "create function public.theirs() returns int language sql as 'select 1'");
    auto const before = sums_of(url);
    auto const catalog = catalog_of(url);
    auto const report = drop_schema(address(url), home.path());
    EXPECT_THAT(report.tables, SizeIs(before.size() + 1));
    EXPECT_EQ(relations(), "public.diary");
    EXPECT_EQ(sql(url, "select string_agg(text, '') from public.diary"), "mine");
    EXPECT_EQ(sql(url, "select public.theirs()"), "1");
    EXPECT_EQ(sql(url, "select count(*) from pg_namespace where nspname = 'agente'"), "0");
    EXPECT_EQ(sql(url, "select count(*) from pg_extension where extname = 'btree_gist'"), "0");
    EXPECT_EQ(sql(url, "select count(*) from pg_roles where rolname like 'agente\\_%'"), "3");
    restore_backup(address(url), open_backup(report.backup.file));
    EXPECT_EQ(sums_of(url), before);
    EXPECT_EQ(catalog_of(url), catalog);
}

TEST_F(rollback, nothing_is_dropped_of_what_was_written_after_the_backup) {
    bool written = false;
    auto const complaint = refused([&](std::string_view step) {
        if (step != "dropping the tables") return;
        sql(url, "insert into agente.security_events (event_type) values ('late')");
        written = true;
    });
    ASSERT_TRUE(written);
    EXPECT_THAT(complaint, HasSubstr("stop the service"));
    EXPECT_THAT(complaint, HasSubstr("agente.security_events"));
    EXPECT_EQ(sql(url, "select count(*) from agente.security_events"), "2");
    EXPECT_EQ(sql(url, "select count(*) from public.tenants"), "2");
}

TEST_F(rollback, names_what_others_have_built_upon_it) {
    sql(url,
        "create view public.hotels as select name from public.tenants;"
        "create table public.notes (hotel int references public.tenants (id));"
        "create table agente.mine (i int)");
    auto const before = relations();
    auto const complaint = refused();
    for (auto const* other :
         {"view hotels", "foreign key notes_hotel_fkey of notes", "agente.mine"})
        EXPECT_THAT(complaint, HasSubstr(other));
    EXPECT_EQ(relations(), before);
    EXPECT_THAT(home.names(), IsEmpty());
}

TEST_F(rollback, leaves_an_earlier_installation_and_strangers_alone) {
    auto const empty = fresh_database(false);
    EXPECT_THAT(complaint_of([&] { drop_schema(address(empty), home.path()); }),
                HasSubstr("nothing to drop"));
    sql(empty,
        "create table public.users (id varchar(255) primary key); insert into public.users values ('a')");
    EXPECT_THAT(complaint_of([&] { drop_schema(address(empty), home.path()); }),
                HasSubstr("they stay"));
    EXPECT_EQ(sql(empty, "select count(*) from public.users"), "1");
}

TEST_F(rollback, a_local_server_has_the_rows_and_starts_by_the_command_that_is_told) {
    auto const made = backed_up(url, home);
    auto const folder = support::server_folder("rollback-local");
    auto const local = restore_to_folder(folder, open_backup(made.file));
    struct stat s {};
    ASSERT_EQ(::stat(local.settings.c_str(), &s), 0);
    EXPECT_EQ(s.st_mode & 07777, 0600u);
    std::ifstream in(local.settings);
    std::string line, there;
    while (std::getline(in, line))
        if (line.starts_with("DATABASE_URL=")) there = line.substr(13);
    auto const password =
        there.substr(there.find("postgres:") + 9, there.find('@') - there.find("postgres:") - 9);
    ASSERT_GE(password.size(), 16u);
    EXPECT_THAT(local.start_command, Not(HasSubstr(password)));
    ASSERT_EQ(std::system((local.start_command + " >/dev/null").c_str()), 0);
    EXPECT_EQ(sums_of(there), sums_of(url));
    EXPECT_EQ(catalog_of(there), catalog_of(url));
    auto stop = local.start_command;
    stop.replace(stop.rfind(" start"), std::string::npos, " -m fast stop >/dev/null");
    EXPECT_EQ(std::system(stop.c_str()), 0);
}

TEST_F(rollback, sees_that_the_old_database_is_still_written_to) {
    auto const made = backed_up(url, home);
    EXPECT_THAT(changed_since(address(url), made.manifest), IsEmpty());
    sql(url, "update public.users set full_name = 'later' where id = 'u1'");
    EXPECT_THAT(changed_since(address(url), made.manifest), testing::ElementsAre("public.users"));
}

}  // namespace
}  // namespace agente::operations
