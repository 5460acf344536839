#include "telemetry/access_log.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>

#include "base/log.hpp"

namespace agente::telemetry {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

struct an_access_log : testing::Test {
    an_access_log()
        : file(std::filesystem::temp_directory_path() /
               ("access_log_test." + std::to_string(::getpid()))) {
        std::filesystem::remove(file);
        log::start(log::level::info, file.string());
    }
    ~an_access_log() override {
        log::start(log::level::off);
        std::filesystem::remove(file);
    }
    std::vector<json::object> lines() const {
        std::vector<json::object> all;
        std::ifstream in(file);
        for (std::string line; std::getline(in, line);)
            all.push_back(json::parse(line).as_object());
        return all;
    }
    std::filesystem::path file;
    metrics m;
};

access_entry const request{.method = "GET",
                           .route = "/things/{id}",
                           .status = 200,
                           .took = 1'500us,
                           .bytes_in = 3,
                           .bytes_out = 120,
                           .request_id = "r-1"};

TEST_F(an_access_log, writes_one_line_a_request_with_nothing_personal_in_it) {
    access_log(m, true).write(request);
    auto const all = lines();
    ASSERT_EQ(all.size(), 1u);
    auto line = all[0];
    line.erase("time");
    EXPECT_EQ(
        json::value(line),
        json::parse(
            R"({"level":"info","event":"http.request","method":"GET","route":"/things/{id}","status":200,
        "duration_ms":1.5,"bytes_in":3,"bytes_out":120,"request_id":"r-1"})"));
}

TEST_F(an_access_log, warns_about_our_own_failures_only) {
    access_log log(m, true);
    for (int const status : {200, 404, 499, 500, 503}) {
        auto entry = request;
        entry.status = status;
        log.write(entry);
    }
    std::vector<std::string> levels;
    for (auto const& line : lines()) levels.emplace_back(line.at("level").as_string());
    EXPECT_EQ(levels, (std::vector<std::string>{"info", "info", "info", "warn", "warn"}));
}

TEST_F(an_access_log, can_keep_metrics_alone) {
    access_log(m, false).write(request);
    EXPECT_TRUE(lines().empty());
    EXPECT_EQ(m.count("http_requests_total", "",
                      {{"method", "GET"}, {"route", "/things/{id}"}, {"status", "200"}})
                  .value(),
              1);
}

TEST_F(an_access_log, makes_no_time_series_out_of_what_clients_invent) {
    access_log log(m, false);
    for (auto const* method : {"BREW", "get", "X\"\n", ""}) {
        auto entry = request;
        entry.method = method;
        entry.route = "";
        entry.status = 404;
        log.write(entry);
    }
    EXPECT_EQ(m.count("http_requests_total", "",
                      {{"method", "other"}, {"route", "none"}, {"status", "404"}})
                  .value(),
              4);
    EXPECT_EQ(m.render().find("BREW"), std::string::npos);
}

TEST_F(an_access_log, observes_seconds) {
    access_log(m, false).write(request);
    auto const text = m.render();
    EXPECT_NE(text.find("http_request_duration_seconds_sum{route=\"/things/{id}\"} 0.0015"),
              std::string::npos)
        << text;
    EXPECT_NE(
        text.find("http_request_duration_seconds_bucket{route=\"/things/{id}\",le=\"0.0025\"} 1"),
        std::string::npos);
    EXPECT_NE(
        text.find("http_request_duration_seconds_bucket{route=\"/things/{id}\",le=\"0.001\"} 0"),
        std::string::npos);
}

}  // namespace
}  // namespace agente::telemetry
