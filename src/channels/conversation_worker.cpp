#include "channels/conversation_worker.hpp"

#include "base/ids.hpp"
#include "base/log.hpp"
#include "channels/inbox_store.hpp"
#include "channels/outbox_store.hpp"

namespace agente::channels {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

double seconds(milliseconds length) { return std::chrono::duration<double>(length).count(); }

}  // namespace

conversation_worker::conversation_worker(asio::io_context& loop, postgres::database& database,
                                         turn_runner& turns, whatsapp_sender& sender,
                                         std::string owner, conversation_worker_options options,
                                         telemetry::metrics& metrics)
    : database_(database), turns_(turns), sender_(sender), owner_(std::move(owner)),
      options_(options), queue_(options.queue), turns_under_way_(loop.get_executor()),
      background_(loop.get_executor()),
      waiting_(metrics.measure("channels_messages_waiting",
                               "Messages this instance holds that are not answered yet")),
      no_room_(
          metrics.count("channels_queue_full_total",
                        "Messages left in the database because too many wait in this instance")),
      taken_over_(metrics.count("channels_taken_over_total",
                                "Messages and replies whose instance gave no sign of life")) {}

void conversation_worker::start() {
    background_.run("conversation_dispatch", dispatch());
    background_.run("conversation_upkeep", upkeep());
    sender_.start();
}

void conversation_worker::note(conversation_key const& of, std::string inbox_id, std::string tenant,
                               bool bubble) {
    if (!queue_.note(of, std::move(inbox_id), std::move(tenant), bubble, steady_clock::now()))
        no_room_.add();
    waiting_.set(static_cast<double>(queue_.size()));
    changed_.open_all();
}

task<> conversation_worker::dispatch() {
    while (!stopping_) {
        if (sender_.full()) {  // no turn begins whose replies could not leave
            co_await changed_.wait_until(steady_clock::now() + 100ms);
            continue;
        }
        for (auto& turn : queue_.start(steady_clock::now()))
            turns_under_way_.run("conversation_turn", hold_turn(std::move(turn)));
        auto const next = queue_.next_due();
        if (!next)
            co_await changed_.wait();
        else
            co_await changed_.wait_until(*next);
    }
}

task<> conversation_worker::hold_turn(turn_queue::begun turn) {
    auto const of = turn.of;
    auto report = co_await turns_.run(of, std::move(turn.tenant),
                                      [this, of](auto const& ids) { queue_.took(of, ids); });
    auto const now = steady_clock::now();
    sender_.add(std::move(report.replies));
    if (report.again)
        queue_.again(of, report.done, *report.again, now);
    else
        queue_.end(of, report.done, now);
    waiting_.set(static_cast<double>(queue_.size()));
    changed_.open_all();
}

task<> conversation_worker::upkeep() {
    for (;;) {
        try {
            co_await one_round();
        } catch (failure const& e) {
            able_since_ = steady_clock::now();
            log::warn("channels.upkeep_failed", {{"message", e.what()}});
        }
        co_await net::pause(options_.lease / 3);
    }
}

// One round trip: our leases are renewed, and what nobody works on any more becomes ours.
task<> conversation_worker::one_round() {
    postgres::batch all(postgres::access::system());
    auto const messages = queue_.messages();
    auto const replies = sender_.messages();
    if (!messages.empty()) store::renew_inbox(all, owner_, seconds(options_.lease), messages);
    if (!replies.empty()) store::renew_outbox(all, owner_, seconds(options_.lease), replies);
    auto const room = static_cast<int>(
        std::min<std::size_t>(queue_.room(), static_cast<std::size_t>(options_.most_swept)));
    auto const expired =
        store::take_expired(all, owner_, seconds(options_.lease), stopping_ ? 0 : room);
    auto const callbacks_had_time = steady_clock::now() - able_since_ >= options_.settle_after;
    auto const unsettled = store::take_unsettled(
        all, owner_, seconds(options_.lease),
        callbacks_had_time ? std::optional(seconds(options_.settle_after)) : std::nullopt,
        stopping_ || sender_.full() ? 0 : options_.most_swept);
    auto const answers = co_await database_.run(std::move(all));

    for (auto const& row : answers.rows(expired)) {
        taken_over_.add();
        note({row.channel, row.recipient, row.guest}, row.id, row.tenant_id.value_or(std::string()),
             false);
    }
    std::vector<outgoing> again;
    for (auto& row : answers.rows(unsettled)) {
        taken_over_.add();
        auto const* message = row.message.if_object();
        if (message == nullptr) continue;
        log::warn("channels.sent_again", {{"outbox_id", row.id}, {"attempts", row.attempts}});
        again.push_back({.id = row.id,
                         .to = {row.channel, row.sender, row.guest},
                         .message = *message,
                         .attempts = row.attempts - 1,
                         .resent = true});
    }
    sender_.add(std::move(again));
}

task<> conversation_worker::stop(milliseconds drain) {
    stopping_ = true;
    changed_.open_all();
    if (!co_await turns_under_way_.join_for(drain)) {
        turns_under_way_.cancel();
        co_await turns_under_way_.join();
    }
    auto const unsent = co_await sender_.stop(std::min<milliseconds>(drain, 5s));
    background_.cancel();
    co_await background_.join();

    auto const left = queue_.messages();
    if (left.empty() && unsent.empty()) co_return;
    try {
        postgres::batch all(postgres::access::system());
        if (!left.empty()) store::release_inbox(all, owner_, left);
        if (!unsent.empty()) store::release_outbox(all, owner_, unsent);
        co_await database_.run(std::move(all));
    } catch (failure const& e) {  // their leases run out all the same
        log::warn("channels.not_released", {{"message", e.what()}});
    }
}

}  // namespace agente::channels
