#include "qloapps/pms_check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "base/text.hpp"
#include "qloapps/answer_document.hpp"
#include "qloapps/pms_refusal.hpp"
#include "qloapps/pms_rights.hpp"
#include "qloapps/requests.hpp"

namespace agente::qloapps {
namespace {

using weight = pms_observation::weight;
using std::chrono::milliseconds;

constexpr std::string_view measured_version = "1.6.1";
constexpr std::size_t most_listed = 500;
constexpr int repeated_reads = 5;
constexpr auto slow = milliseconds(2'000);  // a guest waits for three or four answers in a row
constexpr auto nights_ahead = std::chrono::days(30);

std::string root_of(std::string url) {
    while (url.ends_with('/')) url.pop_back();
    if (url.ends_with("/api")) url.resize(url.size() - 4);
    return url;
}

bool on_this_machine(std::string_view url) {
    return url.starts_with("http://127.") || url.starts_with("http://localhost") ||
           url.starts_with("http://[::1]");
}

struct timed {
    net::http_response response;
    milliseconds took{0};
};

class examination {
public:
    examination(net::http_client& http, clock const& time, adapter_options with)
        : http_(http), time_(time), with_(std::move(with)), root_(root_of(with_.base_url)) {}

    task<pms_observations> all() {
        auto const may_go_on = co_await reach();
        constexpr std::array steps{&examination::rights,      &examination::the_hotel,
                                   &examination::room_types,  &examination::settings,
                                   &examination::prices,      &examination::bookings_answer,
                                   &examination::answer_times};
        for (auto const step : steps)
            if (may_go_on && !gone_) co_await (this->*step)();
        co_return std::move(out_);
    }

private:
    void add(std::string check, weight level, std::string what, std::string cure = {}) {
        out_.push_back({std::move(check), level, std::move(what), std::move(cure)});
    }

    // The server stopped answering: told once, and nothing more is asked.
    void lost(error const& why) {
        gone_ = true;
        out_.push_back(no_answer(why));
    }

    task<result<timed>> send(std::string target, std::string body = {}, bool json = true) {
        net::http_request request{.method = body.empty() ? "GET" : "POST",
                                  .url = root_ + "/api/" + target,
                                  .body = std::move(body),
                                  .deadline = with_.read_deadline};
        request.basic_user = with_.key;
        if (json) request.headers = {{"Output-Format", "JSON"}};
        if (!with_.host.empty()) request.headers.emplace_back("Host", with_.host);
        auto const from = time_.steady_now();
        auto got = co_await http_.send(std::move(request));
        if (got.has_error()) co_return got.error();
        co_return timed{std::move(*got),
                        std::chrono::duration_cast<milliseconds>(time_.steady_now() - from)};
    }

    // The answer to one question of this check; whatever refuses it is told here.
    task<std::optional<pms_answer>> ask(std::string target, std::string body = {}) {
        auto const got = co_await send(std::move(target), std::move(body));
        if (got.has_error()) {
            lost(got.error());
            co_return std::nullopt;
        }
        if (lacks_a_right(got->response)) co_return std::nullopt;  // told by rights()
        if (auto const refused = refusal_in(got->response)) {
            out_.push_back(*refused);
            co_return std::nullopt;
        }
        co_return answer_of(got->response);
    }

    template <class T>
    bool understood(std::string check, result<T> const& read) {
        if (read.has_value()) return true;
        add(std::move(check), weight::fault, read.error().message(),
            "look at PHP's error log on the shop's server");
        return false;
    }

    std::string hotel_target() const {
        return list_target("hotels", {}, "id,hotel_name", most_listed);
    }

    task<bool> reach() {
        if (!root_.starts_with("http://") && !root_.starts_with("https://")) {
            add("pms.url", weight::fault, "the address of the hotel system is none",
                "PMS_BASE_URL must begin with https://, for example https://hotel.example");
            co_return false;
        }
        if (root_.starts_with("http://") && !on_this_machine(root_))
            add("pms.url", weight::warning,
                "the address is http://: the key and guests' names cross the network as they are",
                "put a certificate on the shop and use https:// in PMS_BASE_URL");
        auto const got = co_await send(hotel_target());
        if (got.has_error()) {
            lost(got.error());
            co_return false;
        }
        if (auto refused = refusal_in(got->response)) {
            out_.push_back(std::move(*refused));
            co_return false;
        }
        add("pms.reach", weight::ok, fmt::format("{} answers, in {} ms", root_, got->took.count()));
        add("pms.key", weight::ok, "the key is accepted");
        version(got->response.header("psws-version"));
        co_return true;
    }

    void version(std::string_view told) {
        auto const shown = text::shorten(text::scrub_utf8(told), 20);
        if (told.empty())
            add("pms.version", weight::warning,
                "the answer has no PSWS-Version header: this may be no QloApps",
                "see that PMS_BASE_URL is the QloApps shop and no proxy strips its headers");
        else if (told.starts_with(measured_version))
            add("pms.version", weight::ok, fmt::format("QloApps webservice {}", shown));
        else
            add("pms.version", weight::warning,
                fmt::format("QloApps webservice {}; the service was measured with {}", shown,
                            measured_version),
                "try a booking before guests do: agente-hotel pms check --write-test");
    }

    task<> rights() {
        auto const got = co_await send("", {}, false);
        if (got.has_error()) {
            lost(got.error());
            co_return;
        }
        auto const read = read_rights(got->response.body);
        if (!understood("pms.rights", read)) co_return;
        for (auto& one : judge_rights(*read)) out_.push_back(std::move(one));
        may_read_bookings_ = read->contains("bookings") && read->at("bookings").contains("GET");
    }

    task<> the_hotel() {
        auto const got = co_await ask(hotel_target());
        if (!got) co_return;
        auto const hotels = read_hotels(*got);
        if (!understood("pms.hotel", hotels)) co_return;
        auto const ours = std::ranges::find(*hotels, with_.hotel_id, &hotel_answer::id);
        if (ours != hotels->end()) {
            add("pms.hotel", weight::ok, fmt::format("hotel {}: {}", ours->id, ours->name));
            co_return;
        }
        std::vector<std::string> there;
        for (auto const& h : *hotels) there.push_back(fmt::format("{} ({})", h.id, h.name));
        add("pms.hotel", weight::fault,
            fmt::format(
                "QloApps has no hotel {}; it has {}", with_.hotel_id,
                there.empty() ? std::string("none") : fmt::format("{}", fmt::join(there, ", "))),
            "correct PMS_HOTEL_ID, or the hotel's own setting: agente-hotel tenant set SLUG");
    }

    task<> room_types() {
        auto const own = fmt::format("[{}]", with_.hotel_id);
        auto const got = co_await ask(list_target(
            "room_types", {{"id_hotel", own}}, "id,name,id_tax_rules_group,active", most_listed));
        if (!got) co_return;
        auto types = read_room_types(*got);
        if (!understood("pms.rooms", types)) co_return;
        std::erase_if(*types, [](auto const& t) { return !t.active; });
        if (types->empty()) {
            add("pms.rooms", weight::fault,
                "the hotel has no active room type: nothing can be sold",
                "QloApps, Catalog > Manage Room Types: make one active");
            co_return;
        }
        add("pms.rooms", weight::ok, fmt::format("{} active room types", types->size()));
        std::vector<std::string> untaxed;
        for (auto const& t : *types)
            if (t.tax_rules_group == 0) untaxed.push_back(t.name);
        if (!untaxed.empty())
            add("pms.tax", weight::fault,
                fmt::format("without a tax rule: {}: their bookings are made, but answered with an "
                            "error, so the guest gets no confirmation",
                            fmt::join(untaxed, ", ")),
                "QloApps, Catalog > Manage Room Types > Price: choose a tax rule, also where the "
                "tax is 0 %");
        co_await limits(*types);
    }

    task<> limits(std::vector<room_type_answer> const& types) {
        auto const got = co_await ask(list_target("hotel_room_types", {},
                                                  "id_product,adults,children,max_adults,max_"
                                                  "children,max_guests,min_los,max_los",
                                                  most_listed));
        if (!got) co_return;
        auto const known = read_limits(*got);
        if (!understood("pms.rooms", known)) co_return;
        std::vector<std::string> missing;
        for (auto const& t : types)
            if (std::ranges::find(*known, t.id, &limits_answer::room_type) == known->end())
                missing.push_back(t.name);
        if (!missing.empty())
            add("pms.rooms.limits", weight::warning,
                fmt::format("how many guests fit is not set for: {}; they are not offered",
                            fmt::join(missing, ", ")),
                "QloApps, Catalog > Manage Room Types > Occupancy: save the room type once");
    }

    task<> settings() {
        auto const got = co_await ask(list_target(
            "configurations", {{"name", "[PS_OS_CANCELED|PS_TIMEZONE]"}}, "name,value", 2));
        if (!got) co_return;
        auto const known = read_configuration(*got);
        if (!understood("pms.settings", known)) co_return;
        if (!known->contains("PS_OS_CANCELED"))
            add("pms.settings", weight::fault,
                "the id of the state Canceled (PS_OS_CANCELED) is not stored: nothing can be "
                "cancelled",
                "QloApps, Orders > Statuses: restore the state Canceled and its configuration");
        else
            add("pms.settings", weight::ok,
                fmt::format("cancelling is possible; the shop's time zone is {}",
                            known->contains("PS_TIMEZONE") ? known->at("PS_TIMEZONE") : "not set"));
    }

    task<> prices() {
        auto const day = std::chrono::floor<std::chrono::days>(time_.now()) + nights_ahead;
        auto const night = hotel::stay::make(day, day + std::chrono::days(1)).value();
        auto const from = time_.steady_now();
        auto const got =
            co_await ask("hotel_ari", ari_body(with_.hotel_id, 0, night, {{.adults = 1}}));
        auto const took =
            std::chrono::duration_cast<milliseconds>(time_.steady_now() - from).count();
        if (!got) co_return;
        auto const read = read_ari(*got);
        if (!understood("pms.prices", read)) co_return;
        if (!read->known || read->types.empty()) {
            add("pms.prices", weight::fault,
                fmt::format("QloApps offers nothing for hotel {}", with_.hotel_id),
                "correct PMS_HOTEL_ID, and see that the hotel has active rooms");
            co_return;
        }
        int available = 0;
        for (auto const& t : read->types) available += t.available;
        add("pms.prices", weight::ok,
            fmt::format("{} rooms free on {} in {} types, priced in {}, told in {} ms", available,
                        hotel::to_iso(night.arrival()), read->types.size(), read->currency, took));
        if (all_without_tax(*got))
            add("pms.tax.none", weight::warning,
                "prices with and without tax are the same: no tax is added to any room",
                "unless the hotel is free of tax: set the tax rule's rate for the country of the "
                "hotel's address (QloApps, International > Taxes)");
    }

    static bool all_without_tax(pms_answer const& a) {
        auto const document = object_in(a, "hotel_ari");
        if (document.has_error()) return false;
        auto const* types = document->if_contains("room_types");
        auto const* list = types ? types->if_array() : nullptr;
        if (!list || list->empty()) return false;
        return std::ranges::all_of(*list, [](boost::json::value const& type) {
            auto const* t = type.if_object();
            auto const net = t ? micros_in(*t, "total_price") : std::nullopt;
            return net && *net > 0 && net == micros_in(*t, "total_price_with_tax");
        });
    }

    // Customer groups that show prices without tax make every answer of bookings a 500: seen by
    // reading the newest booking, when there is one and the key may.
    task<> bookings_answer() {
        constexpr auto check = "pms.tax.groups";
        constexpr auto untold =
            "whether bookings are answered properly is seen by the write test "
            "only (--write-test)";
        if (!may_read_bookings_) {
            add(check, weight::info, untold);
            co_return;
        }
        auto const orders = co_await ask("orders?display=%5Bid%5D&sort=%5Bid_DESC%5D&limit=1");
        auto const ids = orders ? list_in(*orders, "orders") : boost::json::array();
        auto const* newest = ids.has_value() && !ids->empty() ? ids->front().if_object() : nullptr;
        auto const id = newest ? whole_in(*newest, "id") : std::nullopt;
        if (!id) {
            add(check, weight::info, untold);
            co_return;
        }
        auto const got = co_await send(fmt::format("bookings/{}", *id));
        if (got.has_error()) {
            lost(got.error());
            co_return;
        }
        for (auto const& said : errors_in(answer_of(got->response)))
            if (said.message.find("useTax") != std::string::npos) {
                add(check, weight::fault,
                    "a customer group shows prices without tax: QloApps then answers every booking "
                    "with an error, though it makes it, and guests wait for their confirmation",
                    "QloApps, Customers > Groups: set the price display method of all groups to "
                    "Tax included");
                co_return;
            }
        if (got->response.status == 200)
            add(check, weight::ok, "bookings are answered properly");
        else
            out_.push_back(
                {check, weight::warning,
                 fmt::format("reading booking {} was answered with {}", *id, got->response.status),
                 "look at PHP's error log on the shop's server"});
    }

    task<> answer_times() {
        std::vector<milliseconds> took;
        for (int i = 0; i < repeated_reads; ++i) {
            auto const got = co_await send(hotel_target());
            if (got.has_error()) {
                lost(got.error());
                co_return;
            }
            took.push_back(got->took);
        }
        std::ranges::sort(took);
        auto const p50 = took[took.size() / 2], p95 = took.back();
        auto const said = fmt::format("a read takes p50 {} ms, at most {} ms of {} reads",
                                      p50.count(), p95.count(), repeated_reads);
        if (p95 >= slow || p95 * 2 >= with_.read_deadline)
            add("pms.latency", weight::warning, said + ": guests will wait",
                "give the shop's server more power or PHP's opcode cache; PMS_TIMEOUT is the "
                "longest wait for one answer");
        else
            add("pms.latency", weight::ok, said);
    }

    net::http_client& http_;
    clock const& time_;
    adapter_options with_;
    std::string root_;
    bool may_read_bookings_{false}, gone_{false};
    pms_observations out_;
};

}  // namespace

task<pms_observations> check_pms(net::http_client& http, clock const& time, adapter_options with) {
    examination look(http, time, std::move(with));
    co_return co_await look.all();
}

}  // namespace agente::qloapps
