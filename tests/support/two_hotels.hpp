// Two hotels with something in every table, so that a test can see whether anything of one reaches
// the other.
#pragma once

#include <string>
#include <vector>

namespace agente::support {

// Fills a deployed database: hotel-sol, and hotel-luna, all of whose contents hold the word
// "moonlight". Each has people (owner "<hotel>-owner"), sessions, guests, messages, bookings,
// locks, events and links.
void fill_two_hotels(std::string const& url);

inline constexpr auto secret_word = "moonlight";

// What an attacker might know of hotel-luna, none of which holds the word: ids, names, numbers,
// each as a text.
std::vector<std::string> names_in_luna(std::string const& url);

// One value over every row of hotel-luna in every table: as long as it stays, nobody changed it.
// An SQL expression.
std::string everything_of_luna();

}  // namespace agente::support
