#include "hotel/offer.hpp"

#include <gtest/gtest.h>

#include "hotel/property_system.hpp"

namespace agente::hotel {

TEST(occupancy, is_spread_with_an_adult_in_every_room) {
    auto const rooms = spread({3, {4, 9, 12}}, 2);
    ASSERT_EQ(rooms.size(), 2u);
    EXPECT_EQ(rooms[0].adults, 2);
    EXPECT_EQ(rooms[1].adults, 1);
    EXPECT_EQ(rooms[0].children(), 1);
    EXPECT_EQ(rooms[1].children(), 2);
    EXPECT_TRUE(spread({1, {3}}, 2).empty());
    EXPECT_TRUE(spread({2, {}}, 0).empty());
    EXPECT_TRUE(spread({0, {}}, 1).empty());
}

TEST(room_type, fits_by_adults_by_children_and_by_all_together) {
    room_type const type{.id = 1,
                         .name = "General Rooms",
                         .base_adults = 2,
                         .max_adults = 2,
                         .max_children = 2,
                         .max_guests = 3};
    EXPECT_TRUE(fits(type, {2, {7}}, 1));
    EXPECT_FALSE(fits(type, {3, {}}, 1));
    EXPECT_FALSE(fits(type, {2, {7, 8}}, 1)) << "four guests in a room for three";
    EXPECT_TRUE(fits(type, {2, {7, 8}}, 2));
    EXPECT_TRUE(fits(type, {4, {7, 8}}, 2));
    EXPECT_FALSE(fits(type, {5, {}}, 2));
    EXPECT_FALSE(fits(type, {1, {}}, 2));
}

TEST(booked_room, lives_only_without_any_mark) {
    EXPECT_TRUE(booked_room{}.live());
    EXPECT_FALSE(booked_room{.cancelled = true}.live());
    EXPECT_FALSE(booked_room{.refunded = true}.live());
    EXPECT_FALSE(booked_room{.back_order = true}.live());
}

}  // namespace agente::hotel
