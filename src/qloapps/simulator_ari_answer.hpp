// What a simulated QloApps answers to an availability question that was understood.
#pragma once

#include "qloapps/simulator_lists.hpp"

namespace agente::qloapps::simulation {

struct ari_question {
    std::int64_t hotel{0};
    std::int64_t type{0};  // 0: all
    std::string from, to;
    int rooms{1};
    bool available{false}, booked{false}, partial{false}, unavailable{false}, date_wise{false};
};

http::response ari_answer(reader const& at, ari_question const& q);

}  // namespace agente::qloapps::simulation
