// The built binary as a new user meets it: `demo`, `chat`, signed webhooks, a graceful end.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <csignal>
#include <filesystem>

#include "app/side_loop.hpp"
#include "channels/whatsapp_payload_builder.hpp"
#include "e2e/program.hpp"
#include "net/http_client.hpp"

namespace agente::e2e {
namespace {

namespace json = boost::json;

task<net::http_response> ask(net::http_client& http, net::http_request what) {
    auto answer = co_await http.send(std::move(what));
    if (!answer) throw failure(answer.error());
    co_return *std::move(answer);
}

// One demo for all tests of the file: starting it takes seconds.
class demo : public testing::Test {
protected:
    static void SetUpTestSuite() {
        folder_ =
            std::filesystem::temp_directory_path() / ("agente-e2e-" + std::to_string(::getpid()));
        program_ = std::make_unique<program>(
            std::vector<std::string>{"demo", "--json", "--port", "0", "--fresh", "--debounce-ms",
                                     "50", "--data", folder_.string()});
        auto const line = program_->read_line(std::chrono::seconds(120));
        ASSERT_FALSE(line.empty());
        state_ = json::parse(line).as_object();
    }
    static void TearDownTestSuite() {
        if (program_) {
            program_->signal(SIGTERM);
            EXPECT_EQ(program_->wait(std::chrono::seconds(60)), 0);
            EXPECT_FALSE(std::filesystem::exists(folder_ / "demo.json"));
        }
        program_.reset();
        std::filesystem::remove_all(folder_);
    }

    static std::string at(std::string_view name) {
        return std::string(state_.at(name).as_string());
    }
    static secret app_secret() {
        return secret(std::string(state_.at("secrets").at("whatsapp_app_secret").as_string()));
    }

    net::http_response get(std::string url) {
        net::http_request request;
        request.url = std::move(url);
        return side_.run(ask(http_, std::move(request)));
    }
    net::http_response send(net::http_request request) {
        return side_.run(ask(http_, std::move(request)));
    }

    static std::string chat(std::string const& as, std::string const& lines,
                            std::string const& tenant = "hotel-demo") {
        program one({"chat", "--as", as, "--data", folder_.string(), "--tenant", tenant}, {},
                    lines);
        auto const said = one.read_all(std::chrono::seconds(120));
        EXPECT_EQ(one.wait(), 0) << said << one.errors();
        return said;
    }

    // A setting of a hotel of the demo, by the command line with these settings.
    static void set(std::string const& tenant, std::string const& setting, std::string const& to,
                    std::string const& settings_key) {
        bool const hidden = setting.ends_with("secret");
        std::vector<std::string> words{"tenant", "set", tenant, setting};
        if (!hidden) words.push_back(to);
        program one(words,
                    {{"DATABASE_URL", at("postgres")},
                     {"REDIS_URL", at("redis")},
                     {"SETTINGS_KEY", settings_key}},
                    hidden ? to + "\n" : "");
        EXPECT_EQ(one.wait(), 0) << one.errors();
    }

    json::array captured(std::string const& to) {
        return json::parse(get(at("captured") + "?to=" + to).body).at("messages").as_array();
    }
    std::size_t orders() {
        return json::parse(get(at("pms") + "/_simulator/state").body)
            .at("orders")
            .as_array()
            .size();
    }

    app::side_loop side_;
    telemetry::metrics metrics_;
    net::http_client http_{side_.loop(), {}, metrics_};

