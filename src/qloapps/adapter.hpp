// hotel::property_system over the webservice of a QloApps server. One adapter a hotel and worker;
// made by app/. The key needs: GET on hotels, room_types, hotel_room_types, services,
// configurations, orders and room_bookings; POST on hotel_ari, bookings and order_histories.
// Nothing else is ever asked.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/breaker.hpp"
#include "base/clock.hpp"
#include "hotel/property_system.hpp"
#include "net/http_client.hpp"
#include "telemetry/metrics.hpp"

namespace agente::qloapps {

struct adapter_options {
    std::string base_url;  // "https://pms.example", with or without a trailing "/api"
    std::string
        host;    // the shop's domain when the base URL has another; empty: that of the base URL
    secret key;  // 32 characters; sent as Basic user, never in a URL
    std::int64_t hotel_id{1};
    std::chrono::milliseconds read_deadline{10'000};
    std::chrono::milliseconds write_deadline{
        10'000};  // a POST of bookings takes 0.2 s on an idle server and sends mails
    std::chrono::seconds catalogue_age{300};  // older ones are read again
    breaker_limits breaker;
};

class adapter final : public hotel::property_system {
public:
    // References must outlive the adapter and its tasks. Throws failure("pms.bad_url").
    adapter(net::http_client& http, clock const& time, telemetry::metrics& metrics,
            adapter_options options);
    ~adapter() override;

    task<result<hotel::catalogue>> read_catalogue() override;
    task<result<std::vector<hotel::offer>>> availability(hotel::stay nights, hotel::occupancy party,
                                                         int rooms) override;
    // Besides the port's contract: the order's reference must match [A-Za-z0-9:._-]{1,255}; names,
    // e-mail and phone are checked before anything is sent ("pms.refused"). The booking is read
    // again before it is returned; when that fails the outcome is "pms.outcome_unknown", although
    // the booking exists.
    task<result<hotel::booking>> create(hotel::booking_order order) override;
    task<result<std::optional<hotel::booking>>> find_by_reference(std::string reference) override;
    task<result<hotel::booking>> read(std::int64_t pms_id) override;
    task<result<bool>> doubled(hotel::booking const& ours) override;
    task<result<void>> cancel(std::int64_t pms_id) override;

    // Asks for the hotel itself, past the cache: for readiness checks and `check`. The hotel's
    // name.
    task<result<std::string>> probe();

private:
    std::unique_ptr<struct shop_reader> shop_;
};

}  // namespace agente::qloapps
