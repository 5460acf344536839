#include "channels/turn_runner.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "base/ids.hpp"
#include "base/log.hpp"
#include "channels/whatsapp_message.hpp"
#include "net/gate.hpp"
#include "net/retry.hpp"

namespace agente::channels {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr std::string_view hotel_prefix = "hotel:";  // of the choices hotel_question offers

// Said when a message defeated every attempt to answer it. The language is not known to be known: both.
constexpr std::string_view apology =
    "Disculpe, no pude procesar su mensaje. Una persona del hotel va a revisarlo.\n"
    "Sorry, I could not process your message. A member of the hotel's staff will look at it.";

whatsapp_recipient recipient_of(std::vector<stored_message> const& messages, conversation_key const& of) {
    for (auto const& one : messages)
        if (!one.message.phone.empty()) return {.phone = one.message.phone, .user_id = one.message.user_id};
    return {.phone = of.guest.starts_with('+') ? of.guest : std::string(),
            .user_id = of.guest.starts_with('+') ? std::string() : of.guest};
}

std::vector<std::string> ids_of(std::vector<stored_message> const& messages) {
    std::vector<std::string> ids;
    for (auto const& one : messages) ids.push_back(one.id);
    return ids;
}

std::vector<boost::json::object> as_messages(std::vector<guest::reply> replies, whatsapp_recipient const& to) {
    std::vector<boost::json::object> out;
    for (auto const& one : joined(std::move(replies))) out.push_back(whatsapp_message(one, to));
    return out;
}

// A hotel's own role sees only its own rows; a message that came before its hotel was known belongs to nobody yet.
postgres::access access_for(tenancy::resolved const& hotel, std::vector<stored_message> const& messages) {
    for (auto const& one : messages)
        if (one.tenant != hotel.as.slug()) return postgres::access::system();
    return hotel.as.access();
}

// The guest's lock is short, so that a crashed instance blocks nobody for long; a turn that takes longer asks for it again.
task<> keep_lock(guest::session_store& sessions, tenancy::scope as, std::string guest, std::string owner, std::chrono::milliseconds every,
                 std::shared_ptr<bool const> ended) {
    for (;;) {
        co_await net::pause(every);
        if (*ended) co_return;
        co_await sessions.open(as, guest, owner);
    }
}

// Ends the keeping of a lock with the turn, however it ends.
class kept_lock {
public:
    kept_lock(asio::any_io_executor loop, guest::session_store& sessions, tenancy::scope as, std::string guest, std::string owner,
              std::chrono::milliseconds every)
        : ended_(std::make_shared<bool>(false)) {
        asio::co_spawn(loop, keep_lock(sessions, std::move(as), std::move(guest), std::move(owner), every, ended_), asio::detached);
    }
    ~kept_lock() { *ended_ = true; }
    kept_lock(kept_lock const&) = delete;
    kept_lock& operator=(kept_lock const&) = delete;

private:
    std::shared_ptr<bool> ended_;
};

}  // namespace

turn_runner::turn_runner(inbox& messages, outbox& replies, tenancy::directory& directory, hotel_question& question,
                         guest::session_store& sessions, guest::receptionist& receptionist, pms_of find_pms, turn_runner_options options,
                         telemetry::metrics& metrics)
    : inbox_(messages), outbox_(replies), directory_(directory), question_(question), sessions_(sessions), receptionist_(receptionist),
      find_pms_(std::move(find_pms)), options_(options),
      poisoned_(metrics.count("channels_poisoned_total", "Messages that could not be answered after several attempts")),
      lost_(metrics.count("channels_turns_lost_total", "Turns whose messages another instance took over before the commit")),
      seconds_(metrics.distribution("channels_turn_seconds", "From a turn's start to its committed replies")) {}

