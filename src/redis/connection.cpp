#include "redis/connection.hpp"

#include "redis/driver.hpp"

namespace agente::redis {

connection::connection(asio::io_context& loop, options with, telemetry::metrics& metrics)
    : driver_(std::make_shared<driver>(loop.get_executor(), std::move(with), metrics)) {}

connection::~connection() { driver_->shut(); }

task<> connection::start() {
    auto const kept = driver_;
    co_await kept->start();
}

task<> connection::stop() {
    auto const kept = driver_;
    co_await kept->stop();
}

bool connection::connected() const noexcept { return driver_->connected(); }
std::string connection::trouble() const { return driver_->trouble(); }
std::string_view connection::trouble_code() const noexcept { return driver_->trouble_code(); }
std::optional<tls_facts> connection::tls() const { return driver_->tls(); }

task<reply> connection::command(std::vector<std::string> words) {
    auto const kept = driver_;
    std::string bytes;
    append_command(bytes, words);
    auto replies = co_await kept->exchange(std::move(bytes), 1);
    if (auto const* text = replies.front().failed()) throw kept->refused(*text);
    co_return std::move(replies.front());
}

task<std::vector<reply>> connection::pipeline(std::vector<std::vector<std::string>> commands) {
    if (commands.empty()) co_return std::vector<reply>{};
    auto const kept = driver_;
    std::string bytes;
    for (auto const& words : commands) append_command(bytes, words);
    auto replies = co_await kept->exchange(std::move(bytes), commands.size());
    for (auto const& each : replies)
        if (auto const* text = each.failed()) throw kept->refused(*text);
    co_return replies;
}

task<reply> connection::run(script const& what, std::vector<std::string> keys,
                            std::vector<std::string> args,
                            std::optional<std::chrono::milliseconds> patience) {
    auto const kept = driver_;
    std::vector<std::string> words{"EVALSHA", what.sha1(), std::to_string(keys.size())};
    for (auto& key : keys) words.push_back(std::move(key));
    for (auto& arg : args) words.push_back(std::move(arg));
    std::string bytes;
    append_command(bytes, words);
    auto replies = co_await kept->exchange(std::move(bytes), 1, patience);
    auto const* text = replies.front().failed();
    if (text && text->starts_with("NOSCRIPT")) {
        words[0] = "EVAL";
        words[1] = what.lua();
        std::string whole;
        append_command(whole, words);
        replies = co_await kept->exchange(std::move(whole), 1, patience);
        text = replies.front().failed();
    }
    if (text) throw kept->refused(*text);
    co_return std::move(replies.front());
}

}  // namespace agente::redis
