// The questions that the adapter's operations are made of: each asks the shop once and counts what
// came of it. Private to qloapps/adapter.
#pragma once

#include <fmt/format.h>

#include <set>

#include "base/log.hpp"
#include "qloapps/adapter.hpp"
#include "qloapps/catalogue_cache.hpp"
#include "qloapps/transport.hpp"

namespace agente::qloapps {

// "[7|9]", as the webservice filters by several ids.
template <class T>
std::string joined_ids(std::vector<T> const& from, std::int64_t T::*id) {
    std::set<std::int64_t> ids;
    for (auto const& item : from) ids.insert(item.*id);
    return fmt::format("[{}]", fmt::join(ids, "|"));
}

struct shop_reader {
    clock const& time;
    adapter_options options;
    transport to;
    catalogue_cache cache;
    std::string currency;  // of this shop, from the last availability answer; empty: not asked yet

    shop_reader(net::http_client& http, clock const& c, telemetry::metrics& metrics,
                adapter_options o)
        : time(c), options(std::move(o)),
          to(http, c, metrics,
             {options.base_url, options.host, options.key, options.read_deadline,
              options.write_deadline, options.breaker}),
          cache(to, c, options.hotel_id, options.catalogue_age) {}

    // What a reader of answers.hpp makes of an answer, counted.
    template <class Reader>
    auto understood(operation what, result<pms_answer> const& got, Reader read)
        -> decltype(read(std::declval<pms_answer const&>())) {
        if (got.has_error()) {
            to.count(what, got.error().code());
            return got.error();
        }
        auto value = read(*got);
        to.count(what, value.has_error() ? value.error().code() : "ok");
        if (value.has_error() && value.error().kind() == error_kind::internal)
            log::warn("pms.nonsense",
                      {{"operation", to_string(what)}, {"message", value.error().message()}});
        return value;
    }

    task<result<ari_answer>> ask_availability(std::int64_t type, hotel::stay nights,
                                              std::vector<hotel::occupancy> rooms);
    task<result<std::string>> shop_currency(hotel::stay nights);
    task<result<std::vector<row_answer>>> rows(
        std::vector<std::pair<std::string, std::string>> filters);
    task<result<std::vector<hotel::booking>>> bookings(std::vector<order_answer> orders);
    task<result<std::vector<order_answer>>> orders(std::string field, std::string value);
};

}  // namespace agente::qloapps
