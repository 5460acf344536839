#include "operations/endpoint.hpp"

#include <gtest/gtest.h>

namespace agente::operations {
namespace {

endpoint told(char const* url) { return endpoint_of(postgres::parse_url(url).value()); }

TEST(endpoint, supabase_urls_say_what_stands_behind_them) {
    struct {
        char const* url;
        endpoint_kind kind;
        char const* ref;
    } const cases[] = {
        {"postgresql://postgres.abcd:x@aws-0-eu-west-1.pooler.supabase.com:6543/postgres",
         endpoint_kind::transaction_pooler, "abcd"},
        {"postgresql://postgres.abcd:x@aws-0-eu-west-1.pooler.supabase.com:5432/postgres",
         endpoint_kind::session_pooler, "abcd"},
        {"postgresql://postgres:x@aws-0-eu-west-1.pooler.supabase.com/postgres",
         endpoint_kind::session_pooler, ""},
        {"postgresql://postgres:x@db.abcd.supabase.co:5432/postgres", endpoint_kind::direct,
         "abcd"},
        {"postgresql://postgres:x@db.abcd.supabase.co:6543/postgres",
         endpoint_kind::transaction_pooler, "abcd"},
        {"postgresql://a:x@db.example.com:6543/postgres", endpoint_kind::plain, ""},
        {"postgresql://a:x@localhost/postgres", endpoint_kind::plain, ""},
    };
    for (auto const& one : cases) {
        auto const got = told(one.url);
        EXPECT_EQ(got.kind, one.kind) << one.url;
        EXPECT_EQ(got.project_ref, one.ref) << one.url;
    }
}

TEST(endpoint, session_mode_of_a_transaction_pooler_is_on_port_5432) {
    auto const pooled = session_address_of(
        postgres::parse_url("postgresql://postgres.abcd:x@h.pooler.supabase.com:6543/postgres")
            .value());
    EXPECT_EQ(pooled.where.get("port"), "5432");
    EXPECT_NE(pooled.said.find("5432"), std::string::npos);
    auto const plain =
        session_address_of(postgres::parse_url("postgresql://a:x@h:6543/postgres").value());
    EXPECT_EQ(plain.where.get("port"), "6543");
    EXPECT_EQ(plain.said, "");
}

}  // namespace
}  // namespace agente::operations
