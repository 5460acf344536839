// Statements that a real server keeps: who gets them, whose rows they read, and what happens when
// the server does not know them any more.
#include <gmock/gmock.h>

#include "postgres/database_fixture.hpp"
#include "postgres/kept_statements.hpp"

namespace agente::postgres::tests {
namespace {

// Of the session it runs on: the test's pools have one connection.
constexpr query<std::int64_t, std::string> runs_by_name{
    "tests.runs_by_name",
    "select coalesce(sum(generic_plans + custom_plans), 0)::bigint from pg_prepared_statements"
    " where strpos(statement, $1) > 0 and strpos(statement, 'pg_prepared_statements') = 0"};
constexpr query<void> forget_all{"tests.forget_all", "deallocate all"};
constexpr query<void> change_type{"tests.change_type",
                                  "alter table public.notes alter column title type varchar(500)"};

class kept_on_server : public database_test {
protected:
    void open_one(pipeline_mode mode) {
        open(options_for(url, mode, 1));
        ASSERT_TRUE(run_until(loop, [&] {
            return db->now().mode == pipeline_mode::multi || mode == pipeline_mode::single;
        }));
    }
    void read_often() {
        for (unsigned i = 0; i < 3 * kept_statements::worth_it; ++i)
            EXPECT_EQ(wait_for(loop, db->row(a, read_note, "k7"))->title, "hotel-a 7");
    }
    std::int64_t by_name(std::string const& text) {
        return *wait_for(loop, db->row(access::owner(), runs_by_name, text));
    }
};

TEST_P(kept_on_server, only_where_batches_follow_each_other_without_a_pooler) {
    open_one(GetParam());
    read_often();
    bool const kept = GetParam() != pipeline_mode::single;
    EXPECT_EQ(by_name("from public.notes where key") > 0, kept);
    EXPECT_EQ(by_name("set_config('role'") > 0, kept);
}

TEST_P(kept_on_server, a_plan_made_for_one_hotel_reads_the_rows_of_whoever_asks) {
    open_one(GetParam());
    read_often();
    for (int i = 0; i < 20; ++i) {
        auto const& as = i % 2 == 0 ? b : a;
        EXPECT_EQ(wait_for(loop, db->row(as, read_note, "k7"))->title,
                  fmt::format("{} 7", as.slug()));
        for (auto const& one : wait_for(loop, db->rows(as, all_notes)))
            EXPECT_EQ(one.tenant_id, as.slug());
    }
    EXPECT_TRUE(wait_for(loop, db->rows(access::tenant("nobody"), all_notes)).empty());
}

TEST_P(kept_on_server, what_the_server_forgot_fails_once_and_is_sent_whole_again) {
    open_one(GetParam());
    read_often();
    wait_for(loop, db->execute(access::owner(), forget_all));
    if (GetParam() != pipeline_mode::single)
        EXPECT_EQ(failure_of(loop, db->row(a, read_note, "k7")).sqlstate(), "26000");
    read_often();
    EXPECT_EQ(by_name("from public.notes where key"), 0);
}

TEST_P(kept_on_server, a_changed_type_fails_once_and_is_read_again) {
    open_one(GetParam());
    read_often();
    wait_for(loop, db->execute(access::owner(), change_type));
    if (GetParam() != pipeline_mode::single)
        EXPECT_EQ(failure_of(loop, db->row(a, read_note, "k7")).sqlstate(), "0A000");
    read_often();
}

INSTANTIATE_TEST_SUITE_P(modes, kept_on_server,
                         testing::Values(pipeline_mode::multi, pipeline_mode::single,
                                         pipeline_mode::probed),
                         mode_name);

}  // namespace
}  // namespace agente::postgres::tests
