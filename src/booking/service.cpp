#include "booking/service.hpp"

#include <random>
#include <stdexcept>

#include "base/ids.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "booking/booking_run.hpp"

namespace agente::booking {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

service::service(postgres::database& database, stay_locks& locks, service_options options, telemetry::metrics& metrics) {
    auto const& o = options;
    auto const after_sending = o.write_limit + o.settle_after + o.settle_for + 2 * o.read_limit + o.journal_limit;
    auto const before = o.lock_wait + 2 * o.read_limit + o.journal_limit;
    if (o.lease * 3 < std::max(after_sending, before) * 4)
        throw std::invalid_argument(fmt::format("booking: a lease of {} ms is too short for the other limits ({} ms before, {} ms "
                                                "after the order is sent): a booking at work would be taken for a crashed one",
                                                o.lease.count(), before.count(), after_sending.count()));
    if (options.instance.empty()) options.instance = random_hex(8);
    core_ = std::make_shared<core>(database, locks, std::move(options), metrics);
}

service::~service() = default;

milliseconds service::longest() const {
    // A row of somebody else is waited for until its lease is over; then ours is.
    return 2 * core_->options.lease;
}

task<outcome> service::book(tenancy::scope as, hotel::property_system& pms, order what) {
    return book_once(core_, std::move(as), pms, std::move(what));
}

}  // namespace agente::booking
