#include "booking/rig.hpp"

#include "base/log.hpp"
#include "net/gate.hpp"

namespace agente::booking {

using namespace std::chrono_literals;

rig_options usual(std::string database_url, std::string redis_url) {
    rig_options all;
    all.database_url = std::move(database_url);
    all.redis_url = std::move(redis_url);
    all.service.settle_after = 20ms;
    all.service.settle_for = 500ms;
    return all;
}

service_options rig::with_hook(service_options options) {
    options.at_step = [this](step now) {
        if (at_step) at_step(now);
        if (dying_at == now) {
            dead = true;
            loop.stop();
            throw killed{};
        }
    };
    return options;
}

namespace {

postgres::options pool_of(rig_options const& options) {
    auto pool = support::pool_options(options.database_url);
    pool.size = options.connections;
    return pool;
}

}  // namespace

rig::rig(rig_options options, std::shared_ptr<hotel::property_system> hotel)
    : rig(std::move(options), [hotel](auto&&...) { return hotel; }) {}

rig::rig(rig_options options, pms_maker const& make_pms)
    : time(options.time), pms(make_pms(loop, *time, metrics)),
      database(loop, pool_of(options), metrics),
      redis(loop, redis::parse_url(options.redis_url).value(), metrics),
      events(loop, database, metrics, options.most_events),
      locks(loop, redis, database, *time, events, options.locks, metrics),
      service(database, locks, with_hook(options.service), metrics),
      recovery(
          database,
          [this](std::string) -> task<std::shared_ptr<hotel::property_system>> { co_return pms; },
          [this](settled what) -> task<> {
              if (tell_fails > 0) {
                  --tell_fails;
                  throw failure(error(error_kind::unavailable, "test.not_told",
                                      "the outbox cannot be written"));
              }
              told.push_back(std::move(what));
              co_return;
          },
          options.recovery, metrics) {
    support::run(loop, database.start());
    support::run(loop, redis.start());
}

std::vector<outcome> rig::book_all(std::vector<order> what) {
    struct answers_so_far {
        std::vector<outcome> all;
        std::size_t open;
        std::exception_ptr wrong;
        net::gate complete;
    };
    auto const answers = std::make_shared<answers_so_far>();
    answers->all.resize(what.size());
    answers->open = what.size();
    for (std::size_t i = 0; i < what.size(); ++i)
        asio::co_spawn(loop, service.book(hotel_scope(), *pms, std::move(what[i])),
                       [answers, i](std::exception_ptr e, outcome out) {
                           if (e) answers->wrong = e;
                           answers->all[i] = std::move(out);
                           if (--answers->open == 0) answers->complete.open_all();
                       });
    auto const wait = [](std::shared_ptr<answers_so_far> for_them) -> task<> {
        while (for_them->open > 0) co_await for_them->complete.wait();
    };
    support::run(loop, wait(answers), 5min);
    if (answers->wrong) std::rethrow_exception(answers->wrong);
    return answers->all;
}

void rig::settle_down() {
    support::run(loop, locks.drain(10s));
    support::run(loop, events.drain(10s));
}

rig::~rig() {
    if (dead) return;
    try {
        settle_down();
        support::run(loop, redis.stop());
        support::run(loop, database.stop());
    } catch (std::exception const& why) {
        log::error("test.rig", {{"message", why.what()}});
    }
}

}  // namespace agente::booking
