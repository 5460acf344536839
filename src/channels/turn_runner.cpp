#include "channels/turn_runner.hpp"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <charconv>

#include "base/ids.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "channels/crew.hpp"
#include "channels/whatsapp_message.hpp"
#include "net/gate.hpp"
#include "net/retry.hpp"

namespace agente::channels {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr std::string_view hotel_prefix = "hotel:";  // of the choices hotel_question offers

// Said when a message defeated every attempt to answer it. The language is not known to be known:
// both.
constexpr std::string_view apology =
    "Disculpa, no pude procesar tu mensaje. Una persona del hotel va a revisarlo.\n"
    "Sorry, I could not process your message. A member of the hotel's staff will look at it.";

whatsapp_recipient recipient_of(std::vector<stored_message> const& messages,
                                conversation_key const& of) {
    for (auto const& one : messages)
        if (!one.message.phone.empty())
            return {.phone = one.message.phone, .user_id = one.message.user_id};
    return {.phone = of.guest.starts_with('+') ? of.guest : std::string(),
            .user_id = of.guest.starts_with('+') ? std::string() : of.guest};
}

std::vector<std::string> ids_of(std::vector<stored_message> const& messages) {
    std::vector<std::string> ids;
    for (auto const& one : messages) ids.push_back(one.id);
    return ids;
}

std::vector<boost::json::object> as_messages(std::vector<guest::reply> replies,
                                             whatsapp_recipient const& to, bool choices = true) {
    if (!choices)
        for (auto& one : replies)
            if (!one.options.empty()) one = guest::make_reply(guest::as_plain_text(one));
    std::vector<boost::json::object> out;
    for (auto const& one : joined(std::move(replies))) out.push_back(whatsapp_message(one, to));
    return out;
}

// Options that went out as numbered text: a number alone is a tap on that one.
void choose_by_number(guest::turn& said, std::vector<guest::reply> const& last) {
    auto const words = text::trim(said.text);
    std::size_t number = 0;
    auto const [end, wrong] = std::from_chars(words.data(), words.data() + words.size(), number);
    if (wrong != std::errc() || end != words.data() + words.size() || last.empty()) return;
    auto const& options = last.back().options;
    if (number == 0 || number > options.size()) return;
    said.choice = options[number - 1].id;
    said.text.clear();
}

// The guest's lock is short, so that a crashed instance blocks nobody for long; a turn that takes
// longer asks for it again.
task<> keep_lock(guest::session_store& sessions, tenancy::scope as, std::string guest,
                 std::string owner, milliseconds every) {
    for (;;) {
        co_await net::pause(every);
        co_await sessions.open(as, guest, owner);
    }
}

}  // namespace

turn_runner::turn_runner(inbox& messages, outbox& replies, tenancy::directory& directory,
                         hotel_question& question, guest::session_store& sessions,
                         guest::receptionist& receptionist, pms_of find_pms,
                         turn_runner_options options, telemetry::metrics& metrics)
    : inbox_(messages), outbox_(replies), directory_(directory), question_(question),
      sessions_(sessions), receptionist_(receptionist), find_pms_(std::move(find_pms)),
      options_(options),
      poisoned_(metrics.count("channels_poisoned_total",
                              "Messages that could not be answered after several attempts")),
      lost_(metrics.count("channels_turns_lost_total",
                          "Turns whose messages another instance took over before the commit")),
      held_back_(metrics.count("channels_turns_held_back_total",
                               "Turns that wait because their guest had many in a short time")),
      seconds_(metrics.distribution("channels_turn_seconds",
                                    "From a turn's start to its committed replies")) {}

task<turn_report> turn_runner::run(conversation_key of, std::string tenant, claimed on_claim) {
    auto const start = steady_clock::now();
    turn_report report;
    try {
        co_await run_turn(of, tenant, on_claim, report);
    } catch (failure const& e) {
        log::warn("channels.turn_postponed", {{"code", e.reason().code()}, {"message", e.what()}});
        if (!report.again) report.again = options_.trouble_pause;
    } catch (boost::system::system_error const& e) {
        if (e.code() == asio::error::operation_aborted) throw;
        log::error("channels.turn_failed", {{"message", e.what()}});
        if (!report.again) report.again = options_.trouble_pause;
    } catch (std::exception const& e) {
        log::error("channels.turn_failed", {{"message", e.what()}});
        if (!report.again) report.again = options_.trouble_pause;
    }
    seconds_.observe(std::chrono::duration<double>(steady_clock::now() - start).count());
    co_return report;
}

// The webhook's word, unless that hotel was suspended meanwhile; else asked again, since a hotel
// may have been added.
task<std::optional<tenancy::resolved>> turn_runner::hotel_of(conversation_key const& of,
                                                             std::string const& tenant) {
    if (!tenant.empty())
        if (auto found = co_await directory_.by_slug(tenant)) co_return found;
    std::vector<std::string> const identifiers{of.guest};
    co_return co_await directory_.resolve(of.number_id, identifiers);
}

