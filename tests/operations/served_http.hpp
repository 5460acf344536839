// An HTTP server that a blocking check talks to: on a thread of its own, answering by path. Used by
// the tests of this folder and of e2e.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "net/raw_server.hpp"

namespace agente::testing {

class served_http {
public:
    // A whole answer, head and body, for a request line's target without its query.
    using answers = std::map<std::string, std::string>;

    explicit served_http(answers of, std::string otherwise = http_answer("", "404 Not Found"))
        : answers_(std::move(of)), otherwise_(std::move(otherwise)),
          server_(loop_, [this](raw_peer& peer) { return serve(*this, peer); }),
          thread_([this] { loop_.run(); }) {}
    ~served_http() {
        loop_.stop();
        thread_.join();
    }
    served_http(served_http const&) = delete;
    served_http& operator=(served_http const&) = delete;

    std::string url() const { return server_.url(""); }
    std::vector<std::string> requests() const {
        std::lock_guard const held(guard_);
        return requests_;
    }

private:
    static task<> serve(served_http& self, raw_peer& peer) {
        for (;;) {
            auto const request = co_await peer.next_request();
            auto target = request.substr(request.find(' ') + 1);
            target = target.substr(0, target.find_first_of(" ?"));
            {
                std::lock_guard const held(self.guard_);
                self.requests_.push_back(request);
            }
            auto const found = self.answers_.find(target);
            co_await peer.send(found == self.answers_.end() ? self.otherwise_ : found->second);
        }
    }

    answers answers_;
    std::string otherwise_;
    mutable std::mutex guard_;
    std::vector<std::string> requests_;
    asio::io_context loop_{1};
    raw_server server_;
    std::thread thread_;
};

}  // namespace agente::testing
