// preflight, report deployment, redis check and pms check as operators run them: the built binary
// against real servers.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/ids.hpp"
#include "base/text.hpp"
#include "e2e/hotel_site.hpp"
#include "operations/graph_server.hpp"

namespace agente::e2e {
namespace {

using agente::testing::served_http;
using ::testing::HasSubstr;
using ::testing::Not;

struct ended {
    int code;
    std::string out, err;
};

ended run(std::vector<std::string> arguments, std::map<std::string, std::string> environment) {
    program p(std::move(arguments), std::move(environment));
    auto out = p.read_all();
    auto const code = p.wait();
    return {code.value_or(-1), std::move(out), p.errors()};
}

std::map<std::string, std::string> levels_of(std::string const& lines) {
    std::map<std::string, std::string> out;
    for (auto const line : text::split(lines, '\n')) {
        if (line.empty()) continue;
        auto const one = boost::json::parse(line).as_object();
        out[std::string(one.at("check").as_string())] = std::string(one.at("level").as_string());
    }
    return out;
}

class preflight_test : public ::testing::Test {
protected:
    hotel_site site_;
    served_http graph_{agente::testing::good_graph()};

    std::map<std::string, std::string> environment(
        std::map<std::string, std::string> changes = {}) {
        auto out = site_.environment();
        out["ENVIRONMENT"] = "production";
        out["SECRET_KEY"] = random_hex(32);
        out["SETTINGS_KEY"] = random_hex(32);
        out["WHATSAPP_API_BASE_URL"] = graph_.url();
        out["WHATSAPP_ACCESS_TOKEN"] = "EAAJ" + random_hex(40);
        out["WHATSAPP_VERIFY_TOKEN"] = random_hex(16);
        out["WHATSAPP_APP_SECRET"] = random_hex(16);
        out["WHATSAPP_PHONE_NUMBER_ID"] = "106540352242922";
        for (auto& [name, value] : changes) out[name] = value;
        return out;
    }
    static std::vector<std::string> secrets_of(std::map<std::string, std::string> const& with) {
        std::vector<std::string> out{std::string(support::postgres().password().reveal()),
                                     std::string(support::redis().password().reveal())};
        for (auto const* name : {"SECRET_KEY", "SETTINGS_KEY", "WHATSAPP_ACCESS_TOKEN",
                                 "WHATSAPP_VERIFY_TOKEN", "WHATSAPP_APP_SECRET"})
            out.push_back(with.at(name));
        return out;
    }
};

TEST_F(preflight_test, looks_at_every_part_and_names_each_finding) {
    auto const with = environment();
    auto const done = run({"preflight", "--json"}, with);
    auto const levels = levels_of(done.out);
    for (auto const* check :
         {"redis.scripts", "redis.keys", "pms.reach", "whatsapp.subscription", "whatsapp.webhook",
          "disk", "versions", "server.version", "schema.tables", "schema.migrations"})
        EXPECT_TRUE(levels.contains(check)) << check << '\n' << done.out << done.err;
    EXPECT_EQ(levels.at("redis.scripts"), "ok");
    EXPECT_EQ(levels.at("whatsapp.subscription"), "ok");
    EXPECT_EQ(levels.at("schema.tables"), "ok");
    EXPECT_EQ(done.err, "") << "with --json nothing but JSON";
    for (auto const& secret : secrets_of(with)) EXPECT_THAT(done.out, Not(HasSubstr(secret)));
}

TEST_F(preflight_test, goes_on_when_parts_are_gone_and_fails) {
    auto const done = run({"preflight", "--json"},
                          environment({{"DATABASE_URL", "postgresql://u:pw@127.0.0.1:1/x"},
                                       {"REDIS_URL", "redis://127.0.0.1:1"},
                                       {"PMS_BASE_URL", "http://127.0.0.1:1"},
                                       {"WHATSAPP_API_BASE_URL", "http://127.0.0.1:1"},
                                       {"PORT", "no-port"}}));
    EXPECT_EQ(done.code, 1);
    auto const levels = levels_of(done.out);
    for (auto const* check :
         {"config", "connect.refused", "redis.connection", "pms.reach", "whatsapp.reach"})
        EXPECT_EQ(levels.contains(check) ? levels.at(check) : "", "fault") << check << done.out;
}

TEST_F(preflight_test, tells_people_each_step_and_a_verdict) {
    auto const done = run({"preflight"}, environment({{"REDIS_URL", "redis://127.0.0.1:1"}}));
    EXPECT_EQ(done.code, 1);
    EXPECT_THAT(done.err, HasSubstr("Database"));
    EXPECT_THAT(done.err, HasSubstr("9 of 9: WhatsApp"));
    EXPECT_THAT(done.out, HasSubstr("Not ready"));
    EXPECT_THAT(done.out, HasSubstr("check host and port in REDIS_URL"));
}

TEST_F(preflight_test, the_report_holds_everything_but_secrets) {
    auto const file = support::server_folder("report") / "deployment.md";
    std::filesystem::create_directories(file.parent_path());
    auto const with = environment();
    auto const done = run({"report", "deployment", "--out", file.string()}, with);
    std::ifstream in(file);
    std::ostringstream all;
    all << in.rdbuf();
    auto const report = all.str();
    for (auto const* part :
         {"# Deployment report", "## Verdict", "## What to do next", "## Versions", "## Database",
          "## Configuration", "## Findings", "Schema version", "public.users", "0001_",
          "| SECRET_KEY | (set, not shown) | environment |", "postgresql://", "agente-hotel 0."})
        EXPECT_THAT(report, HasSubstr(part));
    for (auto const& secret : secrets_of(with)) EXPECT_THAT(report, Not(HasSubstr(secret)));
    struct stat about {};
    ASSERT_EQ(::stat(file.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0600U);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(file.parent_path()), {}), 1)
        << "no temporary file stays";
    EXPECT_THAT(done.out, HasSubstr("deployment.md written"));

