// Why a connection fails, each case produced by something real: a PostgreSQL, a kernel, or a server
// that says what only Supabase's says.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "embedded/certificates.hpp"
#include "embedded/private_folder.hpp"
#include "operations/check.hpp"
#include "operations/faulty_servers.hpp"
#include "support/servers.hpp"

namespace agente::operations {
namespace {

using namespace std::chrono_literals;
using support::postgres;
using testing::HasSubstr;
using testing::Not;
using tests::listening;
using tests::refusing_server;

// The finding that says why; everything that is told goes through here and must not hold
// `password`.
finding fault_of(std::string const& url, std::string_view password, check_options options = {}) {
    std::string told;
    options.detail = [&](std::string_view what) { told += what; };
    options.step = options.detail;
    auto const all = check_database(secret(url), options);
    for (auto const& one : all) told += one.what + one.cure;
    EXPECT_EQ(told.find(password), std::string::npos);
    auto const found = std::ranges::find(all, severity::fault, &finding::level);
    return found == all.end() ? finding{"none", severity::ok, "no fault", ""} : *found;
}
finding fault_of(std::string const& url, check_options options = {}) {
    return fault_of(url, postgres().password().reveal(), std::move(options));
}

std::string url_by(std::string_view user, std::string_view host, std::string_view address,
                   unsigned short port, std::string_view more = "") {
    return fmt::format("postgresql://{}:zXq7secret@{}:{}/postgres?hostaddr={}{}", user, host, port,
                       address, more);
}

constexpr char pooler_host[] = "aws-0-eu-west-1.pooler.supabase.com";
constexpr char project_host[] = "db.abcdefgh.supabase.co";

// What a server that refuses says to a client that came for `host`.
finding refusal(std::string_view user, std::string_view host, std::string sqlstate,
                std::string message, unsigned short port = 0) {
    refusing_server const server(std::move(sqlstate), std::move(message), port);
    auto const got = fault_of(url_by(user, host, server.address(), server.port()), "zXq7secret");
    EXPECT_EQ(server.attempts(), 1) << "an attempt more counts against the operator";
    return got;
}

// One with TLS, whose pg_hba.conf the tests write.
class check_tls : public testing::Test {
protected:
    static void SetUpTestSuite() {
        server_ = std::make_unique<embedded::postgres_server>(embedded::postgres_options{
            .folder = support::server_folder("check_tls"), .tls = true, .durable = false});
    }
    static void TearDownTestSuite() { server_.reset(); }

    static std::string url(std::string_view parameters) {
        return fmt::format("postgresql://postgres:{}@localhost:{}/agente?hostaddr=127.0.0.1&{}",
                           server_->password().reveal(), server_->port(), parameters);
    }
    static finding fault(std::string_view parameters) {
        return fault_of(url(parameters), server_->password().reveal());
    }

