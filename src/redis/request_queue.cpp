#include "redis/request_queue.hpp"

#include <algorithm>

namespace agente::redis {

std::vector<reply> request::take_replies() {
    if (failed_) std::rethrow_exception(failed_);
    return std::move(replies_);
}

void request::finish(std::exception_ptr failed) {
    if (finished_) return;
    finished_ = true;
    failed_ = std::move(failed);
    if (!abandoned_) wake();
}

bool request_queue::add(std::shared_ptr<request> r) {
    // One request larger than the limit is let through an empty queue: it could never be sent
    // otherwise.
    if (size() >= most_requests_ ||
        (waiting_bytes_ > 0 && waiting_bytes_ + r->bytes_.size() > most_bytes_))
        return false;
    waiting_bytes_ += r->bytes_.size();
    waiting_.push_back(std::move(r));
    return true;
}

std::string request_queue::take(std::size_t most) {
    std::string bytes;
    while (!waiting_.empty() &&
           (bytes.empty() || bytes.size() + waiting_.front()->bytes_.size() <= most)) {
        auto next = std::move(waiting_.front());
        waiting_.pop_front();
        waiting_bytes_ -= next->bytes_.size();
        if (bytes.empty())
            bytes = std::move(next->bytes_);
        else
            bytes += next->bytes_;
        next->bytes_ = {};
        next->written_ = true;
        next->replies_.reserve(next->expected_);
        written_.push_back(std::move(next));
    }
    return bytes;
}

bool request_queue::answer(reply r) {
    if (written_.empty()) return false;
    auto& oldest = *written_.front();
    oldest.replies_.push_back(std::move(r));
    if (oldest.replies_.size() < oldest.expected_) return true;
    auto const done = std::move(written_.front());
    written_.pop_front();
    done->finish(nullptr);
    return true;
}

void request_queue::abandon(std::shared_ptr<request> const& r) {
    r->abandoned_ = true;
    if (r->written_) return;
    auto const found = std::find(waiting_.begin(), waiting_.end(), r);
    if (found == waiting_.end()) return;
    waiting_bytes_ -= r->bytes_.size();
    waiting_.erase(found);
}

void request_queue::fail_written(std::exception_ptr why) {
    for (auto const& each : std::exchange(written_, {})) each->finish(why);
}

void request_queue::fail_waiting(std::exception_ptr why) {
    waiting_bytes_ = 0;
    for (auto const& each : std::exchange(waiting_, {})) each->finish(why);
}

}  // namespace agente::redis
