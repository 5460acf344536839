// Whether a QloApps server can carry a hotel: what `pms check` and `preflight` report. Reads only;
// the write test is in pms_write_test.hpp.
#pragma once

#include <string>
#include <vector>

#include "qloapps/adapter.hpp"

namespace agente::qloapps {

struct pms_observation {
    enum class weight {
        ok,
        info,
        warning,  // works, but will bite
        fault     // the hotel cannot be served like this
    };
    std::string check;  // a stable word for programs: "pms.key"
    weight level{weight::ok};
    std::string what;  // what was seen and why; no secret
    std::string cure;  // what to do; empty only for ok and info
};
using pms_observations = std::vector<pms_observation>;

// Asks the server as the adapter would, and a little more: reach, key, each right the service
// needs, version, the hotel, its room types, settings, prices and taxes, answer times. Whatever the
// server does becomes an observation. Ends early when the key is not accepted at all.
task<pms_observations> check_pms(net::http_client& http, clock const& time, adapter_options with);

}  // namespace agente::qloapps
