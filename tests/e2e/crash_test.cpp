// kill -9 at random moments under load: every acknowledged message is answered, and answered once.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <csignal>
#include <future>
#include <map>
#include <random>
#include <set>

#include "app/side_loop.hpp"
#include "app/simulated_pms.hpp"
#include "base/ids.hpp"
#include "channels/whatsapp_payload_builder.hpp"
#include "channels/whatsapp_simulator.hpp"
#include "e2e/program.hpp"
#include "embedded/private_folder.hpp"
#include "net/gate.hpp"
#include "support/servers.hpp"

namespace agente::e2e {
namespace {

using namespace std::chrono_literals;

constexpr auto number_id = "106540352242922";

class world {
public:
    world() {
        database_ = support::fresh_database();
        support::sql(
            database_,
            "insert into public.tenants (tenant_id, name, settings) values ('hotel', 'Hotel', "
            "'{\"whatsapp\": {\"phone_number_id\": \"106540352242922\"}, \"pms\": {\"hotel_id\": 1}}')");
        port_ = embedded::free_port();
        whatsapp_ = std::make_unique<channels::whatsapp_simulator>(
            side_.loop(), time_, metrics_,
            channels::whatsapp_simulator_options{
                .access_token = secret("token"), .app_secret = app_secret_, .webhook_url = url()});
        side_.run(listen(*whatsapp_));
    }
    ~world() { side_.run(whatsapp_->stop()); }

    std::string url() const {
        return "http://127.0.0.1:" + std::to_string(port_) + "/webhooks/whatsapp";
    }

    std::unique_ptr<program> instance() {
        return std::make_unique<program>(
            std::vector<std::string>{"serve"},
            std::map<std::string, std::string>{
                {"DATABASE_URL", database_},
                {"REDIS_URL", support::redis().url()},
                {"PORT", std::to_string(port_)},
                {"PMS_TYPE", "mock"},
                {"PMS_BASE_URL", pms_.url()},
                {"PMS_API_KEY", std::string(pms_key_.reveal())},
                {"WHATSAPP_APP_SECRET", std::string(app_secret_.reveal())},
                {"WHATSAPP_VERIFY_TOKEN", "verify"},
                {"WHATSAPP_ACCESS_TOKEN", "token"},
                {"WHATSAPP_API_BASE_URL", whatsapp_->base_url()},
                {"DEBOUNCE_MS", "20"},
                {"LEASE_SECONDS", "2"},
                {"OUTBOX_UNKNOWN_AFTER_SECONDS", "8"},
                {"LOG_LEVEL", "warn"}});
    }

    // Guests of their own write one message each until told to stop; those whose message was
    // acknowledged are counted.
    task<> write_until(bool const& stop) {
        while (!stop) {
            auto const n = ++guests_;
            channels::simulated_guest const who{"+54911" + std::to_string(10'000'000 + n), "Guest",
                                                number_id};
            auto const payload =
                channels::text_payload(who, channels::new_wamid(), "hola", time_.now());
            auto request = channels::signed_webhook(url(), app_secret_, payload);
            request.deadline = 3s;
            auto const answer = co_await http_.send(std::move(request));
            if (answer && answer->status == 200)
                acknowledged_.insert(who.phone.substr(1));
            else
                co_await net::pause(20ms);
        }
    }

    // On the loop of the simulators.
    template <class F>
    auto there(F f) {
        std::packaged_task<decltype(f())()> job(std::move(f));
        auto done = job.get_future();
        asio::post(side_.loop(), [&job] { job(); });
        return done.get();
    }
    std::map<std::string, int> answers() {
        return there([this] {
            std::map<std::string, int> count;
            for (auto const& m : whatsapp_->captured()) ++count[m.to];
            return count;
        });
    }
    std::set<std::string> acknowledged() {
        return there([this] { return acknowledged_; });
    }
    app::side_loop& side() { return side_; }
    std::string const& database() const { return database_; }

private:
    static task<> listen(channels::whatsapp_simulator& s) {
        s.listen("127.0.0.1", 0);
        co_return;
    }

    real_clock time_;
    telemetry::metrics metrics_;
    secret app_secret_{"an app secret of thirty-two chars"}, pms_key_{random_hex(16)};
    std::string database_;
    unsigned short port_{};
    app::simulated_pms pms_{pms_key_, {}, metrics_};
    app::side_loop side_;
    net::http_client http_{side_.loop(), {}, metrics_};
    std::unique_ptr<channels::whatsapp_simulator> whatsapp_;
    std::set<std::string> acknowledged_;
    int guests_{0};
};

TEST(crash, killed_at_fifty_moments_under_load_every_acknowledged_message_is_answered_once) {
    world w;
    bool stop = false;
    std::vector<std::future<void>> writers;
    for (int i = 0; i < 4; ++i)
        writers.push_back(asio::co_spawn(w.side().loop(), w.write_until(stop), asio::use_future));
    std::mt19937 moments(20261124);
    for (int i = 0; i < 50; ++i) {
        auto const instance = w.instance();
        // Until it serves again, then a random while of work.
        auto const enough = w.acknowledged().size() + 1 + moments() % 30;
        auto const until = std::chrono::steady_clock::now() + 30s;
        while (w.acknowledged().size() < enough && std::chrono::steady_clock::now() < until)
            w.side().run(net::pause(10ms));
        instance->signal(SIGKILL);
        instance->wait();
    }
    w.there([&] { stop = true; });
    auto const last = w.instance();
    for (auto& one : writers) one.get();

    auto const acknowledged = w.acknowledged();
    ASSERT_GT(acknowledged.size(), 50u);
    auto const until = std::chrono::steady_clock::now() + 180s;
    auto unanswered = [&] {
        auto const answers = w.answers();
        std::size_t n = 0;
        for (auto const& guest : acknowledged) n += answers.contains(guest) ? 0 : 1;
        return n;
    };
    while (unanswered() > 0 && std::chrono::steady_clock::now() < until)
        w.side().run(net::pause(10ms));
    EXPECT_EQ(unanswered(), 0u) << "of " << acknowledged.size();
    for (auto const& [guest, times] : w.answers()) EXPECT_EQ(times, 1) << guest;
    EXPECT_EQ(
        support::sql(
            w.database(),
            "select count(*) from (select inbox_id, position from agente.outbox group by 1, 2 having count(*) > 1) d"),
        "0");
    last->signal(SIGTERM);
    EXPECT_EQ(last->wait(), 0);
}

}  // namespace
}  // namespace agente::e2e
