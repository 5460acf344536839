#include "bench_hotel.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace agente::qloapps::test {

namespace {

// One request on a connection of its own, until the server ends it.
task<std::string> exchange(unsigned short port, std::string bytes) {
    asio::ip::tcp::socket socket(co_await asio::this_coro::executor);
    asio::ip::tcp::endpoint const where(asio::ip::make_address_v4("127.0.0.1"), port);
    co_await socket.async_connect(where, asio::use_awaitable);
    co_await asio::async_write(socket, asio::buffer(bytes), asio::use_awaitable);
    std::string answer;
    boost::system::error_code ended;
    co_await asio::async_read(socket, asio::dynamic_buffer(answer),
                              asio::redirect_error(asio::use_awaitable, ended));
    co_return answer;
}

recorded_message parse_answer(std::string const& raw) {
    recorded_message m;
    auto const end = raw.find("\r\n\r\n");
    if (end == std::string::npos) return m;  // cut
    m.body = raw.substr(end + 4);
    m.first_line = raw.substr(0, raw.find("\r\n"));
    for (auto at = raw.find("\r\n") + 2; at < end + 2;) {
        auto const line_end = raw.find("\r\n", at);
        auto const line = raw.substr(at, line_end - at);
        auto const colon = line.find(':');
        auto value = line.substr(colon + 1);
        if (value.starts_with(' ')) value.erase(0, 1);
        m.headers.emplace_back(line.substr(0, colon), value);
        at = line_end + 2;
    }
    return m;
}

}  // namespace

void run(asio::io_context& loop, task<> work) {
    std::exception_ptr failed;
    asio::co_spawn(loop, std::move(work), [&](std::exception_ptr e) {
        failed = e;
        loop.stop();
    });
    loop.restart();
    loop.run();
    if (failed) std::rethrow_exception(failed);
}

bench_hotel::bench_hotel(simulator_options options)
    : simulator(loop, time, metrics, std::move(options)), port(simulator.listen("127.0.0.1", 0)) {}

bench_hotel::~bench_hotel() { run(loop, simulator.stop()); }

recorded_message bench_hotel::send(recorded_message const& request) {
    auto bytes = request.first_line + "\r\n";
    bool host_named = false;
    for (auto const& [name, value] : request.headers) {
        if (name == "Host" && value == "127.0.0.1:8899") continue;
        host_named = host_named || name == "Host";
        if (name != "Content-Length") bytes += name + ": " + value + "\r\n";
    }
    if (!host_named) bytes += "Host: " + simulator.shop().domain + "\r\n";
    bytes += fmt::format("Connection: close\r\nContent-Length: {}\r\n\r\n{}", request.body.size(),
                         request.body);
    return parse_answer(run(loop, exchange(port, std::move(bytes))));
}

recorded_message bench_hotel::send(std::string method_and_target, std::string body, bool as_json) {
    recorded_message request{method_and_target + " HTTP/1.1",
                             {{"Authorization", "Basic VEVTVEtFWTo="}},
                             std::move(body)};
    if (as_json) request.headers.emplace_back("Output-Format", "JSON");
    return send(request);
}

}  // namespace agente::qloapps::test
