#include "tenancy/loading_cache.hpp"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

namespace agente::tenancy {
namespace {

using namespace std::chrono_literals;

using value = std::shared_ptr<std::string const>;

class loading_cache_test : public testing::Test {
protected:
    loading_cache_test() : release_(loop_.get_executor()) {}

    value ask(std::string key, std::string answer) {
        auto future =
            asio::co_spawn(loop_, get(std::move(key), std::move(answer)), asio::use_future);
        loop_.restart();
        loop_.run();
        return future.get();
    }

    task<value> get(std::string key, std::string answer) {
        co_return co_await cache_.get(std::move(key), [this, answer] { return load(answer); });
    }

    task<value> load(std::string answer) {
        ++loads_;
        while (held_) co_await release_.wait();
        if (answer == "trouble") throw failure(error(error_kind::unavailable, "test.gone", "gone"));
        co_return answer.empty() ? nullptr : std::make_shared<std::string const>(answer);
    }

    asio::io_context loop_;
    net::gate release_;
    mock_clock clock_{time_point{}};
    loading_cache<value> cache_{
        clock_, {.fresh = 2s, .fresh_misses = 500ms, .most_entries = 4, .most_loads = 2}};
    int loads_ = 0;
    bool held_ = false;
};

TEST_F(loading_cache_test, an_answer_is_used_while_it_is_fresh) {
    EXPECT_EQ(*ask("a", "one"), "one");
    clock_.advance(1999ms);
    EXPECT_EQ(*ask("a", "two"), "one");
    clock_.advance(1999ms);
    EXPECT_EQ(*ask("a", "three"), "two");
    clock_.advance(2s);
    EXPECT_EQ(*ask("a", "four"), "four");
    EXPECT_EQ(loads_, 4);
}

TEST_F(loading_cache_test, what_is_in_use_is_loaded_again_before_anybody_waits_for_it) {
    EXPECT_EQ(*ask("a", "one"), "one");
    clock_.advance(1s);
    EXPECT_EQ(*ask("a", "never loaded"), "one");
    EXPECT_EQ(loads_, 1);
    clock_.advance(1ms);
    EXPECT_EQ(*ask("a", "two"), "one");
    EXPECT_EQ(loads_, 2);
    clock_.advance(1s);
    EXPECT_EQ(*ask("a", "never loaded"), "two");
    clock_.advance(1ms);
    EXPECT_EQ(*ask("a", "trouble"), "two") << "that it failed is nobody's trouble yet";
    EXPECT_EQ(loads_, 3);
    clock_.advance(999ms);
    EXPECT_EQ(*ask("a", "three"), "three")
        << "an answer's age is counted from its load's beginning";
}

TEST_F(loading_cache_test, an_empty_answer_is_fresh_for_less_time) {
    EXPECT_EQ(ask("a", ""), nullptr);
    clock_.advance(499ms);
    EXPECT_EQ(ask("a", "one"), nullptr);
    clock_.advance(1ms);
    EXPECT_EQ(*ask("a", "one"), "one");
}

TEST_F(loading_cache_test, a_failed_load_is_told_and_not_remembered) {
    EXPECT_THROW(ask("a", "trouble"), failure);
    EXPECT_EQ(*ask("a", "one"), "one");
}

TEST_F(loading_cache_test, those_who_ask_at_once_share_one_load_and_its_failure) {
    held_ = true;
    auto a = asio::co_spawn(loop_, get("a", "one"), asio::use_future);
    auto b = asio::co_spawn(loop_, get("a", "never loaded"), asio::use_future);
    auto c = asio::co_spawn(loop_, get("b", "trouble"), asio::use_future);
    auto d = asio::co_spawn(loop_, get("b", "never loaded"), asio::use_future);
    loop_.poll();
    held_ = false;
    release_.open_all();
    loop_.restart();
    loop_.run();
    EXPECT_EQ(*a.get(), "one");
    EXPECT_EQ(*b.get(), "one");
    EXPECT_THROW(c.get(), failure);
    EXPECT_THROW(d.get(), failure);
    EXPECT_EQ(loads_, 2);
}

TEST_F(loading_cache_test, loads_under_way_are_bounded) {
    held_ = true;
    auto a = asio::co_spawn(loop_, get("a", "one"), asio::use_future);
    auto b = asio::co_spawn(loop_, get("b", "two"), asio::use_future);
    auto c = asio::co_spawn(loop_, get("c", "three"), asio::use_future);
    loop_.poll();
    held_ = false;
    release_.open_all();
    loop_.restart();
    loop_.run();
    EXPECT_EQ(*a.get(), "one");
    EXPECT_EQ(*b.get(), "two");
    try {
        c.get();
        FAIL() << "the third load was started";
    } catch (failure const& f) {
        EXPECT_EQ(f.reason().kind(), error_kind::unavailable);
    }
}

TEST_F(loading_cache_test, a_cancelled_loader_leaves_the_answer_to_the_next) {
    held_ = true;
    asio::cancellation_signal hang_up;
    bool cancelled = false;
    asio::co_spawn(loop_, get("a", "one"),
                   asio::bind_cancellation_slot(hang_up.slot(), [&](std::exception_ptr e, value) {
                       cancelled = e != nullptr;
                   }));
    auto b = asio::co_spawn(loop_, get("a", "two"), asio::use_future);
    loop_.poll();
    hang_up.emit(asio::cancellation_type::terminal);
    loop_.restart();
    loop_.poll();
    held_ = false;
    release_.open_all();
    loop_.restart();
    loop_.run();
    EXPECT_TRUE(cancelled);
    EXPECT_EQ(*b.get(), "two");
}

TEST_F(loading_cache_test, the_oldest_entries_are_forgotten_when_it_is_full_and_used_ones_stay) {
    for (auto const* key : {"a", "b", "c", "a", "d", "e", "f", "g"}) {
        ask(key, key);
        EXPECT_LE(cache_.size(), 4u);
    }
    auto const before = loads_;
    ask("b", "b");
    EXPECT_EQ(loads_, before + 1);
}

}  // namespace
}  // namespace agente::tenancy
