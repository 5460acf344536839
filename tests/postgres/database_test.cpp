// The pool against a real server, in both modes.
#include <gmock/gmock.h>

#include "postgres/real_server.hpp"
#include "postgres/support.hpp"

namespace agente::postgres::tests {
namespace {

using testing::HasSubstr;

class in_mode : public testing::TestWithParam<pipeline_mode> {
protected:
    void SetUp() override { url = fresh_notes(); }
    void open(options with) {
        with.server = parse_url(url).value();
        db.emplace(loop, std::move(with), metrics);
        wait_for(loop, db->start());
    }
    void open() { open(options_for(url, GetParam())); }
    access const a = access::tenant("hotel-a"), b = access::tenant("hotel-b");
    std::string url;
    asio::io_context loop;
    telemetry::metrics metrics;
    std::optional<database> db;
};

TEST_P(in_mode, reads_writes_and_counts) {
    open();
    auto const one = wait_for(loop, db->row(a, read_note, "k7"));
    ASSERT_TRUE(one);
    EXPECT_EQ(one->title, "hotel-a 7");
    EXPECT_FALSE(wait_for(loop, db->row(a, read_note, "none")));
    EXPECT_EQ(wait_for(loop, db->rows(b, all_notes)).size(), 100u);
    EXPECT_EQ(wait_for(loop, db->execute(a, retitle, "k7", "new")), 1);
    EXPECT_EQ(wait_for(loop, db->row(a, read_note, "k7"))->title, "new");
    EXPECT_EQ(wait_for(loop, db->row(b, read_note, "k7"))->title, "hotel-b 7");
    wait_for(loop, db->stop());
}

TEST_P(in_mode, a_batch_happens_as_a_whole_or_not_at_all) {
    open();
    batch good(a);
    auto const written = good.add(write_note, "new", "first");
    auto const seen = good.add(read_note, "new");
    auto const answers = wait_for(loop, db->run(std::move(good)));
    EXPECT_EQ(answers.affected(written), 1);
    EXPECT_EQ(answers.row(seen)->title, "first");

    batch bad(a);
    bad.add(write_note, "other", "second");
    bad.add(write_note, "new", "twice");
    auto const why = failure_of(loop, db->run(std::move(bad)));
    EXPECT_EQ(why.sqlstate(), "23505");
    EXPECT_EQ(why.constraint(), "notes_pkey");
    EXPECT_EQ(why.reason().kind(), error_kind::conflict);
    EXPECT_FALSE(wait_for(loop, db->row(a, read_note, "other")));
}

INSTANTIATE_TEST_SUITE_P(pool, in_mode, testing::Values(pipeline_mode::multi, pipeline_mode::single, pipeline_mode::automatic),
                         [](auto const& of) {
                             return of.param == pipeline_mode::multi ? "multi" : of.param == pipeline_mode::single ? "single" : "automatic";
                         });

}  // namespace
}  // namespace agente::postgres::tests
