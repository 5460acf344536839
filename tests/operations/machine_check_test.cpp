#include "operations/machine_check.hpp"

#include <gmock/gmock.h>

#include "operations/served_http.hpp"

namespace agente::operations {
namespace {

using agente::testing::http_answer;
using agente::testing::served_http;
using ::testing::HasSubstr;

time_point const noon{std::chrono::sys_days(std::chrono::year(2026) / 11 / 24) +
                      std::chrono::hours(12)};

findings against(std::string_view date) {
    served_http const server({}, http_answer("", "200 OK", fmt::format("Date: {}\r\n", date)));
    return check_clock({server.url() + "/"}, mock_clock(noon));
}

TEST(check_clock, agreement_a_little_and_much) {
    EXPECT_EQ(against("Tue, 24 Nov 2026 12:00:00 GMT").at(0).level, severity::ok);
    auto const behind = against("Tue, 24 Nov 2026 12:00:10 GMT").at(0);
    EXPECT_EQ(behind.level, severity::warning);
    EXPECT_THAT(behind.what, HasSubstr("10 s behind"));
    auto const ahead = against("Tue, 24 Nov 2026 11:50:00 GMT").at(0);
    EXPECT_EQ(ahead.level, severity::fault);
    EXPECT_THAT(ahead.what, HasSubstr("600 s ahead of"));
    EXPECT_THAT(ahead.cure, HasSubstr("set-ntp"));
}

TEST(check_clock, who_does_not_tell_the_time_is_left_out) {
    EXPECT_EQ(against("yesterday").at(0).level, severity::info);
    auto const all = check_clock({"http://127.0.0.1:1/"}, mock_clock(noon));
    ASSERT_EQ(all.size(), 1);
    EXPECT_EQ(all[0].level, severity::info);
}

TEST(check_disk, one_finding_a_file_system_and_a_missing_folder_is_told) {
    auto const here = check_disk({"/tmp", "/tmp"});
    ASSERT_EQ(here.size(), 1);
    EXPECT_THAT(here[0].what, HasSubstr("free at /tmp"));
    EXPECT_EQ(check_disk({"/no/such/folder"}).at(0).level, severity::warning);
}

TEST(check_disk, a_file_system_without_room_is_a_fault) {
    // /proc has no blocks at all.
    EXPECT_EQ(check_disk({"/proc"}).back().level, severity::fault);
}

}  // namespace
}  // namespace agente::operations
