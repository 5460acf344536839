// Whatever a hotel system answers, reading it ends in a value or an error.
#include <cstddef>
#include <cstdint>
#include <string>

#include "qloapps/answers.hpp"

namespace {

// The first byte chooses status and content type, the rest is the body.
agente::qloapps::pms_answer to_answer(std::uint8_t const* data, std::size_t size) {
    constexpr int statuses[] = {200, 201, 400, 401, 404, 405, 500, 503};
    auto const choice = size == 0 ? std::uint8_t{0} : data[0];
    std::string body(reinterpret_cast<char const*>(data) + (size == 0 ? 0 : 1),
                     size == 0 ? 0 : size - 1);
    return {statuses[choice % 8], choice & 8 ? "text/html; charset=utf-8" : "application/json",
            std::move(body)};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace agente::qloapps;
    auto const answer = to_answer(data, size);
    (void)read_hotels(answer);
    (void)read_room_types(answer);
    (void)read_limits(answer);
    (void)read_forced_extras(answer);
    (void)read_configuration(answer);
    (void)read_ari(answer);
    (void)read_orders(answer);
    (void)read_rows(answer);
    (void)read_created(answer);
    (void)read_cancelled(answer);
    return 0;
}
