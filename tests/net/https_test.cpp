#include <gmock/gmock.h>
#include <unistd.h>

#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <filesystem>

#include "embedded/certificates.hpp"
#include "net/http_client.hpp"
#include "net/loop_fixture.hpp"
#include "net/raw_server.hpp"

namespace agente::net {
namespace {

using agente::testing::http_answer;
using agente::testing::raw_peer;
using agente::testing::raw_server;
using ::testing::AllOf;
using ::testing::HasSubstr;

class https_test : public agente::testing::loop_fixture {
protected:
    https_test() : certificates_(embedded::make_certificates(folder_)) {
        tls().use_certificate_chain_file(certificates_.certificate);
        tls().use_private_key_file(certificates_.key, asio::ssl::context::pem);
    }
    ~https_test() override {
        context_.reset();
        std::filesystem::remove_all(folder_.path());
    }

    static asio::ssl::context& tls() {
        if (!context_) context_.emplace(asio::ssl::context::tls_server);
        return *context_;
    }

    static task<> answer(raw_peer& peer) {
        asio::ssl::stream<asio::ip::tcp::socket&> secured(peer.socket, tls());
        co_await secured.async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
        for (;;) {
            std::string request;
            co_await asio::async_read_until(secured, asio::dynamic_buffer(request), "\r\n\r\n",
                                            asio::use_awaitable);
            ++peer.counts.requests;
            auto const bytes = http_answer(std::string(100'000, 's'));
            co_await asio::async_write(secured, asio::buffer(bytes), asio::use_awaitable);
        }
    }

    result<http_response> get(http_client_options with, std::string method = "GET") {
        return ask(fmt::format("https://localhost:{}/", server_.port()), std::move(with),
                   std::move(method));
    }
    result<http_response> ask(std::string url, http_client_options with, std::string method) {
        http_client client(loop_, std::move(with), metrics_);
        http_request what{.method = std::move(method), .url = std::move(url)};
        return run(client.send(std::move(what)));
    }

    static std::optional<asio::ssl::context> context_;
    embedded::private_folder folder_{std::filesystem::temp_directory_path() /
                                     fmt::format("agente-https-test-{}", ::getpid())};
    embedded::certificates certificates_;
    telemetry::metrics metrics_;
    raw_server server_{loop_, answer};
};
std::optional<asio::ssl::context> https_test::context_;

TEST_F(https_test, a_certificate_of_a_known_authority_is_accepted) {
    auto const answer = get({.ca_file = certificates_.authority});
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->body.size(), 100'000u);
    EXPECT_EQ(server_.counts().requests, 1);
}

TEST_F(https_test, an_unknown_authority_means_that_nothing_is_sent) {
    auto const answer = get({}, "POST");
    ASSERT_TRUE(answer.has_error());
    EXPECT_EQ(answer.error().kind(), error_kind::unavailable);
    EXPECT_EQ(answer.error().code(), "net.certificate_refused");
    EXPECT_THAT(answer.error().message(), AllOf(HasSubstr("localhost"), HasSubstr("certificate"),
                                                HasSubstr("nothing was sent")));
    EXPECT_EQ(server_.counts().requests, 0);
}

TEST_F(https_test, a_certificate_for_another_name_means_that_nothing_is_sent) {
    raw_server other(loop_, answer,
                     asio::ip::make_address_v4("127.0.0.2"));  // the certificate is for 127.0.0.1
    auto const answer = ask(fmt::format("https://127.0.0.2:{}/", other.port()),
                            {.ca_file = certificates_.authority}, "POST");
    ASSERT_TRUE(answer.has_error());
    EXPECT_EQ(answer.error().code(), "net.certificate_refused");
    EXPECT_EQ(other.counts().accepted, 1);
    EXPECT_EQ(other.counts().requests, 0);
}

TEST_F(https_test, verification_can_be_turned_off_for_tests) {
    EXPECT_TRUE(get({.verify_certificates = false}));
}

TEST_F(https_test, a_plain_server_behind_https_is_unavailable) {
    raw_server plain(loop_,
                     [](raw_peer& peer) -> task<> { co_await peer.send(http_answer("plain")); });
    http_client client(loop_, {}, metrics_);
    auto const answer = run(
        client.send({.method = "POST", .url = fmt::format("https://localhost:{}/", plain.port())}));
    ASSERT_TRUE(answer.has_error());
    EXPECT_EQ(answer.error().kind(), error_kind::unavailable);
}

}  // namespace
}  // namespace agente::net
