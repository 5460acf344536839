#include "qloapps/simulator_snapshot.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>

#include "base/result.hpp"

namespace agente::qloapps::simulation {

state load_state(std::filesystem::path const& file) {
    if (file.empty() || !std::filesystem::exists(file)) return {};
    std::ifstream in(file, std::ios::binary);
    std::string const content(std::istreambuf_iterator<char>(in), {});
    try {
        return restore(boost::json::parse(content));
    } catch (std::exception const& e) {
        throw failure(
            error(error_kind::invalid, "simulator.bad_snapshot",
                  fmt::format("{} is no snapshot of the simulator ({}): remove it to start empty",
                              file.string(), e.what())));
    }
}

void keep_state(std::filesystem::path const& file, state const& s) {
    if (file.empty()) return;
    auto const temporary = std::filesystem::path(file.string() + ".new");
    {
        std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
        out << boost::json::serialize(save(s));
        if (!out.flush())
            throw failure(error(error_kind::unavailable, "simulator.snapshot_failed",
                                fmt::format("{} could not be written", temporary.string())));
    }
    std::filesystem::rename(temporary, file);
}

}  // namespace agente::qloapps::simulation
