// The built binary asked to end while a request is in flight: the first signal waits for it, a
// second one does not.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <csignal>
#include <filesystem>
#include <system_error>
#include <thread>

#include "e2e/program.hpp"
#include "http/harness.hpp"

namespace agente::app {
namespace {

using http::test::client;

// Whether somebody listens there.
bool listening(unsigned short port) {
    int const fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bool const yes = ::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
    ::close(fd);
    return yes;
}

class signals : public testing::Test {
protected:
    signals() {
        auto const line = service.read_line(std::chrono::seconds(120));
        auto const state = boost::json::parse(line);
        std::string const url(state.at("http").as_string());
        port = static_cast<unsigned short>(std::stoi(url.substr(url.rfind(':') + 1)));
    }
    // The servers of a demo that was cut off are dying, and tidy up themselves.
    ~signals() override {
        auto const until = std::chrono::steady_clock::now() + http::test::patience;
        std::error_code busy;
        do {
            std::filesystem::remove_all(folder, busy);
        } while (std::filesystem::exists(folder) && std::chrono::steady_clock::now() < until);
        EXPECT_FALSE(std::filesystem::exists(folder));
    }

    // A request whose last byte is missing, and then the signal, which closes the door.
    void ask_to_end_in_the_middle_of(client& c) {
        c.send("POST /webhooks/whatsapp HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{");
        // The server has read it when it answers another connection.
        EXPECT_EQ(http::test::once(port, http::test::get("/health/live")).status, 200);
        service.signal(SIGTERM);
        auto const until = std::chrono::steady_clock::now() + http::test::patience;
        while (listening(port) && std::chrono::steady_clock::now() < until)
            std::this_thread::yield();
        EXPECT_FALSE(listening(port));
        EXPECT_TRUE(service.running());
    }

    std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("agente-signals-" + std::to_string(::getpid()));
    e2e::program service{{"demo", "--json", "--port", "0", "--fresh", "--data", folder.string()}};
    unsigned short port{0};
};

TEST_F(signals, the_first_lets_a_request_in_flight_end) {
    client c(port);
    ask_to_end_in_the_middle_of(c);
    auto const answer = c.ask("}");
    EXPECT_EQ(answer.status, 401) << "it was not signed, but it was answered";
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_EQ(service.wait(), 0) << service.errors();
}

TEST_F(signals, the_second_ends_the_process_at_once) {
    client c(port);
    ask_to_end_in_the_middle_of(c);
    service.signal(SIGINT);
    EXPECT_EQ(service.wait(), 128 + SIGINT);
    EXPECT_EQ(c.read_all(), "");
}

}  // namespace
}  // namespace agente::app
