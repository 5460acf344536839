#include "operations/backup.hpp"

#include <gmock/gmock.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "operations/backup_folder.hpp"
#include "operations/backup_support.hpp"
#include "operations/interruption.hpp"
#include "operations/verify.hpp"

namespace agente::operations {
namespace {

namespace fs = std::filesystem;
using support::fresh_database;
using support::sql;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::string content_of(fs::path const& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream all;
    all << in.rdbuf();
    return std::move(all).str();
}

unsigned mode_of(fs::path const& path) {
    struct stat s {};
    ::stat(path.c_str(), &s);
    return s.st_mode & 07777;
}

std::string command_lines_of_children() {
    std::string all;
    for (auto const& task : fs::directory_iterator("/proc/self/task")) {
        std::istringstream children(content_of(task.path() / "children"));
        for (std::string pid; children >> pid;)
            all += content_of("/proc/" + pid + "/cmdline") + '\n';
    }
    return all;
}

TEST(backup, holds_what_the_database_held_and_can_be_restored_elsewhere) {
    auto const url = fresh_database();
    add_awkward_rows(url);
    backup_home const home;
    auto const made = backed_up(url, home);
    auto const verified = verify_backup(open_backup(made.file));
    EXPECT_EQ(verified.manifest.tables, made.manifest.tables);
    auto held = made.manifest.tables;
    std::erase_if(held, is_bookkeeping);
    EXPECT_EQ(held, sums_of(url));
    EXPECT_EQ(made.manifest.schema_version, static_cast<int>(embedded_schema().migrations.size()));
    EXPECT_EQ(made.bytes, fs::file_size(made.file));
}

TEST(backup, is_its_owners_alone_in_a_folder_of_its_own) {
    backup_home const home;
    auto const folder = home.path() / "deep" / "backups";
    auto const made = make_backup(address(fresh_database()), {.folder = folder});
    EXPECT_EQ(mode_of(made.file), 0600u);
    EXPECT_EQ(mode_of(folder), 0700u);
    EXPECT_EQ(made.file.parent_path(), folder);
    EXPECT_THAT(made.file.filename().string(),
                testing::MatchesRegex("agente-hotel_127.0.0.1_test-[0-9]+_[0-9TZ]+.tar"));
}

TEST(backup, holds_nothing_that_is_not_ours) {
    auto const url = fresh_database();
    sql(url,
        "create table public.diary (text text); insert into public.diary values ('private words');"
        "create function public.mine() returns int language sql as 'select 12345678'");
    backup_home const home;
    auto const made = backed_up(url, home);
    for (auto const& one : made.manifest.tables) EXPECT_NE(one.name, "diary");
    // The names of everything in an archive are plain text, its rows compressed.
    EXPECT_THAT(content_of(made.file), Not(HasSubstr("diary")));
    EXPECT_THAT(content_of(made.file), Not(HasSubstr("mine()")));
}

TEST(backup, is_of_one_moment_whatever_happens_meanwhile) {
    auto const url = fresh_database();
    add_awkward_rows(url);
    backup_home const home;
    bool disturbed = false;
    auto const made =
        make_backup(address(url), {.folder = home.path()}, [&](std::string_view step) {
            if (disturbed || !step.starts_with("dumping public.")) return;
            disturbed = true;
            sql(url,
                "delete from agente.outbox; update public.tenants set name = 'other';"
                "insert into agente.security_events (event_type) values ('late')");
        });
    ASSERT_TRUE(disturbed);
    EXPECT_EQ(verify_backup(open_backup(made.file)).manifest.tables, made.manifest.tables);
}

TEST(backup, never_shows_the_password_to_other_users) {
    auto const url = fresh_database();
    auto const password = std::string(support::postgres().password().reveal());
    backup_home const home;
    std::atomic<bool> done{false};
    std::set<std::string> seen;
    std::thread watching([&] {
        while (!done) seen.insert(command_lines_of_children());
    });
    backed_up(url, home);
    done = true;
    watching.join();
    std::string all;
    for (auto const& one : seen) all += one;
    EXPECT_NE(all.find("pg_dump"), std::string::npos);
    EXPECT_EQ(all.find(password), std::string::npos);
}

TEST(backup, leaves_nothing_when_the_server_goes_away) {
    embedded::postgres_server server(
        {.folder = support::server_folder("backup-crash"), .database = "agente", .durable = false});
    support::deploy(server.url());
    add_awkward_rows(server.url());
    backup_home const home;
    auto const complaint = complaint_of([&] {
        make_backup(address(server.url()), {.folder = home.path()}, [&](std::string_view step) {
            if (step.starts_with("dumping") && server.running()) server.kill();
        });
    });
    EXPECT_NE(complaint, "no error");
    EXPECT_THAT(home.names(), IsEmpty());
}

TEST(backup, leaves_nothing_when_the_disk_is_full) {
    auto const url = fresh_database();
    add_awkward_rows(url);
    backup_home const home;
    auto const old_action = std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{}, small{20'000, RLIM_INFINITY};
    ::getrlimit(RLIMIT_FSIZE, &before);
    small.rlim_max = before.rlim_max;
    auto const complaint = complaint_of([&] {
        make_backup(address(url), {.folder = home.path()}, [&](std::string_view step) {
            if (step.starts_with("summing")) ::setrlimit(RLIMIT_FSIZE, &small);
        });
    });
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, old_action);
    EXPECT_THAT(complaint, HasSubstr("cannot be written"));
    EXPECT_THAT(home.names(), IsEmpty());
}

TEST(backup, leaves_nothing_when_it_is_interrupted) {
    auto const url = fresh_database();
    backup_home const home;
    interruption const interruptible;
    auto const complaint = complaint_of([&] {
        make_backup(address(url), {.folder = home.path()}, [&](std::string_view step) {
            if (step.starts_with("dumping public.users")) ::raise(SIGINT);
        });
    });
    EXPECT_THAT(complaint, HasSubstr("interrupted"));
    EXPECT_THAT(home.names(), IsEmpty());
}

TEST(backup, removes_what_killed_runs_left_but_not_what_is_under_way) {
    auto const url = fresh_database();
    backup_home const home;
    std::ofstream(home.path() / ".agente-hotel-0011223344556677.part") << "half";
    std::ofstream(home.path() / ".agente-hotel-8899aabbccddeeff.part") << "of a run that lives";
    open_file const alive(
        ::open((home.path() / ".agente-hotel-8899aabbccddeeff.part").c_str(), O_RDWR));
    ASSERT_EQ(::flock(alive.get(), LOCK_EX), 0);
    auto const made = backed_up(url, home);
    EXPECT_THAT(home.names(),
                ElementsAre(".agente-hotel-8899aabbccddeeff.part", made.file.filename().string()));
}

TEST(backup, keeps_as_many_as_were_asked_for_and_all_of_other_databases) {
    auto const one = fresh_database(), other = fresh_database();
    backup_home const home;
    auto const theirs = backed_up(other, home);
    auto const schema = backed_up(one, home, backup_scope::schema);
    std::ofstream(home.path() / "agente-hotel_127.0.0.1_notes.tar") << "somebody's own";
    auto const first = backed_up(one, home);
    auto const second = backed_up(one, home);
    EXPECT_NE(first.file, second.file);  // also within a second
    auto const third = make_backup(address(one), {.folder = home.path(), .keep = 2});
    EXPECT_THAT(third.removed, SizeIs(1));
    EXPECT_TRUE(fs::exists(third.file));
    EXPECT_TRUE(fs::exists(theirs.file));
    EXPECT_TRUE(fs::exists(schema.file));
    EXPECT_TRUE(fs::exists(home.path() / "agente-hotel_127.0.0.1_notes.tar"));
    EXPECT_THAT(home.names(), SizeIs(5));
}

TEST(backup, is_refused_where_the_role_does_not_see_every_row) {
    auto const url = fresh_database();
    auto const role = "reader_" + std::to_string(::getpid());
    sql(url, "create role " + role + " login password 'pw' in role pg_read_all_data");
    backup_home const home;
    auto const database = sql(url, "select current_database()");
    auto const complaint =
        complaint_of([&] { backed_up(support::postgres().url_for(role, "pw", database), home); });
    EXPECT_THAT(complaint, HasSubstr("row level security hides rows of agente."));
    EXPECT_THAT(home.names(), IsEmpty());
    sql(url, "drop role " + role);
}

TEST(backup, of_a_database_without_our_tables_is_refused) {
    backup_home const home;
    EXPECT_THAT(complaint_of([&] { backed_up(fresh_database(false), home); }),
                HasSubstr("none of this program's tables"));
    EXPECT_THAT(home.names(), IsEmpty());
}

TEST(backup, of_an_earlier_installation_is_whole_too) {
    auto const url = fresh_database(false);
    sql(url,
        "create function public.update_updated_at_column() returns trigger language plpgsql as 'begin return new; end';"
        "create table public.users (id varchar(255) primary key, username varchar(255) unique not null, created_at timestamp not null default now());"
        "create table public.password_history (id serial primary key, user_id varchar(255) not null references public.users on delete cascade);"
        "create trigger update_users_updated_at before update on public.users for each row execute function public.update_updated_at_column();"
        "insert into public.users values ('a', 'Ana'), ('b', E'B\\tea'); insert into public.password_history (user_id) values ('a'), ('a')");
    backup_home const home;
    auto const made = backed_up(url, home);
    EXPECT_EQ(made.manifest.schema_version, std::nullopt);
    EXPECT_EQ(made.manifest.rows(), 4);
    EXPECT_EQ(verify_backup(open_backup(made.file)).manifest.tables, made.manifest.tables);
}

TEST(backup, verification_finds_a_row_that_is_not_what_it_was) {
    auto const url = fresh_database();
    add_awkward_rows(url);
    backup_home const home;
    auto const made = backed_up(url, home);
    auto bytes = content_of(made.file);
    // As long as before, so that the file stays whole: 3 rows of password_history become 4.
    auto const table = bytes.find("\"name\":\"password_history\"");
    auto const rows = bytes.find("\"rows\":3", table);
    ASSERT_NE(rows, std::string::npos);
    bytes[rows + 7] = '4';
    std::ofstream(made.file, std::ios::binary) << bytes;
    EXPECT_THAT(complaint_of([&] { verify_backup(open_backup(made.file)); }),
                HasSubstr("password_history is not what the backup held: 4 rows, and 3 there"));
}

TEST(backup, and_restore_go_over_verified_tls) {
    embedded::postgres_server server({.folder = support::server_folder("backup-tls"),
                                      .database = "agente",
                                      .tls = true,
                                      .durable = false});
    support::deploy(server.tls_url());
    add_awkward_rows(server.tls_url());
    sql(server.tls_url(), "create database second");
    backup_home const home;
    auto const made = backed_up(server.tls_url(), home);
    restore_backup(address(server.tls_url("second")), open_backup(made.file));
    EXPECT_EQ(sums_of(server.tls_url("second")), sums_of(server.tls_url()));
    auto wrong = address(server.tls_url());
    wrong.set("sslrootcert", made.file.string());  // no certificate is in there
    EXPECT_THROW(make_backup(wrong, {.folder = home.path()}), failure);
}

TEST(backup, names_the_package_of_a_pg_dump_that_is_new_enough) {
    EXPECT_THAT(complaint_of([] { embedded::postgres_clients(99); }),
                HasSubstr("apt-get install postgresql-client-99"));
    EXPECT_GE(embedded::postgres_clients(15).major, 15);
}

TEST(backup, cut_off_or_foreign_files_are_no_backups) {
    backup_home const home;
    auto const made = backed_up(fresh_database(), home);
    auto const bytes = content_of(made.file);
    auto const file = home.path() / "copy.tar";
    for (std::size_t const size :
         {std::size_t{0}, std::size_t{100}, bytes.size() / 2, bytes.size() - 1'024}) {
        std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes.substr(0, size);
        EXPECT_THAT(complaint_of([&] { open_backup(file); }),
                    HasSubstr("no backup of this program"))
            << size;
    }
    EXPECT_THAT(complaint_of([&] { open_backup(home.path() / "missing.tar"); }),
                HasSubstr("No such file"));
}

TEST(backup, checksums_tell_null_from_empty_and_doubles_from_singles) {
    auto const url = fresh_database();
    add_awkward_rows(url);
    auto const before = sums_of(url);
    auto const changed = [&](std::string const& change) {
        sql(url, change);
        auto const after = sums_of(url);
        std::string names;
        for (std::size_t i = 0; i < after.size(); ++i)
            if (after[i].checksum != before[i].checksum) names += after[i].name + " ";
        return names;
    };
    EXPECT_EQ(changed("alter table public.users disable trigger all;"
                      "update public.users set full_name = '' where id = 'u2'"),
              "users ");
    EXPECT_EQ(
        changed(
            "insert into public.password_history (id, user_id, password_hash, created_at)"
            " select id + 100, user_id, password_hash, created_at from public.password_history"),
        "password_history users ");
}

}  // namespace
}  // namespace agente::operations
