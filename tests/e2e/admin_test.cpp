// What operators and a hotel's people do, with two instances of the binary: the command line and
// the HTTP API mean the same, and what one instance is told the other knows soon.
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "e2e/conversations.hpp"
#include "e2e/hotel_site.hpp"
#include "e2e/waiting.hpp"

namespace agente::e2e {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

constexpr auto password = "correct horse battery staple";

class administration : public testing::Test {
protected:
    void SetUp() override {
        for (int i = 0; i < 2; ++i) site.serve(keys);
    }

    // A command of the binary: what it prints; it must end well.
    std::string command(std::vector<std::string> words, std::string input = {}) {
        auto environment = site.environment();
        for (auto const& [name, value] : keys) environment[name] = value;
        program one(std::move(words), std::move(environment), std::move(input));
        auto out = one.read_all();
        EXPECT_EQ(one.wait(), 0) << one.errors();
        return out;
    }
    std::string refused(std::vector<std::string> words, std::string input = {}, int code = 1) {
        auto environment = site.environment();
        for (auto const& [name, value] : keys) environment[name] = value;
        program one(std::move(words), std::move(environment), std::move(input));
        one.read_all();
        EXPECT_EQ(one.wait(), code);
        return one.errors();
    }

    net::http_response ask(std::size_t instance, std::string method, std::string path,
                           std::string token = {}, json::value body = nullptr) {
        net::http_request r;
        r.method = std::move(method);
        r.url = site.url(instance) + path;
        if (!token.empty()) r.bearer = secret(std::move(token));
        if (!body.is_null()) {
            r.headers = {{"Content-Type", "application/json"}};
            r.body = json::serialize(body);
        }
        return site.send(std::move(r));
    }
    json::object sign_in(std::size_t instance, std::string who) {
        auto const answer = ask(instance, "POST", "/api/v1/auth/login", {},
                                {{"identifier", std::move(who)}, {"password", password}});
        EXPECT_EQ(answer.status, 200) << answer.body;
        return json::parse(answer.body).as_object();
    }
    static std::string token_of(json::object const& tokens) {
        return std::string(tokens.at("access_token").as_string());
    }