    static inline std::unique_ptr<embedded::postgres_server> server_;
};

TEST_F(check_tls, a_server_that_wants_tls_says_so) {
    embedded::private_folder const elsewhere(support::server_folder("check_tls_hba"));
    auto const hba = elsewhere.write("pg_hba.conf", "hostssl all all 127.0.0.1/32 scram-sha-256\n");
    embedded::postgres_server strict({.folder = support::server_folder("check_tls_strict"),
                                      .tls = true,
                                      .durable = false,
                                      .settings = {{"hba_file", hba.string()}}});
    auto const got = fault_of(strict.url() + "?sslmode=disable", strict.password().reveal());
    EXPECT_EQ(got.check, "connect.tls_required") << got.what;
    EXPECT_THAT(got.cure, HasSubstr("sslmode=require"));
    EXPECT_EQ(fault_of(strict.url() + "?sslmode=require", strict.password().reveal())
                  .check.starts_with("connect"),
              false);
}

TEST_F(check_tls, an_untrusted_certificate_is_shown_with_its_issuer) {
    embedded::private_folder const elsewhere(support::server_folder("check_other_authority"));
    auto const other = embedded::make_certificates(elsewhere).authority.string();
    auto const got = fault("sslmode=verify-full&sslrootcert=" + other);
    EXPECT_EQ(got.check, "connect.untrusted_certificate");
    EXPECT_THAT(got.what, testing::AllOf(HasSubstr(other), HasSubstr("CN = localhost"),
                                         HasSubstr("issued by CN = Private test authority")));
    EXPECT_THAT(got.cure, HasSubstr("sslrootcert"));
}

TEST_F(check_tls, insecure_skips_the_certificate_and_nothing_else) {
    embedded::private_folder const elsewhere(support::server_folder("check_another_authority"));
    auto const other = embedded::make_certificates(elsewhere).authority.string();
    auto const all = check_database(secret(url("sslmode=verify-full&sslrootcert=" + other)),
                                    {.insecure = true, .probes = false});
    auto const of = [&](std::string_view check) {
        return std::ranges::find(all, check, &finding::check);
    };
    ASSERT_NE(of("connect"), all.end());
    EXPECT_EQ(of("tls.encrypted")->level, severity::ok);
    EXPECT_THAT(of("tls.encrypted")->what, HasSubstr("TLSv1."));
    EXPECT_EQ(of("tls.insecure")->level, severity::warning);
    // A wrong password stays wrong.
    auto wrong = url("sslmode=verify-full&sslrootcert=" + other);
    wrong.replace(wrong.find(server_->password().reveal()), server_->password().size(), "wrong");
    EXPECT_EQ(check_database(secret(wrong), {.insecure = true}).back().check, "connect.password");
}

TEST_F(check_tls, a_missing_root_file_is_named) {
    auto const got = fault("sslmode=verify-full&sslrootcert=/nowhere/ca.crt");
    EXPECT_EQ(got.check, "connect.no_root_certificate");
    EXPECT_THAT(got.what, HasSubstr("/nowhere/ca.crt"));
}

TEST_F(check_tls, a_certificate_of_another_name_is_told) {
    auto const got = fault_of(
        fmt::format(
            "postgresql://postgres:{}@hotel.example:{}/agente?hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert={}",
            server_->password().reveal(), server_->port(), server_->authority().string()),
        server_->password().reveal());
    EXPECT_EQ(got.check, "connect.certificate_name");
    EXPECT_THAT(got.what, HasSubstr("hotel.example"));
}

TEST_F(check_tls, a_good_certificate_is_told_with_its_root_and_end) {
    auto const all = check_database(secret(server_->tls_url()), {.probes = false});
    auto const of = [&](std::string_view check) {
        return std::ranges::find(all, check, &finding::check);
    };
    EXPECT_EQ(of("tls.verified")->level, severity::ok);
    EXPECT_THAT(of("tls.verified")->what, HasSubstr("ca.crt"));
    EXPECT_THAT(of("tls.certificate")->what, HasSubstr("good until 20"));
}

TEST(check_connect, a_server_without_tls_is_told_from_one_with) {
    EXPECT_EQ(fault_of(postgres().url() + "?sslmode=require").check, "connect.no_tls");
    EXPECT_EQ(fault_of(postgres().url() + "?channel_binding=require&sslmode=disable").check,
              "connect.channel_binding");
}

TEST(check_connect, a_wrong_password_is_one) {
    auto const got = fault_of(postgres().url_for("postgres", "wrong"), "wrong@");
    EXPECT_EQ(got.check, "connect.password");
    EXPECT_THAT(got.what, HasSubstr("\"postgres\""));
    EXPECT_EQ(
        fault_of(fmt::format("postgresql://postgres@127.0.0.1:{}/postgres", postgres().port()))
            .check,
        "connect.no_password");
}

TEST(check_connect, a_paused_project_answers_as_a_wrong_password_does) {
    auto const got =
        fault_of(url_by("postgres", project_host, "127.0.0.1", postgres().port()), "zXq7secret");
    EXPECT_EQ(got.check, "connect.password");
    EXPECT_THAT(got.what, HasSubstr("paused"));
    EXPECT_THAT(got.cure, HasSubstr("dashboard"));
}

TEST(check_connect, a_password_that_must_be_encoded_is_shown_by_position_and_shape) {
    auto const hash = fault_of("postgresql://postgres:Geheim#1@127.0.0.1:5432/postgres", "Geheim");
    EXPECT_EQ(hash.check, "url");
    EXPECT_THAT(hash.what, testing::AllOf(HasSubstr("position 29"), HasSubstr("%23")));
    EXPECT_THAT(hash.cure, HasSubstr("postgresql://postgres:***%23***@127.0.0.1:5432/postgres"));
    auto const slash = fault_of("postgresql://postgres:Geheim/1@127.0.0.1:5432/postgres", "Geheim");
    EXPECT_EQ(slash.check, "url");
    EXPECT_THAT(slash.what, HasSubstr("%2F"));
}

TEST(check_connect, the_dashboards_placeholder_is_no_password) {
    auto const got = fault_of(
        "postgresql://postgres.abcd:[YOUR-PASSWORD]@aws-0-eu-west-1.pooler.supabase.com:6543/postgres");
    EXPECT_EQ(got.check, "url");
    EXPECT_THAT(got.what, HasSubstr("placeholder"));
}

TEST(check_connect, a_percent_sign_that_was_not_encoded_is_found_by_the_refusal) {
    // The password is "Geheim%41x"; as a URL that reads "GeheimAx".
    support::sql(postgres().url(), "create role percent login password 'Geheim%41x'");
    auto const got = fault_of(postgres().url_for("percent", "Geheim%41x"), "Geheim");
    EXPECT_EQ(got.check, "connect.password_encoding");
    EXPECT_THAT(got.what, HasSubstr("position 28"));
    auto const right =
        fault_of(postgres().url_for("percent", "Geheim%2541x", "postgres"), "Geheim");
    EXPECT_THAT(right.check, Not(HasSubstr("connect")));
    support::sql(postgres().url(), "drop role percent");
}

TEST(check_connect, a_user_without_project_and_a_wrong_pooler_are_told_apart) {
    auto const none = refusal(
        "postgres", pooler_host, "XX000",
        "(ENOIDENTIFIER) no tenant identifier provided (external_id or sni_hostname required)");
    EXPECT_EQ(none.check, "connect.project_ref");
    EXPECT_THAT(none.cure, HasSubstr("postgres.<project ref>"));
    EXPECT_EQ(refusal("postgres", pooler_host, "XX000", "Tenant or user not found").check,
              "connect.project_ref");
    auto const wrong = refusal("postgres.abcdefgh", pooler_host, "XX000",
                               "(ENOTFOUND) tenant/user postgres.abcdefgh not found", 6543);
    EXPECT_EQ(wrong.check, "connect.wrong_pooler");
    EXPECT_THAT(wrong.what, testing::AllOf(HasSubstr("aws-0"), HasSubstr("abcdefgh")));
}

TEST(check_connect, what_supabases_pooler_refuses_has_its_cure) {
    struct {
        char const *sqlstate, *said, *check;
    } const cases[] = {
        {"XX000",
         "(ECIRCUITBREAKER) too many authentication failures, new connections are temporarily blocked",
         "connect.circuit_breaker"},
        {"XX000",
         "(EMAXCONNSESSION) max clients reached in session mode - max clients are limited to pool_size: 15",
         "connect.session_pool_full"},
        {"XX000", "(EMAXCLIENTCONN) max client connections reached, limit: 200",
         "connect.pooler_full"},
        {"XX000", "(ECHECKOUTTIMEOUT) Pool checkout timeout. Request was dropped after 60000ms",
         "connect.pool_exhausted"},
        {"XX000", "(ESSLREQUIRED) SSL connection is required for user: postgres",
         "connect.tls_required"},
        {"XX000", "(EADDRNOTALLOWED) address not in tenant allow_list: {10, 0, 0, 1}",
         "connect.address_not_allowed"},
        {"28P01", "password authentication failed for user \"postgres\"", "connect.password"},
    };
    for (auto const& one : cases)
        EXPECT_EQ(refusal("postgres.abcdefgh", pooler_host, one.sqlstate, one.said, 6543).check,
                  one.check);
}

TEST(check_connect, an_ipv6_only_host_without_a_way_there) {
    // No kernel has a way to a TCP connection with many at once: what an address without route
    // says.
    auto const got = fault_of(url_by("postgres", project_host, "ff0e::1", 5432), "zXq7secret");
    EXPECT_EQ(got.check, "connect.ipv6_only") << got.what;
    EXPECT_THAT(got.cure, testing::AllOf(HasSubstr("pooler.supabase.com:6543"),
                                         HasSubstr("postgres.abcdefgh")));
}

TEST(check_connect, a_name_without_address) {
    auto const got = fault_of("postgresql://postgres:zXq7secret@no-such-host.invalid:5432/postgres",
                              "zXq7secret");
    EXPECT_EQ(got.check, "connect.unknown_host") << got.what;
}

TEST(check_connect, nobody_listens) {
    auto const port = embedded::free_port();
    auto const got = fault_of(fmt::format("postgresql://postgres:x@127.0.0.1:{}/postgres", port));
    EXPECT_EQ(got.check, "connect.refused");
    EXPECT_THAT(got.what, HasSubstr(std::to_string(port)));
    EXPECT_THAT(fault_of(url_by("postgres", project_host, "127.0.0.1", port), "zXq7secret").cure,
                HasSubstr("Network bans"));
}

TEST(check_connect, somebody_listens_and_says_nothing) {
    listening const silent;
    auto const got =
        fault_of(fmt::format("postgresql://postgres:x@127.0.0.1:{}/postgres", silent.port()),
                 {.limits = {.connect = 200ms}});
    EXPECT_EQ(got.check, "connect.timed_out");
    EXPECT_THAT(got.cure, HasSubstr("firewall"));
}

TEST(check_connect, a_server_that_is_full) {
    embedded::postgres_server small({.folder = support::server_folder("check_small"),
                                     .durable = false,
                                     .settings = {{"max_connections", "5"}}});
    support::sql(small.url(), "create role filler login password 'zXq7secret'");
    auto const url = small.url_for("filler", "zXq7secret");
    std::vector<postgres::command_connection> taken;
    for (int i = 0; i < 2; ++i) taken.emplace_back(postgres::parse_url(url).value());
    auto const got = fault_of(url, "zXq7secret");
    EXPECT_EQ(got.check, "connect.too_many_connections");
    EXPECT_THAT(got.cure, HasSubstr("POSTGRES_POOL_SIZE"));
}

TEST(check_connect, no_such_database_and_no_right_to_sign_in) {
    EXPECT_EQ(fault_of(postgres().url("nowhere")).check, "connect.no_database");
    support::sql(postgres().url(), "create role becomes_only nologin password 'zXq7secret'");
    EXPECT_EQ(fault_of(postgres().url_for("becomes_only", "zXq7secret"), "zXq7secret").check,
              "connect.role_may_not_sign_in");
    support::sql(postgres().url(), "drop role becomes_only");
}

TEST(check_connect, what_is_no_postgres_at_all) {
    listening web;
    std::thread server([&] {
        int const client = web.accept();
        constexpr std::string_view answer = "HTTP/1.1 400 Bad Request\r\n\r\n";
        EXPECT_GT(::send(client, answer.data(), answer.size(), MSG_NOSIGNAL), 0);
        ::close(client);
    });
    auto const got =
        fault_of(fmt::format("postgresql://x:y@127.0.0.1:{}/z?sslmode=require", web.port()));
    server.join();
    EXPECT_EQ(got.check, "connect.not_postgres") << got.what;
}

}  // namespace
}  // namespace agente::operations
