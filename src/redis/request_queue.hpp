// The order of things on a pipelined connection, without I/O: who waits to be written, whose answer
// comes next. Used by redis::connection; a reply goes to the oldest request that was written and is
// not answered.
#pragma once

#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "redis/reply.hpp"

namespace agente::redis {

// One caller's command or pipeline.
class request {
public:
    request(std::string bytes, std::size_t replies)
        : bytes_(std::move(bytes)), expected_(replies) {}
    virtual ~request() = default;
    request(request const&) = delete;
    request& operator=(request const&) = delete;

    bool finished() const noexcept { return finished_; }
    bool written() const noexcept { return written_; }
    // Once finished: the replies, or the exception that ended the request.
    std::vector<reply> take_replies();

private:
    friend class request_queue;
    virtual void wake() = 0;  // called once, when it is finished; must not resume anybody inline
    void finish(std::exception_ptr failed);

    std::string bytes_;
    std::size_t expected_;
    std::vector<reply> replies_;
    std::exception_ptr failed_;
    bool written_ = false;
    bool abandoned_ = false;
    bool finished_ = false;
};

class request_queue {
public:
    request_queue(std::size_t most_requests, std::size_t most_bytes)
        : most_requests_(most_requests), most_bytes_(most_bytes) {}

    bool add(std::shared_ptr<request> r);  // false: full
    // Moves what waits, at most about `most` bytes, to the written ones and returns its bytes;
    // empty: nothing waits.
    std::string take(std::size_t most);
    // False: no request is waiting for a reply, so that the server and we are out of step.
    bool answer(reply r);
    // The caller is gone. Not written yet: forgotten. Written: its replies are still counted, and
    // dropped.
    void abandon(std::shared_ptr<request> const& r);
    void fail_written(std::exception_ptr why);
    void fail_waiting(std::exception_ptr why);

    bool nothing_to_write() const noexcept { return waiting_.empty(); }
    bool nothing_in_flight() const noexcept { return written_.empty(); }
    std::size_t size() const noexcept { return waiting_.size() + written_.size(); }

private:
    std::size_t most_requests_;
    std::size_t most_bytes_;
    std::size_t waiting_bytes_ = 0;
    std::deque<std::shared_ptr<request>> waiting_;
    std::deque<std::shared_ptr<request>> written_;
};

}  // namespace agente::redis
