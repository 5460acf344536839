#include "qloapps/simulator_faults.hpp"

#include <boost/json/parse.hpp>

#include "qloapps/simulator_input.hpp"

namespace agente::qloapps::simulation {

namespace json = boost::json;

namespace {

constexpr std::array<std::pair<std::string_view, fault::action>, 7> actions{
    {{"none", fault::action::none},
     {"fatal", fault::action::fatal},
     {"garbage", fault::action::garbage},
     {"overloaded", fault::action::overloaded},
     {"switched_off", fault::action::switched_off},
     {"cut", fault::action::cut},
     {"hang", fault::action::hang}}};

error refused(std::string message) {
    return error(error_kind::invalid, "simulator.bad_control", std::move(message));
}

result<json::object> parse_object(std::string_view body) {
    boost::system::error_code failed;
    auto parsed = json::parse(body.empty() ? "{}" : body, failed);
    if (failed || !parsed.is_object()) return refused("the body must be a JSON object");
    return std::move(parsed.get_object());
}

std::chrono::milliseconds milliseconds_of(json::object const& from, std::string_view key) {
    return std::chrono::milliseconds(
        std::clamp<std::int64_t>(number_of(from, key).value_or(0), 0, 600'000));
}

}  // namespace

result<void> fault_list::add(fault f) {
    if (list_.size() >= most)
        return error(error_kind::unavailable, "simulator.too_many_faults",
                     fmt::format("{} faults are waiting; clear them first", most));
    list_.push_back(std::move(f));
    return {};
}

std::optional<fault> fault_list::take(std::string_view method, std::string_view resource) {
    auto const found = std::ranges::find_if(list_, [&](fault const& f) {
        return (f.method.empty() || f.method == method) &&
               (f.resource.empty() || f.resource == resource);
    });
    if (found == list_.end()) return std::nullopt;
    auto taken = *found;
    if (found->times > 0 && --found->times == 0) list_.erase(found);
    return taken;
}

result<fault> parse_fault(std::string_view body) {
    auto const parsed = parse_object(body);
    if (parsed.has_error()) return parsed.error();
    auto const& asked = *parsed;
    fault f;
    f.method = text_of(asked, "method");
    f.resource = text_of(asked, "resource");
    auto const named = has(asked, "action") ? text_of(asked, "action") : std::string("none");
    auto const found = std::ranges::find(actions, named, [](auto const& a) { return a.first; });
    if (found == actions.end())
        return refused(
            "\"action\" must be none, fatal, garbage, overloaded, switched_off, cut or hang");
    f.what = found->second;
    f.after = text_of(asked, "after") == "1";
    f.delay = milliseconds_of(asked, "delay_ms");
    f.times = static_cast<int>(
        std::clamp<std::int64_t>(number_of(asked, "times").value_or(1), -1, 1'000'000));
    if (f.times == 0) return refused("\"times\" must be positive, or -1 for always");
    return f;
}

result<race> parse_race(std::string_view body) {
    auto const parsed = parse_object(body);
    if (parsed.has_error()) return parsed.error();
    race r;
    r.window = milliseconds_of(*parsed, "window_ms");
    r.racers = static_cast<int>(
        std::clamp<std::int64_t>(number_of(*parsed, "racers").value_or(0), 0, 10'000));
    auto const loser = text_of(*parsed, "loser");
    if (!loser.empty() && loser != "flag" && loser != "silent")
        return refused("\"loser\" must be flag or silent");
    r.loser = loser == "silent" ? race_outcome::silent : race_outcome::flag_loser;
    return r;
}

}  // namespace agente::qloapps::simulation
