#include "qloapps/simulator.hpp"

#include <openssl/evp.h>

#include "base/text.hpp"
#include "net/gate.hpp"
#include "qloapps/simulator_access.hpp"
#include "qloapps/simulator_ari.hpp"
#include "qloapps/simulator_input.hpp"
#include "qloapps/simulator_lists.hpp"
#include "qloapps/simulator_orders.hpp"
#include "qloapps/simulator_snapshot.hpp"

namespace agente::qloapps {

using namespace simulation;

namespace {

std::string sha1(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
    return agente::text::hex({reinterpret_cast<char const*>(digest.data()), size});
}

// "/api/bookings/7" -> {"bookings", "7"}; nothing for a path outside the webservice.
struct api_path {
    std::string resource, id;
};
std::optional<api_path> split_path(std::string_view path) {
    if (path != "/api" && !path.starts_with("/api/")) return std::nullopt;
    auto const parts = agente::text::split(path.substr(std::min<std::size_t>(5, path.size())), '/');
    return api_path{parts.empty() ? "" : std::string(parts[0]),
                    parts.size() > 1 ? std::string(parts[1]) : ""};
}

std::int64_t to_id(std::string const& text) {
    return number_of(boost::json::object{{"id", text}}, "id").value_or(0);
}

// Those between their check and their insertion; closed when enough have come, so that all go on
// together.
struct racers_in_window {
    int count{0};
    bool closed{false};
};

}  // namespace

struct simulator::impl {
    clock const& time;
    simulator_options options;
    simulation::state state;
    fault_list faults;
    simulation::race race;
    std::shared_ptr<racers_in_window> standing;
    net::gate race_over;
    net::gate hang_over;
    std::uint64_t released{0};
    std::map<std::pair<std::string, std::string>, std::size_t, std::less<>> seen;
    http::router routes;
    http::server server;

    impl(asio::io_context& loop, clock const& c, telemetry::metrics& metrics, simulator_options o)
        : time(c), options(std::move(o)), state(load_state(options.snapshot)),
          server(loop, routes,
                 {.most_body_memory = 16 * 1024 * 1024,
                  .default_headers = {},
                  .send_request_id = false,
                  .access_log = options.access_log},
                 metrics) {}