task<> turn_runner::run_turn(conversation_key const& of, std::string const& tenant,
                             claimed const& on_claim, turn_report& report) {
    auto hotel = co_await hotel_of(of, tenant);
    if (!hotel) {
        auto messages = co_await inbox_.claim(of);
        on_claim(ids_of(messages));
        if (!messages.empty()) co_await ask_which_hotel(of, std::move(messages), report);
        co_return;
    }
    auto [session, held_back] = co_await begin(hotel->as, of.guest);
    if (session.busy) {
        report.again = options_.busy_pause;
        co_return;
    }
    if (held_back > 0ms) {
        held_back_.add();
        report.again = held_back;
        if (session.memory) co_await sessions_.close(hotel->as, of.guest, inbox_.owner());
        co_return;
    }
    co_await holding(of, *hotel, session, [&, &session = session]() -> task<> {
        auto messages = co_await inbox_.claim(of);
        on_claim(ids_of(messages));
        bool const more = messages.size() >= static_cast<std::size_t>(inbox_.most_per_turn());
        if (!messages.empty())
            co_await with_hotel(of, *hotel, std::move(messages), std::nullopt, session, report);
        if (more && !report.again) report.again = 0ms;
    });
}

// Both questions go to Redis in one round trip.
task<turn_runner::begun_turn> turn_runner::begin(tenancy::scope as, std::string guest) {
    begun_turn out;
    std::vector<task<>> asked;
    asked.push_back([](turn_runner& self, tenancy::scope const& who, std::string const& whom,
                       guest::opened& into) -> task<> {
        into = co_await self.sessions_.open(who, whom, self.inbox_.owner());
    }(*this, as, guest, out.session));
    if (options_.hold_back)
        asked.push_back([](turn_runner& self, tenancy::scope const& who, std::string const& whom,
                           milliseconds& into) -> task<> {
            into = co_await self.options_.hold_back(who.slug(), whom);
        }(*this, as, guest, out.held_back));
    co_await all_of(std::move(asked));
    co_return out;
}

// The guest's lock is kept while `work` goes on and given back however it ends.
task<> turn_runner::holding(conversation_key const& of, tenancy::resolved const& hotel,
                            guest::opened const& session, std::function<task<>()> work) {
    crew keeper(co_await asio::this_coro::executor);
    if (session.memory)
        keeper.run("turn_lock", keep_lock(sessions_, hotel.as, of.guest, inbox_.owner(),
                                          options_.keep_lock_every));
    std::exception_ptr trouble;
    try {
        co_await work();
    } catch (...) {
        trouble = std::current_exception();
    }
    keeper.cancel();
    co_await keeper.join();
    if (session.memory) co_await sessions_.close(hotel.as, of.guest, inbox_.owner());
    if (trouble) std::rethrow_exception(trouble);
}

task<bool> turn_runner::on(tenancy::flag const& what, std::string slug) {
    if (!options_.feature) co_return what.by_default;
    co_return co_await options_.feature(what, std::move(slug));
}

milliseconds turn_runner::pause_after(int attempts) const {
    auto pause = options_.trouble_pause;
    for (int i = 1; i < attempts && pause < options_.most_trouble_pause; ++i) pause *= 2;
    return std::min(pause, options_.most_trouble_pause);
}

task<> turn_runner::with_hotel(conversation_key const& of, tenancy::resolved const& hotel,
                               std::vector<stored_message> messages,
                               std::optional<std::string> first_words, guest::opened& session,
                               turn_report& report) {
    auto const to = recipient_of(messages, of);
    int attempts = 0;
    for (auto const& one : messages) attempts = std::max(attempts, one.attempts);
    auto const plan = plan_turns(std::move(messages), [&](std::string const& id) {
        return guest::answered(session.state, id);
    });

    bool const choices = co_await on(tenancy::flags::whatsapp_choices, hotel.as.slug());
    for (auto const& planned : plan) {
        answered_turn turn{.outcome = "ignored"};
        if (planned.said) {
            auto said = *planned.said;
            if (said.choice.starts_with(hotel_prefix)) {  // it chose the hotel; what was wanted
                                                          // came before, or is a greeting
                said.choice.clear();
                said.text = first_words.value_or("hola");
            } else if (first_words) {
                said.text = *first_words;
            }
            if (!choices && said.choice.empty())
                choose_by_number(said, session.state.last_turn.replies);
            report.again = pause_after(attempts);  // unless the turn comes to its end
            turn = co_await answer(hotel, session, std::move(said), attempts);
            if (co_await sessions_.save(hotel.as, of.guest, inbox_.owner(), session) ==
                guest::saved::lost) {
                lost_.add();
                report.again = options_.busy_pause;
                co_return;
            }
        }
        turn_ending ending{.of = of,
                           .inbox_ids = planned.ids,
                           .outcome = turn.outcome,
                           .tenant = hotel.as.slug(),
                           .replies = as_messages(std::move(turn.replies), to, choices)};
        if (!co_await commit(std::move(ending), report)) co_return;
        report.again.reset();
    }
}

