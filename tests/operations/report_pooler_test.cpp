// db lint and db report behind a real transaction pooler.
#include <gmock/gmock.h>

#include "operations/lint.hpp"
#include "operations/report.hpp"
#include "support/servers.hpp"

namespace agente::operations {
namespace {

TEST(behind_a_transaction_pooler, lint_and_report_read_all_and_leave_nothing_behind) {
    auto const url = support::fresh_database();
    support::sql(url, "create table public.bare (id int primary key)");
    embedded::pgbouncer_server bouncer(
        support::postgres(), {.folder = support::server_folder("report_bouncer"), .pool_size = 1});
    auto const pooled = bouncer.url(url.substr(url.rfind('/') + 1));
    {
        postgres::command_connection connection(postgres::parse_url(pooled).value());
        auto const found = lint(connection);
        EXPECT_TRUE(std::ranges::count(found, "lint.rls_disabled", &finding::check) == 1);
        auto const made = database_report(connection);
        for (auto const& section : made.sections)
            EXPECT_TRUE(!section.rows.empty() || !section.said.empty()) << section.name;
        EXPECT_EQ(connection.ask("t", "show search_path").text(0, 0), "\"$user\", public");
    }
    EXPECT_EQ(support::sql(pooled, "create table public.written (a int); select 'yes'"), "yes")
        << "the one server connection is free and may write";
}

}  // namespace
}  // namespace agente::operations
