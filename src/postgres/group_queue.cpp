#include "postgres/group_queue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

namespace agente::postgres {

std::size_t group_row::bytes() const noexcept {
    std::size_t all = key.size();
    for (auto const& cell : cells) all += cell.size() + 1;
    return all;
}

bool group_entry::claim_added() {
    if (wrong_) throw *wrong_;
    return state_ == state::added && !std::exchange(claimed_, true);
}

group_remedy remedy_for(error const& wrong, std::size_t rows, int attempts,
                        group_limits const& limits) noexcept {
    auto const state = wrong.sqlstate();
    if (state == "40P01" || state == "40001")
        return attempts < limits.most_retries ? group_remedy::again : group_remedy::give_up;
    // What a single row can cause: its values (22), constraints (23, 44), its size (54), a trigger
    // of the deployment (P0). Everything else (rights, tables, timeouts, lost connections) would
    // meet every half as well.
    for (std::string_view const kind : {"22", "23", "44", "54", "P0"})
        if (state.starts_with(kind)) return rows > 1 ? group_remedy::halve : group_remedy::give_up;
    return group_remedy::give_up;
}

error group_queue::refusal(std::string_view why) const {
    return error(agente::error(error_kind::unavailable, "postgres.group_commit_full",
                               fmt::format("{}: {}: try again later", name_, why)));
}

group_entry_ptr group_queue::enter(group_row row, time_point now) {
    if (closed_) throw refusal("the service is stopping");
    if (callers_ >= limits_.most_callers) throw refusal("too many callers wait for their commit");
    if (auto const twin = by_key_.find(row.key); twin != by_key_.end()) {
        ++callers_;
        return twin->second;
    }
    auto const size = row.bytes();
    if (by_key_.size() >= limits_.most_rows || bytes_ + size > limits_.most_bytes)
        throw refusal("too many rows wait for their commit");
    auto one = std::make_shared<group_entry>(std::move(row), now);
    by_key_.emplace(one->row().key, one);
    waiting_.push_back(one);
    bytes_ += size;
    ++callers_;
    return one;
}

group group_queue::take(time_point now) {
    group leaving;
    std::size_t bytes = 0;
    while (!waiting_.empty() && leaving.size() < limits_.rows_per_statement) {
        auto const& next = waiting_.front();
        if (now - next->since_ > limits_.most_wait) {
            auto const late = next;
            waiting_.pop_front();
            fail({&late, 1}, refusal("it waited too long for the database"));
            continue;
        }
        bytes += next->row().bytes();
        if (!leaving.empty() && bytes > limits_.bytes_per_statement) break;
        next->state_ = group_entry::state::in_flight;
        leaving.push_back(next);
        waiting_.pop_front();
    }
    std::ranges::sort(leaving, {},
                      [](group_entry_ptr const& e) -> std::string const& { return e->row().key; });
    return leaving;
}

void group_queue::finish(group_entry& one, group_entry::state how) {
    one.state_ = how;
    bytes_ -= one.row().bytes();
    by_key_.erase(one.row().key);
    one.changed.open_all();
}

void group_queue::settle(std::span<group_entry_ptr const> rows,
                         std::vector<std::string> const& returned_keys) {
    std::unordered_set<std::string_view> const added(returned_keys.begin(), returned_keys.end());
    for (auto const& one : rows)
        finish(*one, added.contains(one->row().key) ? group_entry::state::added
                                                    : group_entry::state::present);
}

void group_queue::fail(std::span<group_entry_ptr const> rows, error const& wrong) {
    for (auto const& one : rows) {
        one->wrong_ = wrong;
        finish(*one, group_entry::state::failed);
    }
}

void group_queue::close() {
    closed_ = true;
    auto const all = std::exchange(waiting_, {});
    for (auto const& one : all) fail({&one, 1}, refusal("the service is stopping"));
}

}  // namespace agente::postgres
