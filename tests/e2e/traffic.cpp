#include "e2e/traffic.hpp"

#include <gtest/gtest.h>

namespace agente::e2e {

traffic::traffic(hotel_site& site, int lanes, std::string words)
    : site_(site), words_(std::move(words)) {
    for (int i = 0; i < lanes; ++i) lanes_.push_back(site_.start(lane()));
}

traffic::~traffic() { finish(); }

task<> traffic::lane() {
    while (!stop_) {
        auto& guest = site_.new_guest();
        guests_.push_back(&guest);
        co_await guest.write(words_);
        ++acknowledged_;
        co_await guest.hear();
        ++answered_;
    }
}

void traffic::finish() {
    stop_ = true;
    for (auto& one : std::exchange(lanes_, {})) {
        try {
            one.get();
        } catch (std::exception const& e) {
            ADD_FAILURE() << e.what();
        }
    }
}

std::vector<std::vector<channels::captured_message>> traffic::heard() {
    return site_.there([this] {
        std::vector<std::vector<channels::captured_message>> all;
        for (auto const* guest : guests_) all.push_back(guest->heard());
        return all;
    });
}

}  // namespace agente::e2e
