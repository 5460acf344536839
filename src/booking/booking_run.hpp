// One call of service::book(): the steps in their order and what each failure means. Used by
// service alone.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "booking/booking_store.hpp"
#include "booking/service.hpp"
#include "booking/settlement.hpp"
#include "booking/stay_lock.hpp"

namespace agente::booking {

struct service::core {
    core(postgres::database& database, stay_locks& l, service_options o, telemetry::metrics& m);

    // What a booking may take before and after the order is sent; every step keeps within them.
    std::chrono::milliseconds before_sending() const {
        return options.lock_wait + 2 * options.read_limit + options.journal_limit;
    }
    std::chrono::milliseconds after_sending() const {
        return options.write_limit + options.settle_after + options.settle_for +
               2 * options.read_limit + options.journal_limit;
    }
    std::chrono::milliseconds longest_work() const { return before_sending() + after_sending(); }

    booking_store store;
    stay_locks& locks;
    service_options options;
    telemetry::metrics& metrics;
    telemetry::histogram& seconds;
};

task<outcome> book_once(std::shared_ptr<service::core> core, tenancy::scope as,
                        hotel::property_system& pms, order what);

class booking_run {
public:
    booking_run(std::shared_ptr<service::core> core, tenancy::scope as, hotel::property_system& pms,
                order what);
    ~booking_run();
    booking_run(booking_run const&) = delete;
    task<outcome> go();

    std::string const& reference() const noexcept { return reference_; }

private:
    using moment = std::chrono::steady_clock::time_point;
    struct lock_gone {
        std::int64_t above;  // take another one, with a greater fence
    };

    // booking_run.cpp: until the order is sent
    std::optional<outcome> wrong_order() const;
    task<std::optional<journal_row>> open();
    task<outcome> attempt();
    task<std::variant<outcome, lock_gone>> under_lock(stay_lock& lock, moment end);
    task<std::optional<outcome>> check_offer();
    task<std::optional<hotel::offer>> read_offer();

    // booking_finish.cpp: afterwards, and whatever ends a run
    task<outcome> send_and_finish();
    task<outcome> settle_earlier(journal_row row);
    task<outcome> conclude(hotel::booking made, expectation expected);
    task<outcome> undo(hotel::booking made, std::string reason);
    task<outcome> confirm(hotel::booking made);
    task<std::optional<hotel::booking>> look_up();
    task<outcome> fail(outcome::kind what, std::string detail,
                       std::optional<std::int64_t> pms_id = std::nullopt);
    task<outcome> leave_unknown(std::string why, std::optional<std::int64_t> pms_id);
    task<outcome> as_journaled();
    task<outcome> replay(journal_row row);
    task<outcome> without_journal();
    outcome ended(outcome::kind what, std::string reason = {}) const;

    // A write to the journal, tried until its limit. Empty: the journal cannot be written now.
    template <class T>
    task<std::optional<T>> journal(std::function<task<T>()> write);

    void done(step s) const {
        if (core_.options.at_step) core_.options.at_step(s);
    }

    // Renews the row's lease while the run is at work.
    struct heart;
    static task<> beat(std::shared_ptr<service::core> core, postgres::access as,
                       std::string reference, std::string owner, std::shared_ptr<heart> h);
    task<> start_heart();

    std::shared_ptr<service::core> core_owner_;
    service::core& core_;
    tenancy::scope as_;
    hotel::property_system& pms_;
    order order_;
    std::string reference_;
    std::string owner_;
    journal_row row_;                    // as we wrote or found it
    std::optional<hotel::offer> offer_;  // read under the lock
    moment finish_by_{};                 // what is not known by then is left to recovery
    std::shared_ptr<heart> heart_;
};

}  // namespace agente::booking