task<turn_report> turn_runner::run(conversation_key of, std::string tenant, claimed on_claim) {
    auto const start = steady_clock::now();
    turn_report report;
    try {
        co_await run_turn(of, tenant, on_claim, report);
    } catch (failure const& e) {
        log::warn("channels.turn_postponed", {{"code", e.reason().code()}, {"message", e.what()}});
        report.again = options_.trouble_pause;
    } catch (boost::system::system_error const& e) {
        if (e.code() == asio::error::operation_aborted) throw;
        log::error("channels.turn_failed", {{"message", e.what()}});
        report.again = options_.trouble_pause;
    } catch (std::exception const& e) {
        log::error("channels.turn_failed", {{"message", e.what()}});
        report.again = options_.trouble_pause;
    }
    seconds_.observe(std::chrono::duration<double>(steady_clock::now() - start).count());
    co_return report;
}

// The webhook's word, unless that hotel was suspended meanwhile; else asked again, since a hotel may have been added.
task<std::optional<tenancy::resolved>> turn_runner::hotel_of(conversation_key const& of, std::string const& tenant) {
    if (!tenant.empty())
        if (auto found = co_await directory_.by_slug(tenant)) co_return found;
    std::vector<std::string> const identifiers{of.guest};
    co_return co_await directory_.resolve(of.number_id, identifiers);
}

task<> turn_runner::run_turn(conversation_key const& of, std::string const& tenant, claimed const& on_claim, turn_report& report) {
    auto hotel = co_await hotel_of(of, tenant);
    guest::opened session;
    auto const owner = inbox_.owner();
    if (hotel) {
        session = co_await sessions_.open(hotel->as, of.guest, owner);
        if (session.busy) {
            report.again = options_.busy_pause;
            co_return;
        }
    }
    std::optional<kept_lock> kept;
    auto const loop = co_await asio::this_coro::executor;
    if (hotel && session.memory) kept.emplace(loop, sessions_, hotel->as, of.guest, owner, options_.keep_lock_every);
    std::exception_ptr trouble;
    try {
        auto messages = co_await inbox_.claim(of);
        on_claim(ids_of(messages));
        if (hotel && !messages.empty()) co_await with_hotel(of, *hotel, std::move(messages), std::nullopt, session, report);
        else if (!messages.empty()) co_await ask_which_hotel(of, std::move(messages), report);
    } catch (...) {
        trouble = std::current_exception();
    }
    kept.reset();
    if (hotel && session.memory) co_await sessions_.close(hotel->as, of.guest, owner);
    if (trouble) std::rethrow_exception(trouble);
}

task<> turn_runner::with_hotel(conversation_key const& of, tenancy::resolved const& hotel, std::vector<stored_message> messages,
                               std::optional<std::string> first_words, guest::opened& session, turn_report& report) {
    auto const& who = *hotel.who;
    auto const pms = find_pms_(who);
    guest::hotel_context const context{.pms = *pms, .name = who.name, .time_zone = who.timezone, .languages = who.languages};
    auto const to = recipient_of(messages, of);
    int attempts = 0;
    for (auto const& one : messages) attempts = std::max(attempts, one.attempts);
    auto const as = access_for(hotel, messages);
    auto const plan = plan_turns(std::move(messages), [&](std::string const& id) { return guest::answered(session.state, id); });

    for (auto const& planned : plan) {
        std::vector<guest::reply> replies;
        std::string outcome = "ignored";
        if (planned.said) {
            auto said = *planned.said;
            if (said.choice.starts_with(hotel_prefix)) {  // it chose the hotel; what was wanted came before, or is a greeting
                said.choice.clear();
                said.text = first_words.value_or("hola");
            } else if (first_words) {
                said.text = *first_words;
            }
            std::exception_ptr trouble;
            try {
                replies = co_await receptionist_.answer(hotel.as, context, session.state, said);
                outcome = replies.empty() ? "left_to_person" : "answered";
            } catch (failure const& e) {
                if (attempts < options_.most_attempts) trouble = std::current_exception();
                log::warn("channels.turn_trouble", {{"tenant", hotel.as.slug()}, {"attempts", attempts}, {"message", e.what()}});
            } catch (boost::system::system_error const& e) {
                if (e.code() == asio::error::operation_aborted || attempts < options_.most_attempts) trouble = std::current_exception();
                else log::error("channels.turn_trouble", {{"tenant", hotel.as.slug()}, {"attempts", attempts}, {"message", e.what()}});
            } catch (std::exception const& e) {
                if (attempts < options_.most_attempts) trouble = std::current_exception();
                log::error("channels.turn_trouble", {{"tenant", hotel.as.slug()}, {"attempts", attempts}, {"message", e.what()}});
            }
            if (trouble) std::rethrow_exception(trouble);
            if (outcome == "ignored") {  // every attempt failed
                poisoned_.add();
                outcome = "failed";
                replies = {guest::make_reply(std::string(apology))};
                session.state.handed_over = true;
                session.state.handed_over_at = said.at;
            }
            if (co_await sessions_.save(hotel.as, of.guest, inbox_.owner(), session) == guest::saved::lost) {
                lost_.add();
                report.again = options_.busy_pause;
                co_return;
            }
        }
        turn_ending ending{.of = of, .inbox_ids = planned.ids, .outcome = outcome, .tenant = hotel.as.slug(), .replies = as_messages(std::move(replies), to)};
        if (!co_await commit(as, std::move(ending), report)) co_return;
    }
}

