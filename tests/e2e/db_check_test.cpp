// agente-hotel db check as an operator runs it: exit codes, JSON lines, --watch, --insecure.
#include <gmock/gmock.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json/parse.hpp>

#include "e2e/program.hpp"
#include "support/servers.hpp"

namespace agente::e2e {
namespace {

using support::fresh_database;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string password() { return std::string(support::postgres().password().reveal()); }

std::vector<boost::json::object> lines_of(std::string const& out) {
    std::vector<boost::json::object> all;
    std::istringstream in(out);
    for (std::string line; std::getline(in, line);)
        all.push_back(boost::json::parse(line).as_object());
    return all;
}

TEST(db_check, a_good_database_is_exit_code_0_and_a_bad_one_1) {
    program good({"db", "check"}, {{"DATABASE_URL", fresh_database()}});
    auto const told = good.read_all();
    EXPECT_EQ(good.wait(), 0);
    EXPECT_THAT(told,
                AllOf(HasSubstr("connect "), HasSubstr("server.version"), HasSubstr("0 faults")));
    EXPECT_THAT(good.errors(), HasSubstr("measuring round trips\n"));
    program bad({"db", "check", "--database-url", fresh_database(false)});
    EXPECT_THAT(bad.read_all(), AllOf(HasSubstr("FAULT    schema.tables"),
                                      HasSubstr("-> run agente-hotel db deploy")));
    EXPECT_EQ(bad.wait(), 1);
    program nowhere({"db", "check"});
    EXPECT_EQ(nowhere.wait(), 1);
    EXPECT_THAT(nowhere.errors(), HasSubstr("DATABASE_URL is not set"));
    program usage({"db", "check", "--every", "0"});
    EXPECT_EQ(usage.wait(), 2);
}

TEST(db_check, programs_read_a_json_object_a_line_and_nothing_else) {
    program one({"db", "check", "--json"}, {{"POSTGRES_URL", fresh_database()}});
    auto const all = lines_of(one.read_all());
    EXPECT_EQ(one.wait(), 0);
    EXPECT_EQ(one.errors(), "");
    EXPECT_GT(all.size(), 15u);
    for (auto const& line : all) {
        EXPECT_EQ(line.size(), 4u);
        for (auto const* field : {"check", "level", "what", "cure"})
            EXPECT_TRUE(line.at(field).is_string());
    }
}

TEST(db_check, the_tiers_quotas_and_our_budget_come_from_the_settings) {
    program one({"db", "check", "--json"}, {{"DATABASE_URL", fresh_database()},
                                            {"USE_SUPABASE", "true"},
                                            {"SUPABASE_TIER", "pro"},
                                            {"INSTANCES", "40"},
                                            {"POSTGRES_POOL_SIZE", "3"},
                                            {"POSTGRES_MAX_OVERFLOW", "1"}});
    auto const told = one.read_all();
    EXPECT_EQ(one.wait(), 1);
    EXPECT_THAT(told, AllOf(HasSubstr("of 8.0 GB"), HasSubstr("40 x 4 connections = 160 of 120"),
                            HasSubstr("of 120 server connections in use")));
}

TEST(db_check, debug_tells_everything_but_the_password) {
    program one({"db", "check", "--debug"}, {{"DATABASE_URL", fresh_database()}});
    auto const told = one.read_all();
    EXPECT_EQ(one.wait(), 0);
    EXPECT_THAT(one.errors(),
                AllOf(HasSubstr("postgres:***@127.0.0.1"), HasSubstr("server process"),
                      HasSubstr("one Sync with many statements: [mine, 1, 2"),
                      HasSubstr("several Syncs in flight: ["), HasSubstr("SET kept: true")));
    EXPECT_THAT(told + one.errors(), Not(HasSubstr(password())));
}

// Lines until one holds `text`.
std::string wait_for(program& one, std::string_view text) {
    for (;;) {
        auto const line = one.read_line();
        if (line.find(text) != std::string::npos || testing::Test::HasFailure()) return line;
    }
}

TEST(db_check, watching_tells_what_changes_until_it_is_interrupted) {
    auto const url = fresh_database();
    program one({"db", "check", "--watch", "--every", "1"}, {{"DATABASE_URL", url}});
    wait_for(one, "checks in all");
    EXPECT_THAT(wait_for(one, "round trip"), HasSubstr("0 faults"));
    support::sql(url, "drop table public.lock_audit");
    EXPECT_THAT(wait_for(one, "schema.tables"), AllOf(HasSubstr("fault"), HasSubstr("lock_audit")));
    EXPECT_THAT(wait_for(one, "round trip"), HasSubstr("fault"));  // told once
    one.signal(SIGINT);
    EXPECT_EQ(one.wait(), 1);

    program fine({"db", "check", "--watch", "--every", "1", "--json"},
                 {{"DATABASE_URL", fresh_database()}});
    auto const first = boost::json::parse(fine.read_line()).as_object();
    EXPECT_TRUE(first.contains("at"));
    wait_for(fine, "\"connect\"");  // the next round
    fine.signal(SIGTERM);
    EXPECT_EQ(fine.wait(), 0);
}

TEST(db_check, insecure_is_refused_where_nobody_answers_for_it) {
    auto const url = fresh_database();
    auto const refused = [&](std::map<std::string, std::string> environment) {
        environment.emplace("DATABASE_URL", url);
        program one({"db", "check", "--insecure"}, std::move(environment), "YES\n");
        EXPECT_EQ(one.read_all(), "");
        EXPECT_EQ(one.wait(), 2);
        return one.errors();
    };
    EXPECT_THAT(refused({{"ENVIRONMENT", "production"}}), HasSubstr("ENVIRONMENT=production"));
    EXPECT_THAT(refused({{"CI", "true"}}), HasSubstr("CI is set"));
    EXPECT_THAT(refused({}), HasSubstr("types YES"));  // no terminal
}

struct typed {
    int code;
    std::string shown;
};

// The program at a terminal of its own, where `line` is typed.
typed at_a_terminal(std::vector<std::string> words, std::string const& url, std::string_view line) {
    auto const variable = "DATABASE_URL=" + url;
    std::vector<char const*> argv{AGENTE_BINARY}, environment{variable.c_str(), "NO_COLOR=1"};
    for (auto const& word : words) argv.push_back(word.c_str());
    argv.push_back(nullptr);
    environment.push_back(nullptr);
    int terminal = -1;
    auto const pid = ::forkpty(&terminal, nullptr, nullptr, nullptr);
    if (pid == 0) {
        ::execve(argv[0], const_cast<char* const*>(argv.data()),
                 const_cast<char* const*>(environment.data()));
        ::_exit(127);
    }
    EXPECT_EQ(::write(terminal, line.data(), line.size()), static_cast<ssize_t>(line.size()));
    typed out{-1, {}};
    char chunk[4096];
    for (pollfd waiting{terminal, POLLIN, 0}; ::poll(&waiting, 1, 60'000) > 0;) {
        auto const size = ::read(terminal, chunk, sizeof chunk);
        if (size <= 0) break;  // EIO: it has ended
        out.shown.append(chunk, static_cast<std::size_t>(size));
    }
    int status{};
    ::waitpid(pid, &status, 0);
    ::close(terminal);
    out.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return out;
}

TEST(db_check, insecure_asks_for_the_word_yes) {
    embedded::postgres_server server(
        {.folder = support::server_folder("check_insecure"), .tls = true, .durable = false});
    auto const untrusted = server.tls_url() + ".not-there";  // the root file
    auto const no = at_a_terminal({"db", "check", "--insecure"}, untrusted, "yes\n");
    EXPECT_EQ(no.code, 2);
    EXPECT_THAT(no.shown, HasSubstr("Type YES"));
    auto const yes = at_a_terminal({"db", "check", "--insecure"}, untrusted, "YES\n");
    EXPECT_EQ(yes.code, 1) << yes.shown;  // nothing is deployed there
    EXPECT_THAT(yes.shown,
                AllOf(HasSubstr("tls.insecure"), HasSubstr("TLSv1."), HasSubstr("schema.tables")));
    auto const without = at_a_terminal({"db", "check"}, untrusted, "");
    EXPECT_THAT(without.shown, HasSubstr("connect.no_root_certificate"));
}

}  // namespace
}  // namespace agente::e2e
