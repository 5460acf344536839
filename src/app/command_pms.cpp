// agente-hotel pms check: whether the hotel system can carry a hotel.
#include <iostream>

#include "app/hotel_systems.hpp"
#include "app/operating.hpp"
#include "app/pms_checking.hpp"

namespace agente::app {
namespace {

struct pms_words {
    std::string tenant;
    bool write_test{false};
};

qloapps::adapter_options wanted_system(settings const& s, pms_words const& w) {
    if (!w.tenant.empty()) return pms_of_tenant(s, w.tenant);
    if (s.pms_type == "mock")
        throw failure(error(error_kind::invalid, "config.pms_is_simulated",
                            "PMS_TYPE=mock is the built-in simulator, there is nothing to check: "
                            "it takes PMS_TYPE=qloapps, PMS_BASE_URL and PMS_API_KEY"));
    if (s.pms_base_url.empty() || s.pms_api_key.empty())
        throw failure(error(error_kind::invalid, "config.no_pms",
                            "PMS_BASE_URL and PMS_API_KEY must be set: the address of the QloApps "
                            "shop and a key of its webservice; or --tenant SLUG for a hotel with "
                            "a server of its own"));
    return pms_options(s);
}

int check(common_options const& common, pms_words const& w) {
    return operate(common, [&](settings const& s) {
        auto const with = wanted_system(s, w);
        progress told(common.json);
        told.step("Looking at the hotel system at " + with.base_url);
        auto found = check_pms(with);
        if (w.write_test) {
            told.done();
            std::cerr << "WRITE TEST: a room is booked for one night in about two years and "
                         "cancelled at once. The shop keeps a cancelled order and a customer "
                         "agente-check@example.com.\n";
            for (auto& one : try_a_booking(with)) found.push_back(std::move(one));
        }
        told.done();
        return print_findings(std::cout, found, common.json);
    });
}

}  // namespace

void add_pms_command(command const& program) {
    auto const group = program.add_group("pms", "Look at the hotel system (QloApps)");
    auto const words = std::make_shared<pms_words>();
    auto const checking = group.add(
        "check",
        "Reach, key, rights, version, rooms, taxes, prices and answer times of the hotel system");
    operating_options(checking);
    checking.text("--tenant", words->tenant,
                  "Slug of a hotel: its own address, key and hotel id instead of the service's");
    checking.flag("--write-test", words->write_test,
                  "Also book a night in about two years, cancel it, and prove that it is free");
    checking.run([words](common_options const& common) { return check(common, *words); });
}

}  // namespace agente::app
