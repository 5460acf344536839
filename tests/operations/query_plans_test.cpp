// Every named query of the program, planned on a database of 100,000 hotels: none may read a large
// table from end to end.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "operations/all_queries.hpp"
#include "support/explain.hpp"
#include "support/servers.hpp"

namespace agente::operations {
namespace {

// Those that no catalogue lists, each for its reason.
bool exempt(std::string const& name) {
    static std::set<std::string> const all{
        "channels.add_messages",  // a group commit: an INSERT of given values
        "demo.keep_hotel",        // the demo's only row
        "app.alive",              // agente.migrations: a row for each migration
    };
    // Catalogue and bookkeeping, asked by an operator's command.
    for (auto const* of_commands :
         {"deploy.", "deployment.", "migrate.", "drift.", "catalog.", "adopt.", "postgres.",
          "check.", "backup.", "restore.", "rollback."})
        if (name.starts_with(of_commands)) return true;
    return all.contains(name) || name == "cleanup.lock";
}

std::set<std::string> names_in_sources() {
    std::set<std::string> names;
    std::regex const declaration(
        R"re((?:query<[^;{]*>|group_query)\s+\w+\s*\{\s*"([a-z_]+\.[a-z_]+)")re");
    for (auto const& entry :
         std::filesystem::recursive_directory_iterator(AGENTE_SOURCE_DIR "/src")) {
        if (entry.path().extension() != ".cpp") continue;
        std::ifstream in(entry.path());
        std::ostringstream text;
        text << in.rdbuf();
        auto const source = text.str();
        for (std::sregex_iterator at(source.begin(), source.end(), declaration), end; at != end;
             ++at)
            names.insert((*at)[1].str());
    }
    return names;
}

TEST(query_plans, every_query_in_the_sources_is_looked_at) {
    std::set<std::string> listed;
    for (auto const& one : all_queries()) listed.emplace(one.name);
    auto const found = names_in_sources();
    EXPECT_GT(found.size(), 20u) << "the search itself works";
    for (auto const& name : found)
        EXPECT_TRUE(listed.contains(name) || exempt(name)) << name << " is in no list of queries";
}

TEST(query_plans, none_reads_a_large_table_from_end_to_end) {
    auto const url = support::fresh_database();
    support::fill_with_hotels(url);
    auto all = all_queries();
    // A hotel has a few bookings a day, and this looks at them once a day.
    std::erase_if(all, [](auto const& one) { return one.name == "cleanup.booking-journal"; });
    EXPECT_THAT(support::sequential_scans(url, all), testing::IsEmpty());

    std::vector<postgres::query_text> const bad{
        {"bad.names",
         "select id from public.tenants where name like '%' || $1",
         {postgres::oid::text},
         {}}};
    EXPECT_THAT(support::sequential_scans(url, bad),
                testing::Contains("bad.names as agente_system: Seq Scan on tenants"))
        << "or this test cannot fail";
    std::vector<postgres::query_text> const wrong{
        {"bad.table", "select 1 from public.nowhere", {}, {}}};
    EXPECT_THROW(support::sequential_scans(url, wrong), std::runtime_error);

    // What operators and the clean-up run.
    std::vector<postgres::query_text> const operators{
        {"operators.sessions",
         "delete from public.user_sessions where expires_at < now() - interval '7 days'",
         {},
         {}},
        {"operators.lock_audit",
         "delete from public.lock_audit where created_at < now() - interval '59 days'",
         {},
         {}}};
    EXPECT_THAT(support::sequential_scans(url, operators), testing::IsEmpty());
}

}  // namespace
}  // namespace agente::operations
