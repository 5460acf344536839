// Collects what a turn says and makes the replies of it: one message, so that a guest's phone
// buzzes once and the channel's rate limit of a message every few seconds for each guest is kept.
#pragma once

#include <string>
#include <vector>

#include "guest/reply.hpp"
#include "guest/texts.hpp"

namespace agente::guest {

class composer {
public:
    explicit composer(voice const& in) : voice_(in) {}

    voice const& words() const noexcept { return voice_; }

    void say(text_id what, arguments const& with = {}) {
        paragraphs_.push_back(voice_.say(what, with));
    }
    void say(line const& l) { paragraphs_.push_back(voice_.say(l)); }
    void say_own(std::string words) {  // of the hotel
        if (!words.empty()) paragraphs_.push_back(std::move(words));
    }

    // Options of the reply, in order. What a later call offers comes after; a list needs its
    // button's label.
    void offer(std::string id, std::string title, std::string description = {});
    void offer(std::string id, text_id title, arguments const& with = {}) {
        offer(std::move(id), voice_.say(title, with));
    }
    void list_button(text_id label) { list_button_ = voice_.say(label); }
    bool offers_something() const noexcept { return !options_.empty(); }

    std::vector<reply> finish();

private:
    voice const& voice_;
    std::vector<std::string> paragraphs_;
    std::vector<option> options_;
    std::string list_button_;
};

}  // namespace agente::guest
