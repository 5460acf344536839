// One of several owners of a gauge: what it sets is added to what the others set. For gauges that
// the workers of a process share.
#pragma once

#include "telemetry/metrics.hpp"

namespace agente::telemetry {

class gauge_part {
public:
    explicit gauge_part(gauge& whole) : whole_(whole) {}
    ~gauge_part() { set(0); }
    gauge_part(gauge_part const&) = delete;
    gauge_part& operator=(gauge_part const&) = delete;

    void set(double now) {
        if (now == mine_) return;
        whole_.add(now - mine_);
        mine_ = now;
    }

private:
    gauge& whole_;
    double mine_{0};
};

}  // namespace agente::telemetry
