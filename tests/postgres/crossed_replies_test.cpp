// Ten thousand interleaved batches of two tenants against a faulty server, in every mode: no reply,
// row or error ever reaches another caller. Every answer carries whose it is.
#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/system/system_error.hpp>

#include "net/deadline.hpp"
#include "postgres/fake_server.hpp"
#include "postgres/support.hpp"

namespace agente::postgres::tests {
namespace {

struct echo {
    std::string tenant, said;
};
BOOST_DESCRIBE_STRUCT(echo, (), (tenant, said))

constexpr query<echo, std::string> read_echo{"tests.read_echo", "select echo($1)",
                                             sharing::coalescible};
constexpr query<echo, std::string> write_echo{"tests.write_echo", "select echo($1)"};

struct tally {
    int asked{0}, answered{0}, refused{0}, by_chance{0}, unavailable{0}, in_doubt{0}, too_late{0},
        cancelled{0}, leased{0};
    std::vector<std::string> wrong;
};

class caller {
public:
    caller(database& db, tally& count, int number)
        : db_(db), tally_(count), tenant_(number % 2 == 0 ? "hotel-a" : "hotel-b"), number_(number),
          dice_(static_cast<unsigned>(number) + 1) {}

    task<> run(int batches) {
        for (int i = 0; i < batches; ++i) {
            ++tally_.asked;
            if (dice_() % 100 == 0)
                co_await lease_once(i);
            else
                co_await once(i);
        }
    }

private:
    task<> once(int i) {
        bool const read = dice_() % 4 != 0;
        auto const statements = 1 + dice_() % 3;
        auto const failing = dice_() % 20 == 0 ? dice_() % statements : statements;
        batch mine(access::tenant(tenant_));
        std::vector<handle<echo>> handles;
        std::vector<std::string> said;
        for (unsigned s = 0; s < statements; ++s) {
            said.push_back(fmt::format("{}{}.{}.{}", s == failing ? "fail " : "", number_, i, s));
            handles.push_back(mine.add(read ? read_echo : write_echo, said.back()));
        }
        auto work = db_.run(std::move(mine));
        if (dice_() % 50 == 0)
            work = net::with_deadline(std::move(work), std::chrono::microseconds(dice_() % 2'000));
        try {
            auto const all = co_await std::move(work);
            if (failing < statements)
                tally_.wrong.push_back("answered although it must fail: " + said[failing]);
            for (unsigned s = 0; s < statements; ++s) {
                auto const got = all.row(handles[s]).value();
                if (got.said != said[s] || got.tenant != tenant_)
                    tally_.wrong.push_back(fmt::format("asked {} for {}, got {} of {}", said[s],
                                                       tenant_, got.said, got.tenant));
            }
            ++tally_.answered;
        } catch (error const& e) {
            judge(e, read, failing < statements ? "refused " + said[failing] + " " : "");
        } catch (failure const&) {
            ++tally_.cancelled;  // with_deadline's
        }
    }

    task<> lease_once(int i) {
        auto const said = fmt::format("{}.{}.lease", number_, i);
        try {
            auto mine = co_await db_.exclusive(access::tenant(tenant_), std::chrono::seconds(5));
            auto const got = co_await mine.row(write_echo, said);
            if (got->said != said || got->tenant != tenant_)
                tally_.wrong.push_back(fmt::format("leased, asked {} for {}, got {} of {}", said,
                                                   tenant_, got->said, got->tenant));
            if (dice_() % 2 == 0) co_await mine.commit();
            ++tally_.leased;
        } catch (error const& e) {
            judge(e, false, "");
        }
    }

    void judge(error const& e, bool read, std::string const& expected) {
        std::string_view const text = e.what();
        if (e.sqlstate() == "P0001") {
            if (!expected.empty() &&
                (std::string(text) + " ").find(expected.substr(0, expected.size() - 1) + " (") !=
                    std::string::npos)
                ++tally_.refused;
            else if (text.find("by chance " + tenant_) != text.npos ||
                     text.find("by chance nobody") != text.npos)
                ++tally_.by_chance;
            else
                tally_.wrong.push_back(
                    fmt::format("{} got the error of another: {}", tenant_, text));
        } else if (e.in_doubt()) {
            ++tally_.in_doubt;
            if (read) tally_.wrong.push_back("a read in doubt");
        } else if (e.reason().kind() == error_kind::timeout) {
            ++tally_.too_late;
        } else if (e.reason().kind() == error_kind::unavailable) {
            ++tally_.unavailable;
        } else {
            tally_.wrong.push_back(fmt::format("unexpected: {}", text));
        }
    }

    database& db_;
    tally& tally_;
    std::string tenant_;
    int number_;
    std::minstd_rand dice_;
};

struct storm {
    pipeline_mode mode;
    bool old_pooler;
    double trouble;
    char const* name;
};

class crossed_replies : public testing::TestWithParam<storm> {};

TEST_P(crossed_replies, never) {
    constexpr int callers = 50, batches = 200;
    asio::io_context loop;
    telemetry::metrics metrics;
    auto const t = GetParam().trouble;
    fake_server server(loop, {.seed = 7,
                              .error = t / 200,
                              .cut = t / 3'000,
                              .drop = t / 10'000,
                              .delay = 0.5,
                              .in_pieces = true,
                              .forgets_pipelined = GetParam().old_pooler});
    auto with = options_for(server.url(), GetParam().mode, 4);
    with.overflow = 2;
    with.reply_deadline = std::chrono::milliseconds(250);
    database db(loop, with, metrics);
    wait_for(loop, db.start());

    tally count;
    int running = callers;
    std::vector<std::unique_ptr<caller>> all;
    for (int n = 0; n < callers; ++n) {
        all.push_back(std::make_unique<caller>(db, count, n));
        asio::co_spawn(loop, all.back()->run(batches), [&](std::exception_ptr e) {
            --running;
            if (e) ADD_FAILURE() << "a caller died";
        });
    }
    while (running > 0) loop.run_one();
    auto const mode = db.now();
    wait_for(loop, db.stop());

    SCOPED_TRACE(fmt::format(
        "{} answered, {} refused, {} by chance, {} in doubt, {} unavailable, {} too late, {} cancelled, {} leased; "
        "{} cuts, {} drops, {} logins; {}",
        count.answered, count.refused, count.by_chance, count.in_doubt, count.unavailable,
        count.too_late, count.cancelled, count.leased, server.cuts(), server.drops(),
        server.logins(), mode.reason));
    EXPECT_THAT(count.wrong, testing::IsEmpty());
    EXPECT_EQ(count.asked, callers * batches);
    EXPECT_GT(count.answered, callers * batches * 7 / 10);
    EXPECT_GT(count.refused, 50);
    EXPECT_GT(count.leased, 50);
    EXPECT_GT(count.cancelled, 10);
    if (t > 0) {
        EXPECT_GT(server.cuts(), 0);
        EXPECT_GT(server.drops(), 0);
        EXPECT_GT(count.by_chance, 0);
        EXPECT_GT(count.in_doubt, 0);
    } else {
        EXPECT_EQ(count.in_doubt + count.unavailable + count.too_late, 0);
    }
    if (GetParam().mode == pipeline_mode::multi) {
        EXPECT_GT(server.run_by_name(), count.answered);  // the scope's statement, too
    } else if (GetParam().mode == pipeline_mode::single || GetParam().old_pooler) {
        EXPECT_EQ(server.run_by_name(), 0);
    }
    if (GetParam().old_pooler) {
        EXPECT_EQ(mode.mode, pipeline_mode::single);
    }
}

INSTANTIATE_TEST_SUITE_P(
    pool, crossed_replies,
    testing::Values(storm{pipeline_mode::multi, false, 0, "multi_calm"},
                    storm{pipeline_mode::multi, false, 1, "multi_storm"},
                    storm{pipeline_mode::single, false, 0, "single_calm"},
                    storm{pipeline_mode::single, false, 1, "single_storm"},
                    storm{pipeline_mode::single, true, 1, "single_behind_an_old_pooler"},
                    storm{pipeline_mode::automatic, false, 1, "automatic_storm"},
                    storm{pipeline_mode::automatic, true, 0, "automatic_behind_an_old_pooler"}),
    [](auto const& of) { return of.param.name; });

}  // namespace
}  // namespace agente::postgres::tests