    task<http::response> answer(http::request r);
    task<http::response> carry_out_request(http::request const& r, api_path const& path, format f);
    task<http::response> serve(http::request const& r, api_path const& path, format f);
    task<http::response> answer_bookings(http::request const& r, api_path const& path, format f);
    task<http::response> create_booking(http::request const& r, format f);
    task<http::response> change_booking(http::request const& r, format f);
    http::response answer_generic(http::request const& r, resource const& what,
                                  api_path const& path, format f);
    task<> stand_in_window();
    task<http::response> hang();
    task<> delay(std::chrono::milliseconds length);
    http::response control(http::request const& r);
    http::response as_asked(fault const& f, format form) const;
    void finish(http::response& out) const;
    void keep() const { keep_state(options.snapshot, state); }
    std::string now() const { return shop_time(options.shop, time.now()); }
};

task<> simulator::impl::stand_in_window() {
    if (race.window.count() == 0) co_return;
    if (race.racers == 0) {
        co_await net::pause(race.window);
        co_return;
    }
    if (!standing || standing->closed) standing = std::make_shared<racers_in_window>();
    auto const mine = standing;
    if (++mine->count >= race.racers) {
        mine->closed = true;
        race_over.open_all();
        co_return;
    }
    auto const until = std::chrono::steady_clock::now() + race.window;
    while (!mine->closed)
        if (!co_await race_over.wait_until(until)) break;
}

task<http::response> simulator::impl::hang() {
    auto const before = released;
    while (released == before) co_await hang_over.wait();
    http::response cut;
    cut.hang_up = true;
    co_return cut;
}

task<> simulator::impl::delay(std::chrono::milliseconds length) {
    auto const before = released;
    auto const until = std::chrono::steady_clock::now() + length;
    while (released == before)
        if (!co_await hang_over.wait_until(until)) break;
}

http::response simulator::impl::as_asked(fault const& f, format form) const {
    http::response out;
    switch (f.what) {
        case fault::action::garbage: return document(format::json, "{\"booking\":{\"id\":", {});
        case fault::action::overloaded: return php_fatal(503, "Service Unavailable");
        case fault::action::switched_off:
            return errors(
                form, 503,
                {{22,
                  "The QloApps webservice is disabled. Please activate it in the QloApps Back Office"}});
        case fault::action::cut: out.hang_up = true; return out;
        default: return php_fatal(500);
    }
}

void simulator::impl::finish(http::response& out) const {
    if (out.hang_up || out.content_type == html_type) return;
    auto const seconds =
        std::chrono::duration_cast<std::chrono::seconds>(time.now().time_since_epoch()).count();
    out.set("Access-Time", std::to_string(seconds));
    out.set("X-Powered-By", "PrestaShop Webservice");
    out.set("PSWS-Version", "1.6.1.23");
    out.set("Execution-Time", "0.001");
    if (out.status < 300) out.set("Content-Sha1", sha1(out.body));
    out.set("Set-Cookie", "QloApps-0=0; path=/; HttpOnly; SameSite=Lax");
}

task<http::response> simulator::impl::create_booking(http::request const& r, format f) {
    auto const asked = parse_body(r.body, "booking");
    if (!asked) co_return php_fatal(500);
    if (state.orders.size() >= options.most_orders) co_return php_fatal(503, "Service Unavailable");
    desk at{options.shop, state, f, now()};
    auto planned = plan_booking(at, *asked);
    if (auto* refused = std::get_if<http::response>(&planned)) co_return std::move(*refused);
    co_await stand_in_window();
    co_return carry_out(at, std::get<booking_plan>(planned), race.loser);
}

task<http::response> simulator::impl::change_booking(http::request const& r, format f) {
    auto const asked = parse_body(r.body, "booking");
    if (!asked) co_return php_fatal(500);
    desk at{options.shop, state, f, now()};
    auto const planned = plan_change(at, *asked);
    if (auto const* refused = std::get_if<http::response>(&planned)) co_return *refused;
    auto const& plan = std::get<change_plan>(planned);
    if (!plan.added.empty()) co_await stand_in_window();  // else there was nothing to check
    co_return carry_out(at, plan, *asked);
}

task<http::response> simulator::impl::answer_bookings(http::request const& r, api_path const& path,
                                                      format f) {
    desk at{options.shop, state, f, now()};
    if (r.method == "POST") co_return co_await create_booking(r, f);
    if (r.method == "PUT") co_return co_await change_booking(r, f);
    if (r.method != "GET" && r.method != "HEAD")
        co_return errors(
            f, 405,
            {{101, fmt::format("Method {} is not allowed for the resource bookings", r.method)}});
    if (!path.id.empty()) co_return read_booking(at, to_id(path.id));
    std::vector<std::int64_t> all;
    for (auto const& o : state.orders)
        if (!o.detached) all.push_back(o.id);
    co_return reader{options.shop, state, f}.ids("bookings", "bookings", "booking", all);
}

http::response simulator::impl::answer_generic(http::request const& r, resource const& what,
                                               api_path const& path, format f) {
    reader const from{options.shop, state, f};
    writer into{options.shop, state, f, now()};
    if (r.method == "GET" || r.method == "HEAD")
        return path.id.empty() ? from.list(what, r) : from.one(what, to_id(path.id));
    if (r.method == "POST" && what.name == "order_histories") return into.add_history(r.body);
    if (r.method == "PUT" && what.name == "room_bookings")
        return into.change_room_booking(to_id(path.id), r.body);
    if (r.method == "PUT" && what.name == "orders")
        return into.change_order(to_id(path.id), r.body);
    if ((r.method == "POST" || r.method == "PUT") && !parse_body(r.body, what.item))
        return malformed(f, r.body);
    return errors(
        f, 405,
        {{25,
          fmt::format("Method {} is not allowed for the resource {} with this authentication key",
                      r.method, what.name)}});
}

task<http::response> simulator::impl::serve(http::request const& r, api_path const& path,
                                            format f) {
    if (r.header("host") != options.shop.domain) {
        auto elsewhere = php_fatal(302);
        elsewhere.http_1_0 = true;
        elsewhere.set("Location", fmt::format("http://{}{}", options.shop.domain, r.target));
        co_return elsewhere;
    }
    auto const authenticated = authenticate(options.shop, r, f);
    if (auto const* refused = std::get_if<http::response>(&authenticated)) co_return *refused;
    auto const have = std::get<rights>(authenticated);
    if (path.resource.empty()) co_return root(options.shop, have);
    if (auto refused = refuse(have, r.method, path.resource, f)) co_return *refused;
    if (path.resource == "hotel_ari") {
        if (r.method != "POST")
            co_return errors(f, 405, {{23, fmt::format("Method {} is not valid", r.method)}});
        co_return answer_ari({options.shop, state, f}, r);
    }
    if (path.resource == "bookings") co_return co_await answer_bookings(r, path, f);
    co_return answer_generic(r, *find_resource(path.resource), path, f);
}

task<http::response> simulator::impl::carry_out_request(http::request const& r,
                                                        api_path const& path, format f) {
    auto out = co_await serve(r, path, f);
    if (r.method == "POST" || r.method == "PUT") keep();
    co_return out;
}

task<http::response> simulator::impl::answer(http::request r) {
    if (r.path.starts_with("/_simulator/")) co_return control(r);
    auto const path = split_path(r.path);
    if (!path) co_return php_fatal(404);
    auto const form = wanted_format(r);
    ++seen[{r.method, path->resource}];
    auto const asked = faults.take(r.method, path->resource);
    if (asked && asked->delay.count() > 0) co_await delay(asked->delay);
    http::response out;
    bool const spoils = asked && asked->what != fault::action::none;
    if (!spoils || asked->after) out = co_await carry_out_request(r, *path, form);
    if (spoils && asked->what == fault::action::hang) co_return co_await hang();
    if (spoils) out = as_asked(*asked, form);
    finish(out);
    co_return out;
}

http::response simulator::impl::control(http::request const& r) {
    auto const refused = [](error const& e) {
        return http::json_response({{"code", e.code()}, {"message", e.message()}}, 400);
    };
    if (r.method == "GET" && r.path == "/_simulator/state") return http::json_response(save(state));
    if (r.method == "DELETE" && r.path == "/_simulator/faults") {
        faults.clear();
        return http::empty_response();
    }
    if (r.method == "POST" && r.path == "/_simulator/faults") {
        auto parsed = parse_fault(r.body);
        if (parsed.has_error()) return refused(parsed.error());
        auto const added = faults.add(*parsed);
        return added.has_error() ? refused(added.error()) : http::empty_response();
    }
    if (r.method == "POST" && r.path == "/_simulator/race") {
        auto const parsed = parse_race(r.body);
        if (parsed.has_error()) return refused(parsed.error());
        race = *parsed;
        return http::empty_response();
    }
    if (r.method == "POST" && r.path == "/_simulator/reset") {
        state = {};
        faults.clear();
        race = {};
        keep();
        return http::empty_response();
    }
    return http::json_response({{"code", "simulator.no_such_control"},
                                {"message", "see simulator.hpp for the control paths"}},
                               404);
}

simulator::simulator(asio::io_context& loop, clock const& time, telemetry::metrics& metrics,
                     simulator_options options)
    : impl_(std::make_unique<impl>(loop, time, metrics, std::move(options))) {
    impl_->routes.set_fallback([this](http::request const& r) { return impl_->answer(r); });
}

simulator::~simulator() = default;

unsigned short simulator::listen(std::string const& address, unsigned short port) {
    auto const bound = impl_->server.listen(address, port);
    if (impl_->options.shop.domain.empty())
        impl_->options.shop.domain = fmt::format("{}:{}", address, bound);
    return bound;
}

task<> simulator::stop() {
    release();
    co_await impl_->server.stop(std::chrono::milliseconds(1'000));
}

std::string simulator::base_url() const { return "http://" + impl_->options.shop.domain; }
task<http::response> simulator::answer(http::request r) { return impl_->answer(std::move(r)); }
fault_list& simulator::faults() noexcept { return impl_->faults; }
void simulator::set_race(simulation::race r) { impl_->race = r; }
simulation::shop& simulator::shop() noexcept { return impl_->options.shop; }
simulation::state& simulator::state() noexcept { return impl_->state; }

void simulator::release() {
    ++impl_->released;
    impl_->hang_over.open_all();
}

std::size_t simulator::requests(std::string_view method, std::string_view resource) const {
    auto const found = impl_->seen.find(std::pair(std::string(method), std::string(resource)));
    return found == impl_->seen.end() ? 0 : found->second;
}

}  // namespace agente::qloapps