    std::map<std::string, std::string> const keys{
        {"SECRET_KEY", "1f0d9a4f4f6e4c0b8c1f5d3e7a9b2c4d6e8f0a1b"},
        {"SETTINGS_KEY", "9b2c4d6e8f0a1b1f0d9a4f4f6e4c0b8c1f5d3e7a"}};
    hotel_site site;
};

TEST_F(administration, the_first_operator_is_made_on_the_command_line_and_makes_the_rest) {
    EXPECT_THAT(command({"user", "list"}), HasSubstr("Nobody"));
    command({"user", "add", "--superuser", "--username", "ada", "--email", "ada@platform.example"},
            std::string(password) + "\n");
    EXPECT_THAT(
        refused({"user", "add", "--superuser", "--username", "b", "--email", "b@platform.example"},
                "short\n"),
        HasSubstr("12"));
    auto const ada = token_of(sign_in(0, "ada@platform.example"));
    auto const made = ask(0, "POST", "/api/v1/admin/tenants", ada,
                          {{"slug", "hotel-sol"}, {"name", "Hotel Sol"}});
    ASSERT_EQ(made.status, 201) << made.body;
    auto const invited = ask(1, "POST", "/api/v1/admin/users", ada,
                             {{"username", "eva"},
                              {"email", "eva@sol.example"},
                              {"role", "owner"},
                              {"tenant", "hotel-sol"}});
    ASSERT_EQ(invited.status, 201) << invited.body;
    auto const link = json::parse(invited.body).at("link").at("token").as_string();
    auto const chosen = ask(0, "POST", "/api/v1/auth/accept-link", {},
                            {{"token", link}, {"new_password", password}});
    ASSERT_EQ(chosen.status, 204) << chosen.body;
    auto const eva = token_of(sign_in(1, "eva"));

    EXPECT_EQ(ask(0, "GET", "/api/v1/admin/tenants/hotel-sol", eva).status, 200);
    EXPECT_EQ(ask(0, "GET", "/api/v1/admin/tenants/hotel", eva).status, 404);
    EXPECT_EQ(ask(0, "POST", "/api/v1/admin/tenants", eva, {{"slug", "x"}, {"name", "X"}}).status,
              403);
    auto const set = ask(0, "PATCH", "/api/v1/admin/tenants/hotel-sol", eva,
                         {{"settings", {{"pms", {{"api_key", "A-KEY-OF-THE-HOTEL"}}}}}});
    EXPECT_EQ(set.status, 200) << set.body;
    EXPECT_THAT(set.body, testing::Not(HasSubstr("A-KEY-OF-THE-HOTEL")));
    EXPECT_THAT(site.sql("select settings::text from public.tenants where tenant_id = 'hotel-sol'"),
                testing::AllOf(HasSubstr("api_key"), testing::Not(HasSubstr("A-KEY"))));
    EXPECT_THAT(command({"tenant", "list"}), HasSubstr("hotel-sol"));
    EXPECT_THAT(command({"user", "sessions", "eva", "--json"}), HasSubstr("\"id\""));
    EXPECT_THAT(command({"user", "role", "eva", "viewer", "--json"}),
                HasSubstr("\"role\":\"viewer\""));
    auto const events = ask(1, "GET", "/api/v1/admin/security-events", ada);
    EXPECT_THAT(events.body, HasSubstr("auth.signed_in"));
}

TEST_F(administration, a_wrong_command_says_what_to_do_before_it_asks_for_a_password) {
    auto const wrong = [this](std::vector<std::string> more) {
        more.insert(more.begin(), {"user", "add", "--username", "b", "--email", "b@sol.example"});
        return refused(std::move(more), {}, 2);
    };
    EXPECT_THAT(refused({"user", "add"}, {}, 2), HasSubstr("--username"));
    EXPECT_THAT(wrong({}), HasSubstr("--tenant SLUG"));
    EXPECT_THAT(wrong({"--superuser", "--tenant", "sol"}), HasSubstr("outside hotels"));
    EXPECT_THAT(wrong({"--tenant", "sol", "--role", "chef"}), HasSubstr("owner, manager, agent"));
    EXPECT_THAT(wrong({"--tenant", "sol", "--password", "x"}), HasSubstr("--password"));
    EXPECT_THAT(refused({"user", "role", "b", "chef"}, {}, 2), HasSubstr("owner, manager, agent"));
    EXPECT_THAT(refused({"user", "passwd", "nobody"}), HasSubstr("agente-hotel user list"));
    EXPECT_THAT(command({"user", "list", "--search", "nobody"}),
                testing::AllOf(HasSubstr("Nobody"), testing::Not(HasSubstr("--superuser"))));
    EXPECT_THAT(wrong({"--tenant", "nowhere", "--invite", "--must-change"}), HasSubstr("--invite"));
}

TEST_F(administration, who_is_signed_out_or_disabled_is_so_on_every_instance) {
    command({"user", "add", "--superuser", "--username", "ada", "--email", "ada@platform.example"},
            std::string(password) + "\n");
    auto const first = sign_in(0, "ada"), second = sign_in(0, "ada");
    EXPECT_EQ(ask(1, "GET", "/api/v1/auth/me", token_of(first)).status, 200);
    EXPECT_EQ(ask(0, "POST", "/api/v1/auth/logout", token_of(first), {{"scope", "local"}}).status,
              204);
    EXPECT_TRUE(eventually(
        [&] { return ask(1, "GET", "/api/v1/auth/me", token_of(first)).status == 401; }));
    EXPECT_EQ(ask(1, "GET", "/api/v1/auth/me", token_of(second)).status, 200);
    auto const again = ask(1, "POST", "/api/v1/auth/refresh", {},
                           {{"refresh_token", first.at("refresh_token").as_string()}});
    EXPECT_EQ(again.status, 401) << again.body;

    EXPECT_THAT(command({"user", "disable", "ada"}), HasSubstr("Disabled"));
    for (std::size_t i : {0u, 1u})
        EXPECT_TRUE(eventually(
            [&] { return ask(i, "GET", "/api/v1/auth/me", token_of(second)).status == 401; }));
    EXPECT_EQ(
        ask(0, "POST", "/api/v1/auth/login", {}, {{"identifier", "ada"}, {"password", password}})
            .status,
        401);
}

TEST_F(administration, a_flag_is_switched_for_guests_without_a_restart) {
    auto const wish = whole_wish(true, "general", 1);
    auto first = site.run(site.guest().say(wish));
    EXPECT_TRUE(names_a_price(first)) << first.text;
    command({"flag", "set", "booking.create", "off", "--tenant", hotel_site::tenant});
    EXPECT_TRUE(eventually([&] {
        auto const answer = site.run(book(site.guest(), wish));
        return !confirmed(answer);
    }));
    EXPECT_EQ(site.sql("select count(*) from agente.booking_journal where state = 'confirmed'"),
              std::to_string(site.shop().state().orders.size()));
}

TEST_F(administration, a_suspended_hotel_answers_no_guest_and_lets_nobody_in) {
    command({"user", "add", "--username", "eva", "--email", "eva@hotel.example", "--tenant",
             hotel_site::tenant, "--role", "manager"},
            std::string(password) + "\n");
    auto const eva = token_of(sign_in(0, "eva"));
    command({"tenant", "suspend", hotel_site::tenant});
    EXPECT_TRUE(eventually([&] { return ask(1, "GET", "/api/v1/auth/me", eva).status == 401; }));
    EXPECT_EQ(
        ask(1, "POST", "/api/v1/auth/login", {}, {{"identifier", "eva"}, {"password", password}})
            .status,
        403);
    command({"tenant", "activate", hotel_site::tenant});
    sign_in(1, "eva");
}

TEST_F(administration, wrong_words_are_told_with_what_would_be_right_and_change_nothing) {
    auto const hotel = std::string(hotel_site::tenant);
    for (auto const* slug : {"Hotel Sol", "../x", ".sol"})
        EXPECT_THAT(refused({"tenant", "add", slug, "Hotel Sol"}),
                    testing::AllOf(HasSubstr("slug"), HasSubstr("\"hotel-sol\""),
                                   testing::Not(HasSubstr("constraint"))))
            << slug;
    EXPECT_THAT(refused({"tenant", "set", hotel, "pms.hotelid", "3"}), HasSubstr("pms.hotel_id "));
    EXPECT_THAT(refused({"tenant", "set", hotel, "whatsapp", "--unset"}),
                HasSubstr("whatsapp.app_secret"));
    EXPECT_THAT(refused({"tenant", "set", hotel, "name", "--unset"}), HasSubstr("give another"));
    EXPECT_THAT(refused({"tenant", "set", hotel, "currency", "usd"}), HasSubstr("\"USD\""));
    EXPECT_THAT(refused({"tenant", "set", hotel, "pms.api_key", "typed"}),
                testing::AllOf(HasSubstr("standard input"), testing::Not(HasSubstr("typed"))));
    EXPECT_THAT(refused({"tenant", "show", "nobody"}), HasSubstr("tenant list"));
    EXPECT_THAT(refused({"tenant", "delete", hotel, "--force"}), HasSubstr("confirm"));
    EXPECT_THAT(command({"tenant", "list", "--search", "nowhere"}), HasSubstr("tenant list"));
    EXPECT_THAT(refused({"flag", "set", "booking", "off"}), HasSubstr("booking.create"));
    EXPECT_THAT(refused({"flag", "set", "booking.create", "maybe"}), HasSubstr("on nor off"));
    EXPECT_THAT(refused({"identifier", "add", hotel, "94 123 456"}), HasSubstr("with its country"));
    EXPECT_EQ(site.sql("select count(*) from public.tenants"), "1");
    EXPECT_EQ(site.sql("select count(*) from agente.security_events"), "0");
}

TEST_F(administration, secrets_that_open_with_no_key_are_named) {
    auto const hotel = std::string(hotel_site::tenant);
    command({"tenant", "set", hotel, "pms.api_key"}, "A-KEY-OF-THE-HOTEL\n");
    auto const other = std::string(40, 'o');
    auto environment = site.environment();
    environment["SETTINGS_KEY"] = other;
    program lost({"tenant", "reseal"}, environment, {});
    EXPECT_THAT(lost.read_all(), HasSubstr(hotel + " pms.api_key"));
    EXPECT_EQ(lost.wait(), 1);
    environment["SETTINGS_KEY"] = other + "," + keys.at("SETTINGS_KEY");
    program found({"tenant", "reseal"}, environment, {});
    EXPECT_THAT(found.read_all(), HasSubstr("1 secret(s) of 1 hotel(s) encrypted anew"));
    EXPECT_EQ(found.wait(), 0);
}

TEST_F(administration, without_redis_flags_are_shown_as_what_they_are) {
    auto environment = site.environment();
    environment["REDIS_URL"] = "redis://127.0.0.1:9";  // the discard port: nothing listens there
    program one({"flag", "list"}, environment, {});
    EXPECT_THAT(one.read_all(), HasSubstr("booking.create"));
    EXPECT_EQ(one.wait(), 0);
    EXPECT_THAT(one.errors(), HasSubstr("these are the defaults"));
}

}  // namespace
}  // namespace agente::e2e
