// A pool on the real server, in the mode the test is run with.
#pragma once

#include <gmock/gmock.h>

#include "postgres/real_server.hpp"
#include "postgres/support.hpp"

namespace agente::postgres::tests {

class database_test : public testing::TestWithParam<pipeline_mode> {
protected:
    void SetUp() override { url = fresh_notes(); }
    void open(options with) {
        db.emplace(loop, std::move(with), metrics);
        wait_for(loop, db->start());
    }
    void open() { open(options_for(url, GetParam())); }

    access const a = access::tenant("hotel-a"), b = access::tenant("hotel-b");
    std::string url;
    asio::io_context loop;
    telemetry::metrics metrics;
    std::optional<database> db;
};

inline std::string mode_name(testing::TestParamInfo<pipeline_mode> const& of) {
    return of.param == pipeline_mode::multi    ? "multi"
           : of.param == pipeline_mode::single ? "single"
           : of.param == pipeline_mode::probed ? "probed"
                                               : "automatic";
}

}  // namespace agente::postgres::tests
