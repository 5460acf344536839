// agente-hotel db cleanup: deletes what is old, as the service does by itself every day.
#include <fmt/format.h>

#include <boost/json/value.hpp>
#include <iostream>

#include "app/command_db.hpp"
#include "app/command_session.hpp"
#include "app/operating.hpp"
#include "app/retention.hpp"
#include "operations/cleanup.hpp"
#include "operations/interruption.hpp"

namespace agente::app {
namespace {

using namespace std::chrono_literals;

struct cleanup_flags {
    std::vector<std::string> older_than;  // parallel to cleanup_rules(); empty: as the settings say
    bool dry_run{};
};

std::string shown(std::chrono::seconds age) {
    if (age == 0s) return "for ever";
    auto const hours = std::chrono::floor<std::chrono::hours>(age).count();
    return hours % 24 == 0 ? fmt::format("{}d", hours / 24) : fmt::format("{}h", hours);
}

// What was asked for above what is configured; a complaint for what cannot be.
std::string read(cleanup_flags const& flags, operations::retention& keep) {
    auto const& rules = operations::cleanup_rules();
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (flags.older_than[i].empty()) continue;
        auto const age = operations::parse_duration(flags.older_than[i]);
        auto const option = fmt::format("--{}-older-than", rules[i].name);
        if (!age) return fmt::format("{}: {}", option, age.error().message());
        if (*age < rules[i].least)
            return fmt::format("{}: {} at least: {}", option, shown(rules[i].least),
                               rules[i].why_least);
        keep[i] = *age;
    }
    return {};
}

int print(std::vector<operations::cleaned> const& all, operations::retention const& keep,
          bool dry_run, bool json) {
    if (json) {
        boost::json::array tables;
        for (std::size_t i = 0; i < all.size(); ++i)
            tables.push_back({{"rule", all[i].name},
                              {"table", all[i].table},
                              {"rows", all[i].rows},
                              {"older_than_seconds", keep[i].count()}});
        print_json(std::cout, {{"dry_run", dry_run}, {"tables", std::move(tables)}});
        return exit_ok;
    }
    std::vector<std::vector<std::string>> rows;
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        rows.push_back({std::string(all[i].table), shown(keep[i]), std::to_string(all[i].rows)});
        sum += all[i].rows;
    }
    print_table(std::cout, {"table", "kept", dry_run ? "would go" : "deleted"}, rows);
    std::cout << fmt::format("{} rows {}.\n", sum,
                             dry_run ? "would be deleted; nothing was" : "deleted");
    return exit_ok;
}

int run_cleanup(common_options const& common, cleanup_flags const& flags) {
    auto unused = operations::usual_retention();
    if (auto const wrong = read(flags, unused); !wrong.empty()) {
        std::cerr << wrong << '\n';
        return exit_usage;
    }
    return operate(common, [&](settings const& s) {
        operations::interruption const interruptible;
        auto keep = retention_of(s);
        read(flags, keep);
        postgres::command_connection database(session_database(s),
                                              {.connect = 15s, .answer = 5min});
        progress shown_progress(common.json);
        auto const all = operations::clean_up(
            database, keep, {.dry_run = flags.dry_run}, [&](operations::cleaned const& one) {
                shown_progress.step(fmt::format("{}: {} rows deleted", one.table, one.rows));
            });
        shown_progress.done();
        return print(all, keep, flags.dry_run, common.json);
    });
}

}  // namespace

void add_db_cleanup(command const& db) {
    auto const& rules = operations::cleanup_rules();
    auto const flags = std::make_shared<cleanup_flags>();
    flags->older_than.resize(rules.size());
    auto const cleanup =
        db.add("cleanup", "Delete what is old, a little at a time; the service does it every day");
    operating_options(cleanup);
    cleanup.flag("--dry-run", flags->dry_run, "Count only");
    for (std::size_t i = 0; i < rules.size(); ++i)
        cleanup.text(
            fmt::format("--{}-older-than", rules[i].name), flags->older_than[i],
            fmt::format("{} (12h, 7d, 2w; else as RETENTION_ settings say)", rules[i].what));
    cleanup.run([flags](common_options const& common) { return run_cleanup(common, *flags); });
}

}  // namespace agente::app
