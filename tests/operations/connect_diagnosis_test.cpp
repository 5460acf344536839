#include "operations/connect_diagnosis.hpp"

#include <gmock/gmock.h>

#include "operations/url_notes.hpp"
#include "postgres/conninfo.hpp"

namespace agente::operations {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char pooler[] =
    "postgresql://postgres.abcd:x@aws-0-eu-west-1.pooler.supabase.com:6543/postgres";
constexpr char no_ref[] =
    "postgresql://postgres:x@aws-0-eu-west-1.pooler.supabase.com:6543/postgres";
constexpr char direct[] = "postgresql://postgres:x@db.abcd.supabase.co:5432/postgres";
constexpr char plain[] = "postgresql://hotel:x@db.hotel.example:5433/main?sslmode=verify-full";

finding told(char const* url, std::string sqlstate, std::string said,
             std::string code = "postgres.unreachable") {
    connect_failure failure;
    failure.sqlstate = std::move(sqlstate);
    failure.code = std::move(code);
    failure.said = std::move(said);
    return diagnose(connect_facts_of(postgres::parse_url(url).value()), failure,
                    real_clock().now());
}

// What the field says (github.com/supabase/supavisor, libpq, glibc), and what it means.
TEST(connect_diagnosis, knows_the_fields_answers) {
    struct {
        char const *url, *sqlstate, *said, *check;
    } const cases[] = {
        {no_ref, "XX000",
         "(ENOIDENTIFIER) no tenant identifier provided (external_id or sni_hostname required)",
         "connect.project_ref"},
        {no_ref, "XX000", "Tenant or user not found", "connect.project_ref"},
        {pooler, "XX000", "Tenant or user not found", "connect.wrong_pooler"},
        {pooler, "XX000", "(ENOTFOUND) tenant/user postgres.abcd not found",
         "connect.wrong_pooler"},
        {pooler, "XX000", "(EAUTHQUERY) user not found in the database", "connect.no_role"},
        {pooler, "XX000",
         "(EAUTHQUERY) authentication query failed: connection to database not available",
         "connect.pooler_cannot_ask"},
        {pooler, "XX000",
         "(ECIRCUITBREAKER) too many authentication failures, new connections are temporarily blocked",
         "connect.circuit_breaker"},
        {pooler, "XX000",
         "(EMAXCONNSESSION) max clients reached in session mode - max clients are limited to pool_size: 15",
         "connect.session_pool_full"},
        {pooler, "XX000",
         "MaxClientsInSessionMode: max clients reached - in Session mode max clients are limited to pool_size",
         "connect.session_pool_full"},
        {pooler, "XX000", "(EMAXCLIENTCONN) max client connections reached, limit: 200",
         "connect.pooler_full"},
        {pooler, "XX000",
         "(ECHECKOUTTIMEOUT) Pool checkout timeout. Request was dropped after 60000ms",
         "connect.pool_exhausted"},
        {pooler, "XX000", "(ESSLREQUIRED) SSL connection is required for user: postgres",
         "connect.tls_required"},
        {pooler, "XX000", "(EADDRNOTALLOWED) address not in tenant allow_list: {10, 0, 0, 1}",
         "connect.address_not_allowed"},
        {pooler, "28P01", "password authentication failed for user \"postgres\"",
         "connect.password"},
        {pooler, "",
         "channel binding is required, but server did not offer an authentication method that supports channel binding",
         "connect.channel_binding"},
        {direct, "",
         "connection to server at \"db.abcd.supabase.co\" (2a05:d018::7), port 5432 failed: Network is unreachable",
         "connect.ipv6_only"},
        {direct, "",
         "connection to server at \"db.abcd.supabase.co\" (2a05:d018::7), port 5432 failed: Cannot assign requested address",
         "connect.ipv6_only"},
        {plain, "",
         "connection to server at \"db.hotel.example\" (2a05:d018::7), port 5432 failed: No route to host",
         "connect.ipv6_only"},
        {plain, "",
         "connection to server at \"db.hotel.example\" (10.0.0.7), port 5432 failed: No route to host",
         "connect.no_route"},
        {direct, "",
         "the name db.abcd.supabase.co cannot be resolved: Host not found (authoritative)",
         "connect.unknown_host"},
        {plain, "", "the name db.hotel.example cannot be resolved: Host not found (authoritative)",
         "connect.unknown_host"},
        {direct, "",
         "connection to server at \"db.abcd.supabase.co\" (1.2.3.4), port 5432 failed: Connection refused",
         "connect.refused"},
        {plain, "", "server closed the connection unexpectedly", "connect.cut_off"},
        {plain, "", "received invalid response to SSL negotiation: H", "connect.not_postgres"},
        {plain, "", "SSL error: certificate verify failed", "connect.untrusted_certificate"},
        {plain, "", "root certificate file \"/root/.postgresql/root.crt\" does not exist",
         "connect.no_root_certificate"},
        {plain, "",
         "server certificate for \"localhost\" does not match host name \"db.hotel.example\"",
         "connect.certificate_name"},
        {plain, "", "server does not support SSL, but SSL was required", "connect.no_tls"},
        {plain, "", "fe_sendauth: no password supplied", "connect.no_password"},
        {plain, "28000",
         "no pg_hba.conf entry for host \"10.0.0.1\", user \"hotel\", database \"main\", SSL encryption",
         "connect.not_allowed"},
        {plain, "28000", "role \"hotel\" is not permitted to log in",
         "connect.role_may_not_sign_in"},
        {plain, "3D000", "database \"main\" does not exist", "connect.no_database"},
        {plain, "53300", "sorry, too many clients already", "connect.too_many_connections"},
        {plain, "57P03", "the database system is starting up", "connect.starting"},
        {plain, "42501", "permission denied for database \"main\"", "connect.no_right"},
        {plain, "08P01", "no more connections allowed (max_client_conn)", "connect.pooler_full"},
        {plain, "08P01", "no such user: hotel", "connect.password"},
        {plain, "08P01", "no such database: main", "connect.no_database"},
        {plain, "08P01", "unsupported startup parameter in options: search_path",
         "connect.startup_parameter"},
        {plain, "XX000", "something nobody has ever heard of", "connect.failed"},
    };
    for (auto const& one : cases) {
        auto const got = told(one.url, one.sqlstate, one.said);
        EXPECT_EQ(got.check, one.check) << one.said;
        EXPECT_EQ(got.level, severity::fault);
        EXPECT_NE(got.what, "");
        EXPECT_NE(got.cure, "");
        EXPECT_THAT(got.what + got.cure, Not(testing::ContainsRegex("[{][a-z]"))) << one.check;
    }
    EXPECT_EQ(told(plain, "", "no connection within 300 ms", "postgres.connect_timeout").check,
              "connect.timed_out");
}

TEST(connect_diagnosis, names_the_project_and_the_host) {
    EXPECT_THAT(
        told(pooler, "XX000", "(ENOTFOUND) tenant/user postgres.abcd not found").what,
        testing::AllOf(HasSubstr("aws-0-eu-west-1.pooler.supabase.com"), HasSubstr("\"abcd\"")));
    EXPECT_THAT(told(no_ref, "XX000", "(ENOIDENTIFIER) no tenant identifier").cure,
                HasSubstr("postgres.<project ref>"));
    EXPECT_THAT(
        told(direct, "", "server at \"db.abcd.supabase.co\" (2a05::7): Network is unreachable")
            .cure,
        HasSubstr("user postgres.abcd"));
    EXPECT_THAT(told(pooler, "28P01", "password authentication failed").what, HasSubstr("paused"));
    EXPECT_THAT(told(plain, "28P01", "password authentication failed").what,
                Not(HasSubstr("paused")));
}

TEST(connect_diagnosis, an_expired_certificate_is_told_from_an_untrusted_one) {
    connect_failure failure;
    failure.said = "SSL error: certificate verify failed";
    auto const now = real_clock().now();
    failure.certificate = {"CN = db.hotel.example", "CN = Hotel authority",
                           now - std::chrono::hours(48)};
    auto const facts = connect_facts_of(postgres::parse_url(plain).value());
    EXPECT_EQ(diagnose(facts, failure, now).check, "connect.certificate_expired");
    failure.certificate->expires = now + std::chrono::hours(48);
    auto const untrusted = diagnose(facts, failure, now);
    EXPECT_EQ(untrusted.check, "connect.untrusted_certificate");
    EXPECT_THAT(untrusted.what, HasSubstr("CN = Hotel authority"));
}

TEST(connect_diagnosis, takes_our_own_words_off_the_servers) {
    auto const wrong = postgres::server_error(
        "postgres.connect", {"28P01", "password authentication failed (really)", {}, {}});
    auto const failure = connect_failure_of(wrong);
    EXPECT_EQ(failure.sqlstate, "28P01");
    EXPECT_EQ(failure.said, "password authentication failed (really)");
}

TEST(connect_diagnosis, refused_passwords_are_not_to_be_repeated) {
    EXPECT_TRUE(counts_against_us(told(pooler, "28P01", "password authentication failed")));
    EXPECT_TRUE(counts_against_us(told(pooler, "XX000", "(ECIRCUITBREAKER) blocked")));
    EXPECT_FALSE(counts_against_us(told(plain, "", "Connection refused")));
}

TEST(url_notes, an_escape_that_no_encoder_writes_is_found) {
    EXPECT_EQ(odd_escape(secret("postgresql://u:ab%41cd@h/db")), 18u);
    EXPECT_EQ(odd_escape(secret("postgresql://u:ab%23cd%40@h/db")), std::nullopt);
    EXPECT_EQ(odd_escape(secret("postgresql://u%41:ab@h/db%41")), std::nullopt);
    EXPECT_EQ(odd_escape(secret("postgresql://h/db")), std::nullopt);
}

TEST(url_notes, a_placeholder_is_no_password) {
    EXPECT_TRUE(
        placeholder_password(secret("postgresql://postgres.abcd:[YOUR-PASSWORD]@h:6543/postgres")));
    EXPECT_TRUE(placeholder_password(secret("postgresql://postgres.REF:PASSWORD@h:6543/postgres")));
    EXPECT_FALSE(placeholder_password(secret("postgresql://postgres:password@h/d")));
    EXPECT_FALSE(placeholder_password(secret("postgresql://postgres@h/d")));
}

TEST(url_notes, the_encoded_shape_shows_what_to_write_and_nothing_of_the_password) {
    EXPECT_EQ(encoded_shape(
                  secret("postgresql://postgres:se#cr/et@h.example:6543/postgres?sslmode=require")),
              "postgresql://postgres:***%23***%2F***@h.example:6543/postgres?…");
    EXPECT_EQ(encoded_shape(secret("postgresql://postgres:a@b@h/d")),
              "postgresql://postgres:***%40***@h/d");
    EXPECT_EQ(encoded_shape(secret("postgresql://postgres:100%@h/d")),
              "postgresql://postgres:***%25@h/d");
    EXPECT_EQ(encoded_shape(secret("postgresql://postgres:%23%41!@h/d")),
              "postgresql://postgres:***@h/d");
    EXPECT_EQ(encoded_shape(secret("no url at all")),
              "postgresql://user:password@host:5432/database");
}

}  // namespace
}  // namespace agente::operations
