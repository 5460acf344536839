// Counters, gauges and histograms of one process, kept by prometheus-cpp. Components ask for theirs
// once, in their constructor, and keep the reference: updating one is an atomic operation, asking
// is a map look-up under a mutex.
#pragma once

#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace agente::telemetry {

using labels = std::map<std::string, std::string>;

class counter {
public:
    virtual ~counter() = default;
    virtual void add(double by = 1) = 0;
    virtual double value() const = 0;
};

class gauge {
public:
    virtual ~gauge() = default;
    virtual void set(double to) = 0;
    virtual void add(double by) = 0;
    virtual double value() const = 0;
};

class histogram {
public:
    virtual ~histogram() = default;
    virtual void observe(double value) = 0;  // seconds, unless the name says otherwise
};

class metrics {
public:
    metrics();
    ~metrics();
    metrics(metrics const&) = delete;
    metrics& operator=(metrics const&) = delete;

    // Asking twice for the same name and labels gives the same object. Names follow Prometheus:
    // <what>_<unit>[_total].
    counter& count(std::string const& name, std::string const& help, labels const& with = {});
    gauge& measure(std::string const& name, std::string const& help, labels const& with = {});
    // `bounds` of the buckets, rising; empty: of times in seconds, from 0.5 ms to 10 s.
    histogram& distribution(std::string const& name, std::string const& help,
                            labels const& with = {}, std::vector<double> const& bounds = {});

    std::string render() const;  // Prometheus text format 0.0.4

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace agente::telemetry
