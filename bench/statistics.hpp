// What several rounds of a measurement amount to, and how tables print it. Used by every benchmark.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace agente::bench {

// One number, measured once a round.
class rounds {
public:
    void add(double value) { values_.push_back(value); }
    bool empty() const noexcept { return values_.empty(); }
    double median() const;  // 0 without rounds
    double spread() const;  // half the range, as a part of the median

    std::string show(int decimals = 0) const;              // "4086"; "-" without rounds
    std::string show_with_spread(int decimals = 0) const;  // "4086 ±3 %"

private:
    std::vector<double> values_;
};

// How long things took.
class latencies {
public:
    void add(std::chrono::steady_clock::duration took) {
        milliseconds_.push_back(std::chrono::duration<float, std::milli>(took).count());
    }
    void add(latencies const& others) {
        milliseconds_.insert(milliseconds_.end(), others.milliseconds_.begin(),
                             others.milliseconds_.end());
    }
    std::size_t size() const noexcept { return milliseconds_.size(); }
    double percentile(double part);  // in milliseconds; 0 without any. Sorts.

private:
    std::vector<float> milliseconds_;
};

// "2.4 x" or "87 %"; empty when there is nothing to compare with.
std::string times(double value, double of);
std::string percent(double value, double of);

// A line for whoever watches; tables go to standard output.
void progress(std::string const& line);

}  // namespace agente::bench
