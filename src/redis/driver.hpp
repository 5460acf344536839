// The life of one connection to Redis: opens it, writes and reads on it, loses it, opens it again.
// Used by redis::connection only, which is the face of it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/gate.hpp"
#include "net/retry.hpp"
#include "redis/error.hpp"
#include "redis/options.hpp"
#include "redis/protocol.hpp"
#include "redis/request_queue.hpp"
#include "redis/stream.hpp"
#include "telemetry/metrics.hpp"

namespace agente::redis {

class driver : public std::enable_shared_from_this<driver> {
public:
    driver(asio::any_io_executor executor, options with, telemetry::metrics& metrics);

    task<> start();
    task<> stop();
    void shut();  // without waiting

    bool connected() const noexcept { return status_ == status::connected; }
    std::string trouble() const;
    std::string_view trouble_code() const noexcept {
        return connected() ? std::string_view() : trouble_code_;
    }
    std::optional<tls_facts> tls() const { return stream_ ? stream_->tls() : std::nullopt; }

    // Sends `bytes`, which hold `replies` commands, and waits for as many replies. Throws
    // redis::error.
    // `patience`: see connection::run.
    task<std::vector<reply>> exchange(
        std::string bytes, std::size_t replies,
        std::optional<std::chrono::milliseconds> patience = std::nullopt);
    error refused(std::string_view reply_text);  // explains an error reply, and counts it

private:
    enum class status {
        stopped,
        opening,  // for the first time, or after a connection that lasted: commands wait for it
        connected,
        down  // commands fail at once
    };
    class waiter;

    static task<> live(std::shared_ptr<driver> self);
    task<> run();
    void ended();  // run() is over
    task<bool> open();
    task<> greet();
    task<std::string> serve();  // until the connection is lost; why
    task<std::string> read_replies();
    task<std::string> write_requests();
    task<std::string> keep_alive();
    void lose(std::string const& why);
    void hang_up(std::string why);  // makes serve() end
    void admit(std::shared_ptr<request> r);
    void failed_to_open(std::string_view code, std::string why);
    error gone(error_kind kind, std::string_view code, std::string_view what) const;

    asio::any_io_executor executor_;
    options with_;
    dialer dialer_;
    system_random random_;
    net::backoff backoff_;
    request_queue queue_;
    std::unique_ptr<stream> stream_;
    std::optional<reader> reader_;

    status status_ = status::stopped;
    bool running_ = false;
    bool stopping_ = false;
    std::string trouble_;
    std::string_view trouble_code_{"redis.unavailable"};  // of a literal
    std::string hung_up_;                                 // why we closed it ourselves
    unsigned attempts_ = 0;
    std::chrono::steady_clock::time_point last_heard_;
    net::gate work_;     // something to write
    net::gate changed_;  // an attempt or everything ended, or the queue is empty while stopping
    asio::cancellation_signal stop_signal_;

    telemetry::gauge& connected_metric_;
    telemetry::counter& commands_metric_;
    telemetry::counter& writes_metric_;
    telemetry::histogram& latency_metric_;
    telemetry::metrics& metrics_;
    void count_error(std::string_view kind);
};

}  // namespace agente::redis
