#include "postgres/conninfo.hpp"

#include <gmock/gmock.h>

#include <map>

namespace agente::postgres {
namespace {

std::map<std::string, std::string> parts(std::string_view url) {
    auto const info = parse_url(url);
    if (!info) return {{"error", info.error().message()}};
    std::vector<char const*> keywords, values;
    info->for_libpq(keywords, values);
    std::map<std::string, std::string> all;
    for (std::size_t i = 0; keywords[i] != nullptr; ++i) all[keywords[i]] = values[i];
    return all;
}

std::string complaint(std::string_view url) { return parts(url)["error"]; }

using map = std::map<std::string, std::string>;
using testing::HasSubstr;

TEST(conninfo, the_three_schemes_mean_the_same) {
    map const expected{{"user", "ana"},
                       {"password", "x"},
                       {"host", "db.example"},
                       {"port", "5433"},
                       {"dbname", "hotel"}};
    for (auto scheme : {"postgres", "postgresql", "postgresql+asyncpg"})
        EXPECT_EQ(parts(std::string(scheme) + "://ana:x@db.example:5433/hotel"), expected)
            << scheme;
}

TEST(conninfo, percent_encoded_passwords_are_decoded) {
    EXPECT_EQ(parts("postgres://u:p%40s%2Fs%3Aw%23%3F%25@h/d")["password"], "p@s/s:w#?%");
    EXPECT_EQ(parts("postgres://u:a:b!$&'()*+;=~@h/d")["password"], "a:b!$&'()*+;=~");
    EXPECT_EQ(parts("postgres://u:contrase%C3%B1a@h/d")["password"], "contraseña");
}

TEST(conninfo, several_hosts_ipv6_and_sockets) {
    EXPECT_EQ(parts("postgres://a:1,b,c:3/d"),
              (map{{"host", "a,b,c"}, {"port", "1,,3"}, {"dbname", "d"}}));
    EXPECT_EQ(parts("postgres://[::1]:5433,[fe80::1]/d"),
              (map{{"host", "::1,fe80::1"}, {"port", "5433,"}, {"dbname", "d"}}));
    EXPECT_EQ(parts("postgres:///d?host=/run/postgresql&port=5433"),
              (map{{"host", "/run/postgresql"}, {"port", "5433"}, {"dbname", "d"}}));
    EXPECT_EQ(parts("postgres://%2Frun%2Fpostgresql/d"),
              (map{{"host", "/run/postgresql"}, {"dbname", "d"}}));
    EXPECT_EQ(parts("postgres://"), map{});
}

TEST(conninfo, every_libpq_parameter_is_taken_and_one_of_nobody_refused) {
    EXPECT_EQ(
        parts(
            "postgres://h/d?sslmode=verify-full&sslrootcert=/etc/ca%20prod.crt&connect_timeout=5&target_session_attrs=read-write"),
        (map{{"host", "h"},
             {"dbname", "d"},
             {"sslmode", "verify-full"},
             {"sslrootcert", "/etc/ca prod.crt"},
             {"connect_timeout", "5"},
             {"target_session_attrs", "read-write"}}));
    EXPECT_THAT(complaint("postgres://h/d?slmode=require"),
                HasSubstr("position 16: a parameter that libpq does not know"));
    EXPECT_THAT(complaint("postgres://h/d?sslmode=full"), HasSubstr("sslmode is disable"));
    EXPECT_THAT(complaint("postgres://h/d?sslmode"), HasSubstr("name=value"));
}

TEST(conninfo, other_drivers_parameters_are_understood_or_listed_as_ignored) {
    EXPECT_EQ(parts("postgresql+asyncpg://h/d?ssl=require")["sslmode"], "require");
    EXPECT_EQ(parts("postgres://h/d?ssl=true")["sslmode"], "require");
    auto const info =
        parse_url("postgresql+asyncpg://h/d?prepared_statement_cache_size=0&pgbouncer=true");
    EXPECT_THAT(info.value().ignored(),
                testing::ElementsAre("prepared_statement_cache_size", "pgbouncer"));
}

TEST(conninfo, characters_that_should_have_been_encoded_are_told_by_position) {
    EXPECT_EQ(complaint("postgres://u:sec#ret@h/d"),
              "the database URL, position 17: a '#' is written %23");
    EXPECT_EQ(complaint("postgres://u:se@cret@h/d"),
              "the database URL, position 16: an '@' in the user name or password is written %40");
    EXPECT_EQ(complaint("postgres://u:sec/ret@h/d"),
              "the database URL, position 17: a '/' in the user name or password is written %2F");
    EXPECT_EQ(complaint("postgres://u:sec?ret@h/d"),
              "the database URL, position 17: a '?' in the user name or password is written %3F");
    EXPECT_THAT(complaint("postgres://u:se[cret@h/d"), HasSubstr("position 16: a bracket"));
    EXPECT_THAT(complaint("postgres://u:sec%ret@h/d"), HasSubstr("position 17: a '%'"));
    EXPECT_THAT(complaint("postgres://u:sec%4@h/d"), HasSubstr("written %25"));
    EXPECT_THAT(complaint("postgres://u:se cret@h/d"), HasSubstr("position 16: a blank"));
    EXPECT_THAT(complaint("postgres://u:s%00@h/d"), HasSubstr("%00"));
}

TEST(conninfo, an_at_sign_in_a_parameter_is_no_mistake) {
    EXPECT_EQ(parts("postgres://h/d?application_name=a@b")["application_name"], "a@b");
}

TEST(conninfo, no_error_quotes_the_url) {
    for (auto url :
         {"mysql://u:geheim@h/d", "postgres://u:geheim@h:geheim/d", "postgres://u:geheim@h:70000/d",
          "postgres://u:geheim@h/d?geheim=1", "postgres://u:geheim#@h/d",
          "postgres://u:geheim@[::1/d", "postgres://u:geheim@[]/d", "postgres://u:geheim@[::1]x/d",
          "postgres://u:geheim@h/d?geheim", "postgres://u:geheim/@h/d",
          "postgres://u:geheim\xff@h/d"}) {
        EXPECT_THAT(complaint(url), HasSubstr("position ")) << url;
        EXPECT_THAT(complaint(url), testing::Not(HasSubstr("geheim"))) << url;
    }
}

TEST(conninfo, what_is_shown_hides_the_password_and_reads_back) {
    auto const info =
        parse_url("postgres://u%40x:geheim@a:1,[::1]/d%20b?sslpassword=geheim&sslmode=require")
            .value();
    EXPECT_EQ(info.shown(),
              "postgresql://u%40x:***@a:1,[::1]/d%20b?sslpassword=***&sslmode=require");
    EXPECT_TRUE(info.get("password").empty());
    EXPECT_TRUE(info.get("sslpassword").empty());
    EXPECT_TRUE(info.has_password());
    auto const again = parse_url(info.shown()).value();
    EXPECT_EQ(again.get("host"), "a,::1");
    EXPECT_EQ(again.get("user"), "u@x");
    EXPECT_EQ(parse_url(parse_url("postgres:///d?host=/tmp/x&port=7").value().shown())
                  .value()
                  .get("host"),
              "/tmp/x");
}

TEST(conninfo, supabase_hosts_are_recognised_by_their_end_only) {
    EXPECT_TRUE(
        parse_url("postgres://u@aws-0-eu.pooler.supabase.com:6543/postgres").value().on_supabase());
    EXPECT_TRUE(parse_url("postgres://u@db.abc.supabase.co/postgres").value().on_supabase());
    EXPECT_FALSE(parse_url("postgres://u@supabase.co.example/postgres").value().on_supabase());
    EXPECT_FALSE(parse_url("postgres://u@notsupabase.com/postgres").value().on_supabase());
}

TEST(conninfo, a_setting_is_replaced_or_only_filled_in) {
    auto info = parse_url("postgres://h/d?application_name=own").value();
    info.set_if_missing("application_name", "other").set_if_missing("user", "u").set("dbname", "e");
    EXPECT_EQ(info.get("application_name"), "own");
    EXPECT_EQ(info.get("user"), "u");
    EXPECT_EQ(info.get("dbname"), "e");
}

}  // namespace
}  // namespace agente::postgres
