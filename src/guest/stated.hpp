// Values the hotel system answered in this turn, as a type: no price or room count reaches a guest
// in any other way. Only the desk makes them, from an answer it has just got; a conversation cannot
// hold one, so none can be said a turn later.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "hotel/booking.hpp"
#include "hotel/offer.hpp"

namespace agente::guest {

template <class T>
class stated {
public:
    T const& value() const noexcept { return value_; }

private:
    friend class stated_offer;
    friend class stated_booking;
    explicit stated(T value) : value_(std::move(value)) {}
    T value_;
};

// One room type's answer.
class stated_offer {
public:
    std::int64_t room_type_id() const noexcept { return offer_.room_type_id; }
    std::string const& name() const noexcept { return offer_.name; }
    hotel::stay const& stay() const noexcept { return offer_.stay; }
    hotel::obstacle why_not() const noexcept { return offer_.why_not; }
    bool bookable() const noexcept { return offer_.bookable(); }
    stated<hotel::money> total() const { return stated<hotel::money>(offer_.total_with_tax); }
    stated<int> rooms_left() const { return stated<int>(offer_.available_rooms); }
    // For the booking service to compare with what the room costs when it is booked; not for a
    // text.
    hotel::money const& amount_to_compare() const noexcept { return offer_.total_with_tax; }

private:
    friend class desk;
    explicit stated_offer(hotel::offer offer) : offer_(std::move(offer)) {}
    hotel::offer offer_;
};

// A booking as the hotel system has it.
class stated_booking {
public:
    std::int64_t number() const noexcept { return booking_.pms_id; }
    hotel::stay const& stay() const noexcept { return booking_.stay; }
    bool live() const noexcept { return booking_.live; }
    bool total_differs() const noexcept { return booking_.total_differs; }
    stated<hotel::money> total() const { return stated<hotel::money>(booking_.total_with_tax); }

private:
    friend class desk;
    explicit stated_booking(hotel::booking booking) : booking_(std::move(booking)) {}
    hotel::booking booking_;
};

}  // namespace agente::guest
