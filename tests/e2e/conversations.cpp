#include "e2e/conversations.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>

namespace agente::e2e {

words_of_dates some_dates() {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 12> months{
        {{"enero", "January"},
         {"febrero", "February"},
         {"marzo", "March"},
         {"abril", "April"},
         {"mayo", "May"},
         {"junio", "June"},
         {"julio", "July"},
         {"agosto", "August"},
         {"septiembre", "September"},
         {"octubre", "October"},
         {"noviembre", "November"},
         {"diciembre", "December"}}};
    auto const today = std::chrono::year_month_day(
        std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
    auto const [spanish, english] = months.at((static_cast<unsigned>(today.month()) + 1) % 12);
    return {fmt::format("del 10 al 12 de {}", spanish), fmt::format("from {} 10 to 12", english)};
}

std::string whole_wish(bool spanish, std::string const& room, int guest) {
    auto const when = some_dates();
    return spanish
               ? fmt::format(
                     "Hola, quiero reservar la {} {} para 2 adultos, a nombre de Ana García, ana{}@example.com",
                     room, when.spanish, guest)
               : fmt::format(
                     "Hi, I want to book the {} room {} for 2 adults, my name is John Smith, john{}@example.com",
                     room, when.english, guest);
}

bool says(channels::captured_message const& m, std::string_view words) {
    return m.text.find(words) != std::string::npos;
}

bool offers(channels::captured_message const& m, std::string_view id) {
    for (auto const& one : m.choices)
        if (one.id.starts_with(id)) return true;
    return false;
}

bool confirmed(channels::captured_message const& m) {
    return says(m, "¡Reserva confirmada!") || says(m, "Your booking is confirmed!");
}

bool sold_out(channels::captured_message const& m) {
    return says(m, "se acaba de ocupar. No reservé nada") ||
           says(m, "has just been taken. I haven't booked anything");
}

bool others_first(channels::captured_message const& m) {
    return says(m, "otras reservas en curso") || says(m, "Other bookings for the same nights");
}

bool could_not_check(channels::captured_message const& m) {
    return says(m, "no pude consultar el sistema del hotel") ||
           says(m, "couldn't check with the hotel's system");
}

bool names_a_price(channels::captured_message const& m) {
    if (says(m, "USD")) return true;
    for (auto const& one : m.choices)
        if (one.title.find("USD") != std::string::npos ||
            one.description.find("USD") != std::string::npos)
            return true;
    return false;
}

task<channels::captured_message> book(phone& who, std::string wish) {
    auto const summary = co_await who.say(std::move(wish));
    if (!offers(summary, "book:")) co_return summary;
    co_return co_await who.choose("book:");
}

}  // namespace agente::e2e
