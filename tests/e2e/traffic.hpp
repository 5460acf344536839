// A stream of guests: each writes one message, waits for the answer, and the next one comes. Used
// by fault tests.
#pragma once

#include <atomic>

#include "e2e/hotel_site.hpp"

namespace agente::e2e {

class traffic {
public:
    // `lanes` guests at a time. `site` must outlive it.
    traffic(hotel_site& site, int lanes, std::string words);
    ~traffic();

    int acknowledged() const { return acknowledged_; }
    int answered() const { return answered_; }
    // No more guests come; returns when the last one was answered. Fails the test when one is not.
    void finish();
    // After finish(): what all of them heard, each in the order it came.
    std::vector<std::vector<channels::captured_message>> heard();

private:
    task<> lane();

    hotel_site& site_;
    std::string words_;
    std::atomic<bool> stop_{false};
    std::atomic<int> acknowledged_{0}, answered_{0};
    std::vector<phone*> guests_;  // of the site's loop
    std::vector<std::future<void>> lanes_;
};

}  // namespace agente::e2e
