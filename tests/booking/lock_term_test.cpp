#include "booking/lock_term.hpp"

#include <gmock/gmock.h>

#include "base/clock.hpp"

namespace agente::booking {
namespace {

using namespace std::chrono_literals;

class lock_term_of_15_s : public testing::Test {
protected:
    mock_clock time{time_point{}};
    lock_term term{15s, time.steady_now()};
};

TEST_F(lock_term_of_15_s, is_trusted_until_four_fifths_of_its_ttl_and_no_longer) {
    time.advance(12s - 1us);
    EXPECT_TRUE(term.valid(time.steady_now()));
    time.advance(1us);
    EXPECT_FALSE(term.valid(time.steady_now()));
}

TEST_F(lock_term_of_15_s, is_extended_after_a_third) {
    EXPECT_EQ(term.next_attempt(), time.steady_now() + 5s);
}

TEST_F(lock_term_of_15_s, counts_from_when_the_extension_was_sent_not_from_its_answer) {
    time.advance(5s);
    auto const sent = time.steady_now();
    time.advance(3s);  // a slow answer
    term.extended(sent);
    EXPECT_EQ(term.trusted_until(), sent + 12s);
    EXPECT_EQ(term.next_attempt(), sent + 5s);
}

TEST_F(lock_term_of_15_s, a_failed_extension_is_tried_again_soon_not_given_up) {
    time.advance(5s);
    term.attempt_failed(time.steady_now());
    EXPECT_EQ(term.next_attempt(), time.steady_now() + 1s);
    EXPECT_TRUE(term.valid(time.steady_now()));
}

TEST_F(lock_term_of_15_s,
       failing_extensions_end_the_trust_at_four_fifths_whatever_the_number_of_attempts) {
    while (term.next_attempt() < term.trusted_until()) {
        time.advance(std::chrono::duration_cast<std::chrono::microseconds>(term.next_attempt() -
                                                                           time.steady_now()));
        EXPECT_TRUE(term.valid(time.steady_now()));
        term.attempt_failed(time.steady_now());
    }
    time.advance(1s);
    EXPECT_FALSE(term.valid(time.steady_now()));
}

TEST_F(lock_term_of_15_s, an_extension_after_failures_restores_the_usual_pace) {
    time.advance(5s);
    term.attempt_failed(time.steady_now());
    time.advance(1s);
    term.extended(time.steady_now());
    EXPECT_EQ(term.next_attempt(), time.steady_now() + 5s);
}

TEST_F(lock_term_of_15_s, an_old_answer_that_comes_late_takes_nothing_back) {
    auto const old = time.steady_now();
    time.advance(5s);
    term.extended(time.steady_now());
    term.extended(old);
    EXPECT_EQ(term.trusted_until(), time.steady_now() + 12s);
}

TEST_F(lock_term_of_15_s, a_lost_lock_stays_lost) {
    term.lose();
    EXPECT_FALSE(term.valid(time.steady_now()));
    term.extended(time.steady_now());
    EXPECT_FALSE(term.valid(time.steady_now()));
}

}  // namespace
}  // namespace agente::booking
