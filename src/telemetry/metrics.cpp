#include "telemetry/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>

namespace agente::telemetry {
namespace {

struct prometheus_counter final : counter {
    explicit prometheus_counter(prometheus::Counter& c) : inner(c) {}
    void add(double by) override { inner.Increment(by); }
    double value() const override { return inner.Value(); }
    prometheus::Counter& inner;
};

struct prometheus_gauge final : gauge {
    explicit prometheus_gauge(prometheus::Gauge& g) : inner(g) {}
    void set(double to) override { inner.Set(to); }
    void add(double by) override { inner.Increment(by); }
    double value() const override { return inner.Value(); }
    prometheus::Gauge& inner;
};

struct prometheus_histogram final : histogram {
    explicit prometheus_histogram(prometheus::Histogram& h) : inner(h) {}
    void observe(double value) override { inner.Observe(value); }
    prometheus::Histogram& inner;
};

prometheus::Histogram::BucketBoundaries const latency_buckets{
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

}  // namespace

struct metrics::state {
    prometheus::Registry registry;
    std::mutex mutex;
    std::map<std::pair<std::string, labels>, std::unique_ptr<counter>> counters;
    std::map<std::pair<std::string, labels>, std::unique_ptr<gauge>> gauges;
    std::map<std::pair<std::string, labels>, std::unique_ptr<histogram>> histograms;
};

metrics::metrics() : state_(std::make_unique<state>()) {}
metrics::~metrics() = default;

counter& metrics::count(std::string const& name, std::string const& help, labels const& with) {
    std::lock_guard const lock(state_->mutex);
    auto& known = state_->counters[{name, with}];
    if (!known)
        known = std::make_unique<prometheus_counter>(
            prometheus::BuildCounter().Name(name).Help(help).Register(state_->registry).Add(with));
    return *known;
}

gauge& metrics::measure(std::string const& name, std::string const& help, labels const& with) {
    std::lock_guard const lock(state_->mutex);
    auto& known = state_->gauges[{name, with}];
    if (!known)
        known = std::make_unique<prometheus_gauge>(
            prometheus::BuildGauge().Name(name).Help(help).Register(state_->registry).Add(with));
    return *known;
}

histogram& metrics::distribution(std::string const& name, std::string const& help,
                                 labels const& with, std::vector<double> const& bounds) {
    std::lock_guard const lock(state_->mutex);
    auto& known = state_->histograms[{name, with}];
    if (!known)
        known = std::make_unique<prometheus_histogram>(
            prometheus::BuildHistogram()
                .Name(name)
                .Help(help)
                .Register(state_->registry)
                .Add(with, bounds.empty() ? latency_buckets : bounds));
    return *known;
}

std::string metrics::render() const {
    return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

}  // namespace agente::telemetry
