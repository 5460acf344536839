// The list parameters of QloApps' generic resources, read and applied.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "http/message.hpp"
#include "qloapps/simulator_render.hpp"
#include "qloapps/simulator_resources.hpp"

namespace agente::qloapps::simulation {

struct list_filter {
    std::size_t field{0};
    std::string wanted;  // "[a|b]", "[a,b]", "[v]%", "%[v]%", ">[v]", "<[v]", "![v]" or "v"
};

struct list_sort {
    std::size_t field{0};
    bool descending{false};
};

struct list_query {
    bool full{false};
    std::vector<std::size_t> display;  // in the resource's own order, as QloApps answers
    std::vector<list_filter> filters;
    std::vector<list_sort> sort;
    std::size_t offset{0};
    std::optional<std::size_t> most;
    std::vector<problem> problems;  // then nothing else counts
    bool kills{false};              // a filter on what is no column
};

list_query parse_query(resource const& what, http::request const& r);

bool matches(field const& f, boost::json::value const& v, std::string_view wanted);
int compare(field const& f, boost::json::value const& v,
            std::string_view other);  // <0, 0, >0; text without regard to ASCII case

}  // namespace agente::qloapps::simulation
