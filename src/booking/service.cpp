#include "booking/service.hpp"

#include <stdexcept>

#include "base/ids.hpp"
#include "booking/booking_run.hpp"

namespace agente::booking {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

service::service(postgres::database& database, stay_locks& locks, service_options options,
                 telemetry::metrics& metrics) {
    if (options.lease < 3 * options.journal_limit)
        throw std::invalid_argument(fmt::format(
            "booking: a lease of {} ms cannot be renewed when one write to the journal may take {} ms",
            options.lease.count(), options.journal_limit.count()));
    if (options.instance.empty()) options.instance = random_hex(8);
    core_ = std::make_shared<core>(database, locks, std::move(options), metrics);
}

service::~service() = default;

milliseconds service::longest() const {
    // Another call's work on the same order, the lease it leaves when it dies, our own work.
    return 2 * core_->longest_work() + core_->options.lease;
}

task<outcome> service::book(tenancy::scope as, hotel::property_system& pms, order what) {
    return book_once(core_, std::move(as), pms, std::move(what));
}

}  // namespace agente::booking
