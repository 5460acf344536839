#include "guest/understanding.hpp"

#include <gtest/gtest.h>
#include <fstream>
#include <iostream>

#include "guest/describing.hpp"

namespace agente::guest {
using namespace std::chrono_literals;
TEST(explore, print) {
    std::ifstream in("/tmp/utt.txt");
    std::string line;
    while (std::getline(in, line)) {
        if (line.empty() || line[0] == '#') { std::cout << line << "\n"; continue; }
        reading_context c;
        c.today = 2026y / 11 / 24;
        c.room_types = {{1, "General Rooms"}, {2, "Delux Rooms"}, {3, "Executive Rooms"}, {4, "Luxury Rooms"}, {5, "Doble Estándar"}, {6,"Suite Familiar"}};
        std::string text = line;
        if (auto at = line.find('|'); at != std::string::npos) {
            auto st = line.substr(0, at);
            text = line.substr(at + 1);
            const char* names[] = {"idle","arrival","departure","guests","ages","room","other_dates","name","surname","email","email_check","confirm","settling","booked"};
            for (int i = 0; i < 14; ++i) if (st == names[i]) c.asked = static_cast<state>(i);
            c.language = language::es;
            c.known_arrival = 2027y / 3 / 12;
            c.children_known = 2;
        }
        turn t; t.text = text;
        auto u = read_message(t, c);
        static const char* l[] = {"??","es","en","pt"};
        std::cout << l[(int)u.language] << "  " << line << "   =>  " << describe(u) << "   {" << describe_intents(u) << "}\n";
    }
}
}