task<> turn_runner::ask_which_hotel(conversation_key const& of, std::vector<stored_message> messages, turn_report& report) {
    auto const to = recipient_of(messages, of);
    std::string words, choice;
    for (auto const& one : messages) {
        if (is_silent(one.message)) continue;
        if (one.message.kind == "choice") choice = one.message.choice;
        else if (!one.message.text.empty()) words += (words.empty() ? "" : "\n") + one.message.text;
    }
    auto settled = co_await question_.settle(of, words, choice);
    if (auto* chosen = std::get_if<hotel_question::chosen>(&settled)) {
        auto session = co_await sessions_.open(chosen->hotel.as, of.guest, inbox_.owner());
        if (session.busy) {
            report.again = options_.busy_pause;
            co_return;
        }
        std::optional<kept_lock> kept;
        auto const loop = co_await asio::this_coro::executor;
        if (session.memory) kept.emplace(loop, sessions_, chosen->hotel.as, of.guest, inbox_.owner(), options_.keep_lock_every);
        std::exception_ptr trouble;
        try {
            co_await with_hotel(of, chosen->hotel, std::move(messages), chosen->first_words, session, report);
        } catch (...) {
            trouble = std::current_exception();
        }
        kept.reset();
        if (session.memory) co_await sessions_.close(chosen->hotel.as, of.guest, inbox_.owner());
        if (trouble) std::rethrow_exception(trouble);
        co_return;
    }
    auto replies = std::vector<guest::reply>{std::get<guest::reply>(std::move(settled))};
    turn_ending ending{.of = of, .inbox_ids = ids_of(messages), .outcome = "asked_hotel", .tenant = std::nullopt, .replies = as_messages(std::move(replies), to)};
    co_await commit(postgres::access::system(), std::move(ending), report);
}

task<bool> turn_runner::commit(postgres::access as, turn_ending what, turn_report& report) {
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < what.replies.size(); ++i) ids.push_back(new_uuid());
    auto const end = steady_clock::now() + options_.most_commit;
    system_random random;
    net::backoff pauses({100ms, 2s}, random);
    for (;;) {
        std::exception_ptr trouble;
        try {
            auto committed = co_await outbox_.end_turn(as, what, ids);
            if (!committed) {
                lost_.add();
                report.again = options_.busy_pause;
                co_return false;
            }
            report.done.insert(report.done.end(), what.inbox_ids.begin(), what.inbox_ids.end());
            std::ranges::move(*committed, std::back_inserter(report.replies));
            co_return true;
        } catch (failure const&) {
            trouble = std::current_exception();
        }
        if (steady_clock::now() >= end) std::rethrow_exception(trouble);
        co_await net::pause(pauses.next());
    }
}

}  // namespace agente::channels
