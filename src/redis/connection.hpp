// The one pipelined connection of a worker to Redis. Commands of many coroutines share it; replies
// are matched by order. Belongs to one event loop: make, use and destroy it on that loop's thread
// (or while the loop does not run).
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/task.hpp"
#include "redis/error.hpp"
#include "redis/options.hpp"
#include "redis/reply.hpp"
#include "redis/script.hpp"
#include "redis/tls_facts.hpp"
#include "telemetry/metrics.hpp"

namespace agente::redis {

class driver;

// What happens to a command when things go wrong (all are redis::error):
//   Redis is known to be gone, or the queue is full  unavailable, at once
//   the connection dies before it was written        unavailable
//   the connection dies after it was written         in_doubt
//   no answer within options.deadline                in_doubt when written, else timeout; the
//   connection is closed,
//                                                    since its replies would no longer match, and
//                                                    opened again
//   Redis answers with an error                      see redis::explain
// A waiter that is cancelled leaves at once; the answer to what it wrote is read and dropped.
// Nothing is sent twice. Blocking commands (BLPOP …) and subscriptions do not belong on this
// connection.
class connection {
public:
    connection(asio::io_context& loop, options with, telemetry::metrics& metrics);
    ~connection();  // like stop(), but what is in flight fails at once
    connection(connection const&) = delete;
    connection& operator=(connection const&) = delete;

    // Returns when the first attempt to connect has ended, well or not: without Redis the service
    // runs degraded. The connection goes on trying, with backoff, until stop().
    task<> start();
    // Refuses new commands, waits for the answers in flight (at most options.deadline), closes.
    task<> stop();

    bool connected() const noexcept;
    std::string trouble() const;  // why it is not connected, for people; empty when it is
    // The same for programs: what redis::explain says of a refused greeting, "redis.no_such_host",
    // "redis.certificate", "redis.no_tls", "redis.connect_timeout", "redis.unreachable" for the
    // rest; empty when it is connected.
    std::string_view trouble_code() const noexcept;
    std::optional<tls_facts> tls() const;  // nothing: not connected, or not encrypted

    task<reply> command(std::vector<std::string> words);
    // One write, the replies in the order of the commands. Not a transaction. Throws the first
    // error reply, after all replies have come; the other commands were executed.
    task<std::vector<reply>> pipeline(std::vector<std::vector<std::string>> commands);
    // EVALSHA; when the server does not know the script (restart, SCRIPT FLUSH), EVAL once. `what`
    // must outlive the task. `patience`: how long this caller waits when that is less than the
    // deadline; then timeout (redis.slow), which says nothing against the connection: the late
    // answer is read and dropped.
    task<reply> run(script const& what, std::vector<std::string> keys,
                    std::vector<std::string> args,
                    std::optional<std::chrono::milliseconds> patience = std::nullopt);

private:
    std::shared_ptr<driver> driver_;  // shared with the coroutines that run it
};

}  // namespace agente::redis