    EXPECT_EQ(run({"report", "deployment", "--out", "/no/such/folder/x.md"}, with).code, 1);
}

TEST_F(preflight_test, redis_check_ends_with_the_codes_that_scripts_look_at) {
    EXPECT_EQ(run({"redis", "check", "--redis-url", support::redis().url()}, {}).code, 0);
    EXPECT_EQ(run({"redis", "check", "--redis-url", "redis://127.0.0.1:1"}, {}).code, 1);
    EXPECT_EQ(run({"redis", "check", "--no-such-option"}, {}).code, 2);
}

TEST_F(preflight_test, pms_check_with_a_booking_leaves_nothing_booked) {
    auto const with = environment();
    auto const done = run({"pms", "check", "--write-test"}, with);
    EXPECT_EQ(done.code, 0) << done.out << done.err;
    EXPECT_THAT(done.err, HasSubstr("WRITE TEST"));
    EXPECT_THAT(done.out, HasSubstr("was cancelled, and read again"));
    auto const state = site_.shop().state();
    ASSERT_EQ(state.orders.size(), 1);
    for (auto const& row : state.rows) EXPECT_TRUE(row.cancelled);

    EXPECT_EQ(run({"pms", "check"}, environment({{"PMS_API_KEY", random_hex(16)}})).code, 1);
}

TEST_F(preflight_test, an_interrupt_in_the_write_test_waits_for_the_cancellation) {
    site_.shop().fault({.method = "POST",
                        .resource = "bookings",
                        .after = true,
                        .delay = std::chrono::milliseconds(600)});
    program checking({"pms", "check", "--write-test"}, environment());
    checking.wait_for_error_line("WRITE TEST");
    while (site_.shop().requests("POST", "bookings") == 0) std::this_thread::yield();
    checking.signal(SIGINT);
    checking.read_all();
    EXPECT_EQ(checking.wait(), 0);
    auto const state = site_.shop().state();
    ASSERT_EQ(state.orders.size(), 1);
    for (auto const& row : state.rows) EXPECT_TRUE(row.cancelled);
}

TEST_F(preflight_test, pms_check_of_a_hotel_with_a_server_of_its_own) {
    auto const with = environment();
    auto const slug = std::string(hotel_site::tenant);
    // The service's own server is somewhere else: only the hotel's settings lead to the shop.
    auto elsewhere = with;
    elsewhere["PMS_BASE_URL"] = "http://127.0.0.1:1";
    EXPECT_EQ(run({"pms", "check", "--tenant", slug}, elsewhere).code, 1);
    EXPECT_EQ(run({"tenant", "set", slug, "pms.base_url", site_.shop().url()}, with).code, 0);
    program key({"tenant", "set", slug, "pms.api_key"}, with,
                std::string(site_.shop().key().reveal()) + "\n");
    key.read_all();
    ASSERT_EQ(key.wait(), 0) << key.errors();
    auto const done = run({"pms", "check", "--tenant", slug}, elsewhere);
    EXPECT_EQ(done.code, 0) << done.out << done.err;
    EXPECT_EQ(run({"pms", "check", "--tenant", "nobody"}, with).code, 1);

    auto const all = run({"preflight", "--json"}, elsewhere);
    auto const levels = levels_of(all.out);
    EXPECT_EQ(levels.at("pms.reach"), "fault") << "the service's own server";
    EXPECT_EQ(levels.at("hotel.pms"), "ok") << all.out;
    // Another key cannot open what the hotel's secrets were sealed with.
    elsewhere["SETTINGS_KEY"] = random_hex(32);
    EXPECT_EQ(levels_of(run({"preflight", "--json"}, elsewhere).out).at("hotel.pms"), "fault");
}

}  // namespace
}  // namespace agente::e2e
