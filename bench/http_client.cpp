#include "bench/http_client.hpp"

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <future>
#include <thread>

#include "bench/loop.hpp"
#include "http/message.hpp"

namespace agente::bench {

namespace {

// Content-Length among these lines, each with its end.
std::size_t length_of(std::string_view head) {
    constexpr std::string_view name = "content-length: ";
    while (!head.empty()) {
        auto const end = head.find("\r\n") + 2;
        auto const line = head.substr(0, end);
        head.remove_prefix(end);
        if (line.size() <= name.size() || !http::same_name(line.substr(0, name.size()), name))
            continue;
        std::size_t length = 0;
        std::from_chars(line.data() + name.size(), line.data() + line.size(), length);
        return length;
    }
    throw std::runtime_error("an answer without Content-Length");
}

}  // namespace

task<> http_client::connect() {
    asio::ip::tcp::endpoint const there(asio::ip::make_address("127.0.0.1"), port_);
    co_await socket_.async_connect(there, asio::use_awaitable);
    socket_.set_option(asio::ip::tcp::no_delay(true));
}

task<int> http_client::exchange(std::string_view request) {
    co_await asio::async_write(socket_, asio::buffer(request), asio::use_awaitable);
    std::size_t filled = 0;
    for (;;) {
        if (buffer_.size() < filled + 2'048) buffer_.resize(filled + 2'048);
        filled += co_await socket_.async_read_some(
            asio::buffer(buffer_.data() + filled, buffer_.size() - filled), asio::use_awaitable);
        std::string_view const seen(buffer_.data(), filled);
        auto const end = seen.find("\r\n\r\n");
        if (end == seen.npos) continue;
        auto const length = length_of(seen.substr(0, end + 2));
        if (filled < end + 4 + length) continue;
        body_ = seen.substr(end + 4, length);
        int status = 0;
        std::from_chars(seen.data() + 9, seen.data() + 12, status);
        co_return status;
    }
}

namespace {

struct shared_state {
    std::atomic<std::size_t> next{0};
    std::atomic<bool> counting{false}, over{false};
};

struct lane {  // of one loop
    asio::io_context loop{1};
    std::size_t acknowledged{0}, refused{0};
    double cpu_at_start{0}, cpu_at_end{0};
    latencies taken;
    std::promise<void> ended;
};

task<> send_without_pause(lane& in, shared_state& all, flood_options const& with,
                          std::vector<std::string> const& texts) {
    http_client client(in.loop.get_executor(), with.port);
    co_await client.connect();
    while (!all.over.load(std::memory_order_relaxed)) {
        auto n = all.next.fetch_add(1, std::memory_order_relaxed);
        if (with.again) n %= texts.size();
        if (n >= texts.size()) throw std::runtime_error("too few requests were prepared");
        auto const start = steady::now();
        auto const status = co_await client.exchange(texts[n]);
        if (with.good ? !with.good(n, status, client.body()) : status != 200) {
            ++in.refused;
            continue;
        }
        ++in.acknowledged;
        if (all.counting.load(std::memory_order_relaxed)) in.taken.add(steady::now() - start);
    }
}

void run_lane(lane& in) {
    try {
        in.loop.run();
        in.ended.set_value();
    } catch (...) {
        in.ended.set_exception(std::current_exception());
    }
}

}  // namespace

flood_result flood(flood_options const& with, std::vector<std::string> const& texts,
                   std::function<void()> const& begins, std::function<void()> const& ends) {
    shared_state all;
    std::vector<std::unique_ptr<lane>> lanes;
    for (int i = 0; i < with.loops; ++i) lanes.push_back(std::make_unique<lane>());
    for (int i = 0; i < with.senders; ++i) {
        auto& in = *lanes[static_cast<std::size_t>(i % with.loops)];
        asio::co_spawn(in.loop, send_without_pause(in, all, with, texts), [](std::exception_ptr e) {
            if (e) std::rethrow_exception(e);
        });
    }
    std::vector<std::jthread> threads;
    for (auto& one : lanes) threads.emplace_back([&one] { run_lane(*one); });
    auto const on_each = [&](auto what) {  // on the lanes' own threads, whose time it is
        for (auto& one : lanes) asio::post(one->loop, [what, in = one.get()] { what(*in); });
    };
    std::this_thread::sleep_for(seconds(with.warm_seconds));
    on_each([](lane& in) { in.cpu_at_start = cpu_seconds(); });
    begins();
    auto const start = steady::now();
    all.counting = true;
    std::this_thread::sleep_for(seconds(with.seconds));
    all.counting = false;
    flood_result out;
    out.took_seconds = std::chrono::duration<double>(steady::now() - start).count();
    ends();
    on_each([](lane& in) { in.cpu_at_end = cpu_seconds(); });
    all.over = true;
    double cpu = 0;
    for (auto& one : lanes) {
        one->ended.get_future().get();
        out.acknowledged += one->acknowledged;
        out.refused += one->refused;
        out.taken.add(one->taken);
        cpu += one->cpu_at_end - one->cpu_at_start;
    }
    out.counted = out.taken.size();
    if (out.counted > 0) out.generator_cpu_us = cpu * 1e6 / static_cast<double>(out.counted);
    return out;
}

}  // namespace agente::bench
