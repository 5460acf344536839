// Carries out what the dialogue decided: asks the hotel system through the desk, books, and says
// what came of it. One per turn; used by the receptionist only.
#pragma once

#include <functional>

#include "guest/composer.hpp"
#include "guest/desk.hpp"
#include "guest/dialogue.hpp"

namespace agente::guest {

class turn_script {
public:
    struct surroundings {
        std::string hotel_name;
        std::string turn_id;
        std::string guest;      // channel address
        std::string recipient;  // the hotel's, written to
        time_point now;
        dialogue_context dialogue;
        std::string handover;  // the hotel's own words to it; may be empty
        bool may_book{true}, looks_for_other_dates{true};
    };
    using book_order = std::function<task<booking::outcome>(booking::order)>;

    // All of them must outlive the script.
    turn_script(conversation& c, desk& hotel, composer& say, surroundings const& around,
                book_order const& book)
        : c_(c), w_(c.wanted), desk_(hotel), say_(say), around_(around), book_(book) {}

    task<> run(decision what);

private:
    task<> next_step();
    bool ask_stay_or_party();
    task<bool>
    settle_room();  // true: a room is chosen and free; false: something was asked or said instead
    void ask_name_or_email();
    task<> show_rooms(std::vector<stated_offer> const& offers);
    task<> nothing_bookable(std::vector<stated_offer> const& offers);
    task<> explain_party_too_big();
    task<> show_other_dates();
    void explain_room(stated_offer const& o, hotel::catalogue const* known);
    task<> summary();
    void show_summary(stated_offer const& o);
    task<> place_order(bool repeated);
    void booked(booking::outcome const& o);
    task<> not_booked(booking::outcome const& o);
    task<> answer_sides(std::vector<side> const& sides);
    void remind();
    void cannot_check();
    void suggest_person(bool with_go_on);
    void hand_over();

    question asked() const;
    arguments about_stay() const;
    void with_party(arguments& into) const;

    conversation& c_;
    wishes& w_;
    desk& desk_;
    composer& say_;
    surroundings const& around_;
    book_order const& book_;
};

}  // namespace agente::guest
