// What a message's words, buttons and dates do to the wishes of a conversation, slot by slot.
// Private to take_in(): dialogue_slots.cpp has what is told, dialogue_choices.cpp what is chosen
// among what was shown.
#pragma once

#include "guest/calendar.hpp"
#include "guest/dialogue.hpp"

namespace agente::guest {

class slot_filler {
public:
    slot_filler(conversation& c, understanding& u, dialogue_context const& context)
        : c_(c), w_(c.wanted), u_(u), context_(context) {}

    taken run();

private:
    void say(text_id what, arguments with = {}) { out_.lines.push_back({what, std::move(with)}); }
    void wrong(text_id what, arguments with = {}) {
        say(what, std::move(with));
        out_.wrong = true;
    }
    void beyond(text_id what, arguments with = {}) {
        say(what, std::move(with));
        out_.beyond = true;
    }
    bool intends(intent what) const { return has(u_.intents, what); }

    // --- chosen (dialogue_choices.cpp) ---
    void choice();
    void answer_to_summary(std::string_view id);
    void stale();
    void entry();
    void answer_to_suggestions();
    void changes();

    // --- told (dialogue_slots.cpp) ---
    bool wants_another() const;
    void begin_another();
    void drop_room();
    void stay();
    bool possible(std::optional<year_month_day> arrival, std::optional<year_month_day> departure);
    bool ask_dates_again();
    void party();
    void children(wishes& next) const;
    void room();
    void name();
    void email();
    void forget_passed_dates();

    conversation& c_;
    wishes& w_;
    understanding& u_;
    dialogue_context const& context_;
    taken out_;
};

}  // namespace agente::guest
