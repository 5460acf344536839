#include "qloapps/pms_rights.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <pugixml.hpp>
#include <vector>

namespace agente::qloapps {
namespace {

using weight = pms_observation::weight;

struct need {
    std::string_view resource, method, without;
};

constexpr std::array needs{
    need{"hotels", "GET", "the hotel cannot be read"},
    need{"room_types", "GET", "no rooms can be offered"},
    need{"hotel_room_types", "GET", "how many guests a room holds is unknown, so none is offered"},
    need{"services", "GET", "forced extras would be missing from bookings, and bills would differ"},
    need{"configurations", "GET", "bookings cannot be cancelled: the state's id is unknown"},
    need{"orders", "GET", "a booking cut off in flight could not be found again"},
    need{"room_bookings", "GET", "a room sold twice would go unnoticed"},
    need{"hotel_ari", "POST", "availability and prices cannot be asked for"},
    need{"bookings", "POST", "nothing can be booked"},
    need{"order_histories", "POST", "nothing can be cancelled"},
};

constexpr std::array<std::string_view, 4> methods{"GET", "POST", "PUT", "DELETE"};

bool is_needed(std::string_view resource, std::string_view method) {
    return std::ranges::any_of(
        needs, [&](need const& n) { return n.resource == resource && n.method == method; });
}

}  // namespace

result<rights_by_resource> read_rights(std::string_view xml) {
    pugi::xml_document document;
    auto const api = document.load_buffer(xml.data(), xml.size())
                         ? document.child("qloapps").child("api")
                         : pugi::xml_node();
    if (!api)
        return error(error_kind::internal, "pms.nonsense",
                     "the list of resources at /api/ cannot be read");
    rights_by_resource out;
    for (auto const& resource : api.children())
        for (auto const method : methods) {
            auto name = std::string(method);
            std::ranges::transform(name, name.begin(),
                                   [](char c) { return static_cast<char>(c | 0x20); });
            if (resource.attribute(name.c_str()).as_bool()) out[resource.name()].emplace(method);
        }
    return out;
}

pms_observations judge_rights(rights_by_resource const& have) {
    pms_observations out;
    for (auto const& n : needs) {
        auto const found = have.find(n.resource);
        if (found != have.end() && found->second.contains(std::string(n.method))) continue;
        out.push_back({fmt::format("pms.right.{}", n.resource), weight::fault,
                       fmt::format("the key may not {} {}: {}", n.method, n.resource, n.without),
                       fmt::format("QloApps back office, Advanced Parameters > Webservice > the "
                                   "key: tick {} in the row {}",
                                   n.method, n.resource)});
    }
    if (out.empty())
        out.push_back({"pms.rights",
                       weight::ok,
                       fmt::format("the key has the {} rights that the service uses", needs.size()),
                       {}});
    std::vector<std::string> more;
    for (auto const& [resource, allowed] : have)
        for (auto const& method : allowed)
            if (method != "GET" && !is_needed(resource, method))
                more.push_back(fmt::format("{} {}", method, resource));
    if (!more.empty()) {
        auto const count = more.size();
        if (more.size() > 5) more.resize(5);
        out.push_back({"pms.rights.more",
                       weight::info,
                       fmt::format("the key may also change what the service never touches ({}{}): "
                                   "untick it, and a leaked key does less harm",
                                   fmt::join(more, ", "), count > 5 ? ", …" : ""),
                       {}});
    }
    return out;
}

}  // namespace agente::qloapps
