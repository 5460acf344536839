#include "operations/report_judgement.hpp"

#include <gmock/gmock.h>

namespace agente::operations {
namespace {

using testing::HasSubstr;

report_overview fine() {
    report_overview o;
    o.role = "me";
    o.database_bytes = 100 << 20;
    o.cache_hit_percent = 99.95;
    o.blocks_asked = 1'000'000;
    o.connections = 10;
    o.most_connections = 60;
    o.reserved_connections = 3;
    o.live_rows = 1'000'000;
    o.index_bytes = 1 << 30;
    o.sees_everything = true;
    return o;
}

finding of(std::string_view check, report_overview const& o, report_options const& with = {}) {
    auto const all = judged(o, with);
    auto const at =
        std::ranges::find(all, std::string("report.") + std::string(check), &finding::check);
    if (at != all.end()) return *at;
    ADD_FAILURE() << "nothing was said of " << check;
    return {};
}

TEST(report_judgement, a_database_in_good_order_has_nothing_to_mend) {
    for (auto const& one : judged(fine(), {.quota_bytes = 500 << 20})) {
        EXPECT_EQ(one.level, severity::ok) << one.check << ": " << one.what;
        EXPECT_EQ(one.cure, "");
    }
}

struct judged_case {
    char const* check;
    void (*spoil)(report_overview&);
    severity level;
    char const* says;
};

TEST(report_judgement, each_number_is_judged_at_its_limits) {
    judged_case const rows[] = {
        {"cache", [](auto& o) { o.cache_hit_percent = 98.5; }, severity::warning, "98.5 %"},
        {"cache", [](auto& o) { o.cache_hit_percent = 90; }, severity::fault, "90.0 %"},
        {"cache", [](auto& o) { o.cache_hit_percent = 10, o.blocks_asked = 500; }, severity::info,
         "Too little was read"},
        {"cache", [](auto& o) { o.cache_hit_percent.reset(); }, severity::info,
         "Too little was read"},
        {"connections", [](auto& o) { o.connections = 39; }, severity::ok, "39 of 57"},
        {"connections", [](auto& o) { o.connections = 40; }, severity::warning, "40 of 57"},
        {"connections", [](auto& o) { o.connections = 52; }, severity::fault, "91 %"},
        {"transactions", [](auto& o) { o.oldest_transaction_seconds = 16 * 60; }, severity::warning,
         "16 min 0 s old"},
        {"transactions", [](auto& o) { o.oldest_transaction_seconds = 7 * 3600; }, severity::fault,
         "7 h 0 min old"},
        {"transactions", [](auto& o) { o.idle_in_transaction_seconds = 301; }, severity::warning,
         "idle for 5 min 1 s"},
        {"transactions", [](auto& o) { o.idle_in_transaction_seconds = 4000; }, severity::fault,
         "idle for 1 h 6 min"},
        {"blocking", [](auto& o) { o.blocked = 1; }, severity::warning, "1 session waits"},
        {"blocking", [](auto& o) { o.blocked = 2; }, severity::warning, "2 sessions wait"},
        {"dead_rows", [](auto& o) { o.dead_rows = 9'000, o.live_rows = 0; }, severity::ok, "100 %"},
        {"dead_rows", [](auto& o) { o.dead_rows = 300'000; }, severity::warning,
         "300,000 of 1,300,000 rows are dead (23 %)"},
        {"dead_rows", [](auto& o) { o.dead_rows = 2'000'000; }, severity::fault, "67 %"},
        {"unused_indexes", [](auto& o) { o.unused_indexes = 1, o.unused_index_bytes = 1 << 20; },
         severity::ok, "1 index that is hardly read takes 1.0 MB"},
        {"unused_indexes", [](auto& o) { o.unused_indexes = 3, o.unused_index_bytes = 200 << 20; },
         severity::warning, "3 indexes that are hardly read take 200 MB"},
        {"wraparound", [](auto& o) { o.oldest_rows_percent = 30; }, severity::warning, "30 %"},
        {"wraparound", [](auto& o) { o.oldest_rows_percent = 70; }, severity::fault, "70 %"},
        {"rights", [](auto& o) { o.sees_everything = false; }, severity::info,
         "GRANT pg_monitor TO me"},
    };
    for (auto const& row : rows) {
        auto seen = fine();
        row.spoil(seen);
        auto const found = of(row.check, seen);
        EXPECT_EQ(found.level, row.level) << row.check << ": " << found.what;
        EXPECT_THAT(found.what, HasSubstr(row.says));
        EXPECT_EQ(found.cure.empty(), row.level < severity::warning) << found.what;
    }
}

TEST(report_judgement, the_size_is_held_against_the_quota) {
    auto seen = fine();
    EXPECT_EQ(of("size", seen).level, severity::info) << "none is known";
    EXPECT_EQ(of("size", seen, {.quota_bytes = 126 << 20}).level, severity::ok);
    EXPECT_EQ(of("size", seen, {.quota_bytes = 124 << 20}).level, severity::warning);
    EXPECT_EQ(of("size", seen, {.quota_bytes = 105 << 20}).level, severity::fault);
}

TEST(report_judgement, an_empty_server_divides_by_nothing) {
    for (auto const& one : judged(report_overview{}, {})) EXPECT_NE(one.what, "");
}

struct shown_case {
    report_cell cell;
    measure of;
    char const* text;
};

TEST(report_shown, numbers_as_people_read_them) {
    using enum measure;
    shown_case const rows[] = {
        {std::monostate{}, bytes, "-"},
        {true, flag, "yes"},
        {std::int64_t{0}, count, "0"},
        {std::int64_t{999}, count, "999"},
        {std::int64_t{1000}, count, "1,000"},
        {std::int64_t{-1234567}, count, "-1,234,567"},
        {std::int64_t{12345}, text, "12345"},
        {std::int64_t{1023}, bytes, "1023 bytes"},
        {std::int64_t{1536}, bytes, "1.5 kB"},
        {std::int64_t{5} << 40, bytes, "5.0 TB"},
        {99.99, percent, "99.9 %"},
        {100.0, percent, "100.0 %"},
        {0.0123, milliseconds, "0.012 ms"},
        {1234.4, milliseconds, "1,234 ms"},
        {65'000.0, milliseconds, "1 min 5 s"},
        {0.0, seconds, "0.0 s"},
        {-1.0, seconds, "0.0 s"},
        {59.9, seconds, "59 s"},
        {3599.0, seconds, "59 min 59 s"},
        {90'000.0, seconds, "1 d 1 h"},
        {std::string("a"), text, "a"},
    };
    for (auto const& row : rows) EXPECT_EQ(shown(row.cell, row.of), row.text);
}

}  // namespace
}  // namespace agente::operations