task<turn_runner::answered_turn> turn_runner::answer(tenancy::resolved const& hotel,
                                                     guest::opened& session, guest::turn said,
                                                     int attempts) {
    auto const& who = *hotel.who;
    // More turns were begun for it than may fail: the last ones ended without a word, with their
    // process. What is recorded as answered is only said again.
    if (attempts > options_.most_attempts && !guest::answered(session.state, said.id))
        co_return give_up(session, said);
    std::exception_ptr trouble;
    try {
        auto const pms = find_pms_(who);
        if (!pms)
            throw failure(error(error_kind::unavailable, "channels.no_hotel_system",
                                "the hotel has no hotel system to ask"));
        guest::hotel_context const context{
            .pms = *pms,
            .name = who.name,
            .time_zone = who.timezone,
            .languages = who.languages,
            .welcome = {who.text("welcome", "es"), who.text("welcome", "en")},
            .handover = {who.text("handover", "es"), who.text("handover", "en")},
            .books = co_await on(tenancy::flags::booking_create, who.slug),
            .looks_for_other_dates = co_await on(tenancy::flags::other_dates, who.slug)};
        auto replies = co_await receptionist_.answer(hotel.as, context, session.state, said);
        std::string const outcome = replies.empty() ? "left_to_person" : "answered";
        co_return answered_turn{.replies = std::move(replies), .outcome = outcome};
    } catch (boost::system::system_error const& e) {
        if (e.code() == asio::error::operation_aborted) throw;
        trouble = std::current_exception();
        log::error("channels.turn_trouble",
                   {{"tenant", hotel.as.slug()}, {"attempts", attempts}, {"message", e.what()}});
    } catch (std::exception const& e) {
        trouble = std::current_exception();
        log::error("channels.turn_trouble",
                   {{"tenant", hotel.as.slug()}, {"attempts", attempts}, {"message", e.what()}});
    }
    if (attempts < options_.most_attempts) std::rethrow_exception(trouble);
    co_return give_up(session, said);
}

turn_runner::answered_turn turn_runner::give_up(guest::opened& session, guest::turn const& said) {
    poisoned_.add();
    answered_turn out{.replies = {guest::make_reply(std::string(apology))}, .outcome = "failed"};
    session.state.handed_over = true;
    session.state.handed_over_at = said.at;
    session.state.last_turn = {.ids = {said.id}, .replies = out.replies};
    session.state.last_turn.ids.insert(session.state.last_turn.ids.end(), said.also.begin(),
                                       said.also.end());
    return out;
}

// The messages are ours already, so a guest's lock that another instance holds is waited for here:
// claiming them again would count as another attempt.
task<guest::opened> turn_runner::open(tenancy::resolved const& hotel, conversation_key const& of) {
    auto const end = steady_clock::now() + options_.most_commit;
    for (;;) {
        auto session = co_await sessions_.open(hotel.as, of.guest, inbox_.owner());
        if (!session.busy || steady_clock::now() >= end) co_return session;
        co_await net::pause(options_.busy_pause);
    }
}

task<> turn_runner::ask_which_hotel(conversation_key const& of,
                                    std::vector<stored_message> messages, turn_report& report) {
    auto const to = recipient_of(messages, of);
    turn_ending ending{.of = of,
                       .inbox_ids = ids_of(messages),
                       .outcome = "ignored",
                       .tenant = std::nullopt,
                       .replies = {}};
    // The hotel that was written to takes no guests now, and nothing was written to another.
    bool const closed = co_await directory_.closed(of.number_id);
    std::string words, choice;
    bool silent = true;
    for (auto const& one : messages) {
        if (is_silent(one.message)) continue;
        silent = false;
        if (one.message.kind == "choice")
            choice = one.message.choice;
        else if (!one.message.text.empty())
            words += (words.empty() ? "" : "\n") + one.message.text;
    }
    if (closed || silent) {
        if (closed) ending.outcome = "hotel_closed";
        co_await commit(std::move(ending), report);
        co_return;
    }
    auto settled = co_await question_.settle(of, words, choice);
    if (auto* chosen = std::get_if<hotel_question::chosen>(&settled)) {
        auto session = co_await open(chosen->hotel, of);
        if (session.busy) {
            report.again = options_.busy_pause;
            co_return;
        }
        co_await holding(of, chosen->hotel, session, [&]() -> task<> {
            co_await with_hotel(of, chosen->hotel, std::move(messages), chosen->first_words,
                                session, report);
        });
        co_return;
    }
    ending.outcome = "asked_hotel";
    ending.replies = as_messages({std::get<guest::reply>(std::move(settled))}, to);
    co_await commit(std::move(ending), report);
}

task<bool> turn_runner::commit(turn_ending what, turn_report& report) {
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < what.replies.size(); ++i) ids.push_back(new_uuid());
    auto const end = steady_clock::now() + options_.most_commit;
    system_random random;
    net::backoff pauses({100ms, 2s}, random);
    for (;;) {
        std::exception_ptr trouble;
        try {
            auto committed = co_await outbox_.end_turn(what, ids);
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
