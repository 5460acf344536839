// A conversation in a test: a guest, a hotel in memory, a booking service that answers what the
// test says.
#pragma once

#include <boost/asio/io_context.hpp>
#include <string>
#include <vector>

#include "guest/fake_hotel.hpp"
#include "guest/receptionist.hpp"
#include "support/run.hpp"

namespace agente::guest {

using namespace std::chrono_literals;

class chat {
public:
    chat()
        : clock(std::chrono::sys_days{2026y / 11 / 24} + 15h),  // Tuesday noon in Buenos Aires
          desk_clerk([this](tenancy::scope const&, hotel::property_system&,
                            booking::order o) { return book(std::move(o)); },
                     clock, metrics, options()) {}

    // What the assistant says to a text: all replies, their options as text.
    std::string say(std::string text) {
        turn t;
        t.text = std::move(text);
        return send(std::move(t));
    }

    // A tap on the option whose title holds `title`, of the last reply; the test fails when there
    // is none.
    std::string tap(std::string_view title) {
        for (auto const& r : replies)
            for (auto const& o : r.options)
                if (o.title.find(title) != std::string::npos) return tap_id(o.id);
        ADD_FAILURE() << "no option with \"" << title << "\" in: " << said;
        return {};
    }

    std::string tap_id(std::string id) {
        turn t;
        t.choice = std::move(id);
        return send(std::move(t));
    }

    std::string send(turn t) {
        if (t.id.empty()) t.id = "turn-" + std::to_string(++turns);
        t.guest = "+5491155550001";
        t.recipient = "106540352242922";
        hotel_context const context{pms,     "Hotel Prueba", zone,     languages,
                                    welcome, handover,       may_book, looks_for_other_dates};
        replies = support::run(
            loop, desk_clerk.answer(tenancy::scope::for_command_line("hotel-demo"), context, c, t));
        // Every turn goes through its JSON, as it does between instances.
        auto const parsed = conversation_from_json(to_json(c));
        EXPECT_TRUE(parsed.recognised);
        EXPECT_EQ(parsed.state, c);
        c = parsed.state;
        said.clear();
        for (auto const& r : replies) {
            auto const again = reply_from_json(to_json(r));
            EXPECT_TRUE(again.has_value() && *again == r) << r.text;
            said += (said.empty() ? "" : "\n--\n") + as_plain_text(r);
        }
        return said;
    }

    bool heard(std::string_view what) const { return said.find(what) != std::string::npos; }

    task<booking::outcome> book(booking::order o) {
        orders.push_back(o);
        if (auto const before = settled.find(o.request_key); before != settled.end())
            co_return before->second;
        booking::outcome out = next;
        if (booking_throws) throw std::runtime_error("cancelled");
        if (out.what == booking::outcome::kind::confirmed && !out.booking) {
            out.reference = "agent:" + o.request_key;
            hotel::booking b{.pms_id = 4711,
                             .reference = out.reference,
                             .total_with_tax = o.quoted_total,
                             .stay = o.stay,
                             .rooms = {},
                             .live = true};
            out.booking = b;
            ++booked;
            settled.emplace(o.request_key, out);
        }
        co_return out;
    }

    static booking::outcome confirmed() {
        booking::outcome o;
        o.what = booking::outcome::kind::confirmed;
        return o;
    }

    static receptionist_options options() {
        receptionist_options o;
        o.read_deadline = 50ms;
        return o;
    }

    asio::io_context loop;
    telemetry::metrics metrics;
    mock_clock clock;
    fake_hotel pms;
    std::string zone{"America/Argentina/Buenos_Aires"};
    std::vector<std::string> languages{"es", "en"};
    own_text welcome, handover;
    bool may_book{true}, looks_for_other_dates{true};
    conversation c;
    booking::outcome next = confirmed();
    std::map<std::string, booking::outcome> settled;
    std::vector<booking::order> orders;
    int booked{0};
    bool booking_throws{false};
    int turns{0};
    std::vector<reply> replies;
    std::string said;
    receptionist desk_clerk;
};

}  // namespace agente::guest
