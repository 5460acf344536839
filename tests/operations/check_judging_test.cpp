// Facts that a test cannot make for real (a clock that is wrong, a disk that is full), judged.
#include <gmock/gmock.h>

#include "operations/check_capacity.hpp"
#include "operations/check_endpoint.hpp"
#include "operations/check_exposure.hpp"
#include "operations/check_schema.hpp"
#include "operations/check_server.hpp"

namespace agente::operations {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

finding of(findings const& all, std::string_view check) {
    auto const at = std::ranges::find(all, check, &finding::check);
    return at == all.end() ? finding{} : *at;
}

constexpr std::int64_t mib = 1024 * 1024;

TEST(check_judging, a_project_fills_up_and_then_stops) {
    check_options const free{.tier = supabase_tier::free}, pro{.tier = supabase_tier::pro};
    auto const size = [](std::int64_t bytes, check_options const& options) {
        return of(judge_capacity({.bytes = bytes, .allowed = 200}, {}, options), "capacity.size");
    };
    EXPECT_EQ(size(300 * mib, free).level, severity::ok);
    EXPECT_EQ(size(400 * mib, free).level, severity::warning);
    EXPECT_EQ(size(475 * mib, free).level, severity::fault);
    EXPECT_EQ(size(475 * mib, pro).level, severity::ok);
    EXPECT_EQ(size(8000 * mib, pro).level, severity::fault);
    EXPECT_EQ(size(8000 * mib, {}).level, severity::info);
    EXPECT_THAT(size(400 * mib, free).cure, HasSubstr("db cleanup"));
}

TEST(check_judging, connections_count_against_the_smaller_of_tier_and_server) {
    check_options const free{.tier = supabase_tier::free}, pro{.tier = supabase_tier::pro};
    auto const used = [](std::int64_t connections, std::int64_t allowed,
                         check_options const& options) {
        return of(judge_capacity({.connections = connections, .allowed = allowed}, {}, options),
                  "capacity.connections");
    };
    EXPECT_EQ(used(47, 197, free).level, severity::ok);
    EXPECT_EQ(used(48, 197, free).level, severity::warning);
    EXPECT_EQ(used(57, 197, free).level, severity::fault);
    EXPECT_EQ(used(57, 197, pro).level, severity::ok);
    EXPECT_EQ(used(57, 57, pro).level, severity::fault);
}

TEST(check_judging, the_budget_is_all_instances_together) {
    auto const budget = [](endpoint_kind kind, int instances, int each) {
        return of(
            judge_capacity(
                {.allowed = 200}, {.kind = kind, .host = "h", .port = "1", .project_ref = ""},
                {.tier = supabase_tier::free, .instances = instances, .connections_each = each}),
            "capacity.budget");
    };
    EXPECT_EQ(budget(endpoint_kind::direct, 10, 4).level, severity::ok);
    EXPECT_EQ(budget(endpoint_kind::direct, 12, 4).level, severity::warning);
    EXPECT_EQ(budget(endpoint_kind::direct, 16, 4).level, severity::fault);
    EXPECT_EQ(budget(endpoint_kind::transaction_pooler, 16, 4).level, severity::ok);
    EXPECT_EQ(budget(endpoint_kind::transaction_pooler, 51, 4).level, severity::fault);
    EXPECT_EQ(budget(endpoint_kind::session_pooler, 3, 4).level, severity::ok);
    EXPECT_EQ(budget(endpoint_kind::session_pooler, 4, 4).level, severity::fault);
    EXPECT_THAT(budget(endpoint_kind::session_pooler, 4, 4).cure, HasSubstr("INSTANCES"));
}

TEST(check_judging, a_clock_is_wrong_only_beyond_what_the_way_explains) {
    auto const clock = [](std::chrono::microseconds skew, std::chrono::microseconds uncertain) {
        return of(judge_distance({.skew = skew, .uncertain = uncertain}), "server.clock");
    };
    EXPECT_EQ(clock(900ms, 1ms).level, severity::ok);
    EXPECT_EQ(clock(-1500ms, 1ms).level, severity::warning);
    EXPECT_EQ(clock(1500ms, 800ms).level, severity::ok);
    EXPECT_EQ(clock(5min, 10ms).level, severity::fault);
    EXPECT_THAT(clock(-1500ms, 1ms).what, HasSubstr("behind"));
}

TEST(check_judging, far_away_is_a_warning) {
    EXPECT_EQ(of(judge_distance({.median = 40ms, .p95 = 900ms}), "server.round_trip").level,
              severity::ok);
    EXPECT_EQ(of(judge_distance({.median = 200ms, .p95 = 210ms}), "server.round_trip").level,
              severity::warning);
}

TEST(check_judging, server_versions_from_15_to_17_are_known) {
    auto const version = [](int number) {
        return of(judge_server({.version = "x", .version_number = number, .encoding = "UTF8"}),
                  "server.version")
            .level;
    };
    EXPECT_EQ(version(140'012), severity::fault);
    EXPECT_EQ(version(150'000), severity::ok);
    EXPECT_EQ(version(170'005), severity::ok);
    EXPECT_EQ(version(180'001), severity::warning);
    EXPECT_EQ(of(judge_server({.standby = true, .encoding = "UTF8"}), "server.writable").level,
              severity::fault);
}

TEST(check_judging, a_certificate_near_its_end_is_told_in_time) {
    auto const now = real_clock().now();
    auto const certificate = [&](std::chrono::hours left) {
        postgres::tls_state tls{.encrypted = true,
                                .protocol = "TLSv1.3",
                                .cipher = "x",
                                .root = "",
                                .subject = "CN = a",
                                .issuer = "CN = b",
                                .expires = now + left};
        return of(judge_tls(tls, {}, "203.0.113.7:5432", now), "tls.certificate").level;
    };
    EXPECT_EQ(certificate(24h * 60), severity::ok);
    EXPECT_EQ(certificate(24h * 10), severity::warning);
    EXPECT_EQ(certificate(-1h), severity::fault);
}

TEST(check_judging, no_tls_is_for_this_machine_only) {
    auto const now = real_clock().now();
    auto const plain = [&](std::string const& address) {
        return judge_tls({}, {}, address, now).front().level;
    };
    EXPECT_EQ(plain("127.0.0.1:5432"), severity::info);
    EXPECT_EQ(plain("[::1]:5432"), severity::info);
    EXPECT_EQ(plain("10.0.0.7:5432"), severity::fault);
}

TEST(check_judging, what_each_endpoint_allows_is_said) {
    endpoint at{endpoint_kind::transaction_pooler, "h", "6543", "abcd"};
    EXPECT_THAT(judge_endpoint(at, true).what,
                testing::AllOf(HasSubstr("project abcd"), HasSubstr("port 5432")));
    at.kind = endpoint_kind::session_pooler;
    EXPECT_EQ(judge_endpoint(at, true).level, severity::warning);
    EXPECT_EQ(judge_endpoint({}, false).level, severity::ok);
    EXPECT_EQ(judge_endpoint({}, true).level, severity::info);
}

TEST(check_judging, missing_extensions_are_a_fault) {
    schema_facts facts;
    EXPECT_EQ(of(judge_schema(facts, embedded_schema()), "extension.btree_gist").level,
              severity::fault);
    facts.extensions = {{"btree_gist", "", ""}};
    EXPECT_EQ(of(judge_schema(facts, embedded_schema()), "extension.btree_gist").level,
              severity::info);
    facts.extensions = {{"btree_gist", "1.7", "public"}};
    EXPECT_EQ(of(judge_schema(facts, embedded_schema()), "extension.btree_gist").level,
              severity::warning);
}

}  // namespace
}  // namespace agente::operations
