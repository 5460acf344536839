#include "http/server.hpp"

#include "http/harness.hpp"

namespace agente::http::test {
namespace {

task<response> ping(request const&) { co_return text_response("pong"); }
task<response> echo(request const& r) { co_return text_response(r.body); }

struct a_server : testing::Test {
    a_server() {
        routes.add("GET", "/ping", ping);
        routes.add("POST", "/echo", echo);
    }
    router routes;
};

TEST_F(a_server, answers) {
    running_server s(routes);
    auto const got = once(s.port(), get("/ping"));
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.body, "pong");
}

}  // namespace
}  // namespace agente::http::test