    static inline std::filesystem::path folder_;
    static inline json::object state_;

private:
    static inline std::unique_ptr<program> program_;
};

TEST_F(demo, says_it_is_ready_and_documents_itself) {
    auto const ready = get(at("http") + "/health/ready");
    EXPECT_EQ(ready.status, 200);
    auto const parts = json::parse(ready.body);
    EXPECT_EQ(parts.at("status").as_string(), "healthy");
    EXPECT_EQ(parts.at("postgres").as_string(), "connected");
    EXPECT_EQ(parts.at("redis").as_string(), "connected");
    auto const document = json::parse(get(at("http") + "/openapi.json").body);
    EXPECT_EQ(document.at("openapi").as_string(), "3.1.0");
    EXPECT_TRUE(document.at("paths").as_object().contains("/webhooks/whatsapp"));
    EXPECT_NE(get(at("http") + "/metrics").body.find("postgres_connections_active"),
              std::string::npos);
}

TEST_F(demo, a_guest_books_in_spanish_and_another_in_english) {
    auto const before = orders();
    auto const ana = chat(
        "+5491155550021",
        "Hola, quiero una habitación del 12 al 15 de marzo para 2 personas\n2\nAna García\nana@hotel.example\nsí\n");
    EXPECT_NE(ana.find("¡Reserva confirmada!"), std::string::npos) << ana;
    auto const john = chat(
        "+14155550123",
        "Hi, I need a room next friday for two nights, 2 adults\n1\nJohn Smith\njohn@smith.example\nyes please\n");
    EXPECT_NE(john.find("Your booking is confirmed!"), std::string::npos) << john;
    EXPECT_EQ(orders(), before + 2);
}

TEST_F(demo, a_hotel_with_an_app_of_its_own_hears_its_guests_or_its_key_is_told_to_be_another) {
    std::string const key(state_.at("secrets").at("secret_key").as_string());
    program added({"tenant", "add", "hotel-luna", "Hotel Luna"},
                  {{"DATABASE_URL", at("postgres")}, {"REDIS_URL", at("redis")}});
    EXPECT_EQ(added.wait(), 0) << added.errors();
    set("hotel-luna", "whatsapp.phone_number_id", "200", key);
    set("hotel-luna", "whatsapp.app_secret", "the secret of luna's app", key);
    auto const said = chat("+5491155550051", "Hola\n", "hotel-luna");
    EXPECT_NE(said.find("Hotel Luna: "), std::string::npos) << said;

    set("hotel-luna", "whatsapp.app_secret", "the secret of luna's app", std::string(40, 'x'));
    program lost({"chat", "--data", folder_.string(), "--tenant", "hotel-luna"}, {}, "Hola\n");
    EXPECT_EQ(lost.wait(), 1);
    EXPECT_NE(lost.errors().find("not known here"), std::string::npos) << lost.errors();
    EXPECT_NE(lost.errors().find((folder_ / "demo.json").string()), std::string::npos)
        << lost.errors();
}

TEST_F(demo, the_same_webhook_delivered_again_is_answered_once) {
    channels::simulated_guest const who{"+5491155550031", "Eva", "106540352242922"};
    auto const payload =
        channels::text_payload(who, channels::new_wamid(), "hola", real_clock{}.now());
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(
            send(channels::signed_webhook(at("http") + "/webhooks/whatsapp", app_secret(), payload))
                .status,
            200);
    auto const next =
        channels::text_payload(who, channels::new_wamid(), "gracias", real_clock{}.now());
    auto const seen = json::parse(get(at("captured") + "?to=5491155550031&wait_ms=20000").body)
                          .at("messages")
                          .as_array();
    EXPECT_EQ(seen.size(), 1u);
    EXPECT_EQ(send(channels::signed_webhook(at("http") + "/webhooks/whatsapp", app_secret(), next))
                  .status,
              200);
    auto const last = json::parse(get(at("captured") + "?to=5491155550031&wait_ms=20000&after=" +
                                      std::to_string(seen.back().at("number").to_number<int>()))
                                      .body);
    EXPECT_EQ(last.at("messages").as_array().size(), 1u);
    EXPECT_EQ(captured("5491155550031").size(), 2u);
}

TEST_F(demo, refuses_what_is_not_signed_malformed_or_too_large) {
    channels::simulated_guest const who{"+5491155550041", "Mallory", "106540352242922"};
    auto const payload =
        channels::text_payload(who, channels::new_wamid(), "hola", real_clock{}.now());
    auto const url = at("http") + "/webhooks/whatsapp";
    EXPECT_EQ(send(channels::signed_webhook(url, secret("another secret"), payload)).status, 401);
    auto unsigned_one = channels::signed_webhook(url, app_secret(), payload);
    unsigned_one.headers.pop_back();
    EXPECT_EQ(send(unsigned_one).status, 401);
    auto large = channels::signed_webhook(url, app_secret(), payload);
    large.body = std::string(4 * 1024 * 1024, 'x');
    EXPECT_EQ(send(large).status, 413);
    EXPECT_EQ(get(url + "?hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1").status, 403);
    EXPECT_EQ(get(at("http") + "/nowhere").status, 404);
    EXPECT_TRUE(captured("5491155550041").empty());
}

TEST(serve, without_a_database_says_which_variable_to_set_and_that_there_is_a_demo) {
    program one({"serve"}, {});
    EXPECT_EQ(one.wait(), 1);
    EXPECT_NE(one.errors().find("DATABASE_URL is not set"), std::string::npos);
    EXPECT_NE(one.errors().find("agente-hotel demo"), std::string::npos);
}

TEST(usage, an_unknown_command_is_a_usage_error) {
    program one({"frobnicate"}, {});
    EXPECT_EQ(one.wait(), 2);
}

}  // namespace
}  // namespace agente::e2e
