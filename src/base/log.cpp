#include "base/log.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <boost/json/serialize.hpp>
#include <memory>

#include "base/clock.hpp"

namespace agente::log {
namespace {

std::atomic<level> threshold{level::off};
std::shared_ptr<spdlog::logger> sink;

std::string_view name_of(level at) {
    switch (at) {
        case level::debug: return "debug";
        case level::info: return "info";
        case level::warn: return "warn";
        case level::error: return "error";
        case level::off: break;
    }
    return "off";
}

void append_value(std::string& line, field const& f) {
    std::visit(
        [&](auto const& v) {
            using type = std::decay_t<decltype(v)>;
            if constexpr (std::is_same_v<type, std::string> ||
                          std::is_same_v<type, std::string_view>)
                line += boost::json::serialize(boost::json::string_view(v.data(), v.size()));
            else
                fmt::format_to(std::back_inserter(line), "{}", v);
        },
        f.value);
}

}  // namespace

void start(level least, std::string const& to_file) {
    if (to_file.empty())
        sink = std::make_shared<spdlog::logger>("agente",
                                                std::make_shared<spdlog::sinks::stderr_sink_mt>());
    else
        sink = std::make_shared<spdlog::logger>(
            "agente", std::make_shared<spdlog::sinks::basic_file_sink_mt>(to_file));
    sink->set_pattern("%v");
    sink->set_level(spdlog::level::trace);
    sink->flush_on(spdlog::level::trace);
    threshold = least;
}

bool enabled(level at) noexcept {
    return at >= threshold.load(std::memory_order_relaxed) && at != level::off;
}

void write(level at, std::string_view event, fields with) {
    if (!sink) return;
    std::string line = fmt::format(R"({{"time":"{}","level":"{}","event":"{}")",
                                   to_rfc3339(real_clock{}.now()), name_of(at), event);
    for (auto const& f : with) {
        fmt::format_to(std::back_inserter(line), R"(,"{}":)", f.name);
        append_value(line, f);
    }
    line.push_back('}');
    sink->info(spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace agente::log
