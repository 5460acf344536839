// What a pooler between keeps and loses, seen through a real PgBouncer and through one that loses
// replies.
#include <gmock/gmock.h>

#include "operations/check.hpp"
#include "operations/faulty_servers.hpp"
#include "support/servers.hpp"

namespace agente::operations {
namespace {

using testing::HasSubstr;

finding of(findings const& all, std::string_view check) {
    auto const at = std::ranges::find(all, check, &finding::check);
    if (at != all.end()) return *at;
    ADD_FAILURE() << "nothing was said of " << check;
    return {};
}

std::string database_of(std::string const& url) { return url.substr(url.rfind('/') + 1); }

TEST(check_pooler, a_transaction_pooler_is_told_by_what_it_loses) {
    auto const url = support::fresh_database();
    embedded::pgbouncer_server bouncer(support::postgres(),
                                       {.folder = support::server_folder("check_bouncer")});
    std::string details;
    check_options options;
    options.detail = [&](std::string_view what) { details += std::string(what) + '\n'; };
    auto const all = check_database(secret(bouncer.url(database_of(url))), options);
    EXPECT_THAT(of(all, "endpoint.kind").what, HasSubstr("a pooler of yours"));
    EXPECT_EQ(of(all, "probe.one_sync").level, severity::ok);
    EXPECT_EQ(of(all, "probe.many_syncs").level, severity::info);
    EXPECT_THAT(of(all, "probe.many_syncs").what, HasSubstr("a pooler stands between"));
    EXPECT_EQ(of(all, "probe.named_statements").level, severity::info);
    EXPECT_EQ(of(all, "probe.session_settings").level, severity::warning);
    EXPECT_THAT(of(all, "probe.session_settings").what, HasSubstr("seen by another"));
    EXPECT_NE(worst(all), severity::fault);
    EXPECT_THAT(details, testing::AllOf(HasSubstr("several Syncs in flight: ["),
                                        HasSubstr("SET kept: false")));
    // And nothing of the probe stays behind.
    EXPECT_EQ(support::sql(bouncer.url(database_of(url)),
                           "select coalesce(current_setting('agente.probe', true), '')"),
              "");
}

TEST(check_pooler, a_session_pooler_keeps_everything) {
    auto const url = support::fresh_database();
    embedded::pgbouncer_server bouncer(
        support::postgres(),
        {.folder = support::server_folder("check_session_bouncer"), .pool_mode = "session"});
    auto const all = check_database(secret(bouncer.url(database_of(url))));
    EXPECT_EQ(of(all, "probe.named_statements").level, severity::ok);
    EXPECT_EQ(of(all, "probe.session_settings").level, severity::ok);
}

TEST(check_pooler, a_pooler_that_has_no_room_for_another_client) {
    auto const url = support::fresh_database();
    embedded::pgbouncer_server bouncer(
        support::postgres(),
        {.folder = support::server_folder("check_full_bouncer"), .most_clients = 1});
    auto const where = bouncer.url(database_of(url));
    agente::postgres::command_connection const taken(agente::postgres::parse_url(where).value());
    EXPECT_EQ(check_database(secret(where)).back().check, "connect.pooler_full");
}

TEST(check_pooler, one_that_drops_pipelined_replies_is_found_and_survived) {
    auto const url = support::fresh_database();
    tests::losing_pooler pooler(support::postgres().port(), 6543);
    auto const where =
        "postgresql://postgres:" + std::string(support::postgres().password().reveal()) +
        "@aws-0-eu-west-1.pooler.supabase.com:6543/" + database_of(url) +
        "?hostaddr=" + pooler.address() + "&sslmode=disable";
    auto const all = check_database(secret(where));
    EXPECT_THAT(of(all, "endpoint.kind").what, HasSubstr("transaction pooler"));
    EXPECT_EQ(of(all, "probe.one_sync").level, severity::ok) << of(all, "probe.one_sync").what;
    EXPECT_EQ(of(all, "probe.many_syncs").level, severity::warning);
    EXPECT_THAT(of(all, "probe.many_syncs").what, HasSubstr("supavisor issue 1061"));
    EXPECT_THAT(of(all, "probe.many_syncs").cure, HasSubstr("DB_PIPELINE"));
    EXPECT_GT(pooler.thrown_away(), 0);
    EXPECT_EQ(of(all, "tls.encrypted").level,
              severity::fault);  // it left this machine, as far as the URL says
}

TEST(check_pooler, backups_and_migrations_have_an_address_of_their_own) {
    auto const url = support::fresh_database();
    embedded::pgbouncer_server bouncer(support::postgres(),
                                       {.folder = support::server_folder("check_two_ways")});
    secret const pooled(bouncer.url(database_of(url)));
    auto const session = [&](std::string const& with) {
        return of(check_database(pooled, {.probes = false, .session_url = secret(with)}),
                  "session.connect");
    };
    EXPECT_EQ(session(url).level, severity::ok);
    auto wrong = url;
    wrong.replace(wrong.find(support::postgres().password().reveal()),
                  support::postgres().password().size(), "wrong");
    EXPECT_EQ(session(wrong).level, severity::warning);
    EXPECT_THAT(session(wrong).what, HasSubstr("the password is wrong"));
    EXPECT_EQ(session("postgresql://a:b#c@h/d").level, severity::fault);
}

TEST(check_pooler, a_session_pooler_is_too_small_for_the_service) {
    auto const url = support::fresh_database();
    tests::losing_pooler pooler(support::postgres().port(), 5432);
    auto const where =
        "postgresql://postgres:" + std::string(support::postgres().password().reveal()) +
        "@aws-0-eu-west-1.pooler.supabase.com:5432/" + database_of(url) +
        "?hostaddr=" + pooler.address() + "&sslmode=disable";
    auto const all = check_database(
        secret(where),
        {.probes = false, .tier = supabase_tier::free, .instances = 4, .connections_each = 4});
    EXPECT_EQ(of(all, "endpoint.kind").level, severity::warning);
    EXPECT_EQ(of(all, "capacity.budget").level, severity::fault);
    EXPECT_THAT(of(all, "capacity.budget").cure, HasSubstr("6543"));
    EXPECT_THAT(of(all, "capacity.size").what, HasSubstr("500 MB"));
    EXPECT_THAT(of(all, "capacity.connections").what, HasSubstr(" of 60 "));
}

}  // namespace
}  // namespace agente::operations
