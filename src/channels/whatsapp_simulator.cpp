#include "channels/whatsapp_simulator.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <charconv>
#include <deque>

#include "base/ids.hpp"
#include "base/text.hpp"
#include "channels/crew.hpp"
#include "channels/whatsapp_payload_builder.hpp"
#include "guest/reply.hpp"
#include "net/gate.hpp"
#include "net/retry.hpp"

namespace agente::channels {

namespace json = boost::json;
namespace limits = guest::limits;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

std::string text_at(json::value const& from, std::initializer_list<std::string_view> path) {
    auto const* v = &from;
    for (auto const name : path) {
        auto const* o = v->if_object();
        v = o ? o->if_contains(name) : nullptr;
        if (!v) return {};
    }
    return v->is_string() ? std::string(v->get_string()) : std::string();
}

json::array const* list_at(json::value const& from, std::initializer_list<std::string_view> path) {
    auto const* v = &from;
    for (auto const name : path) {
        auto const* o = v->if_object();
        v = o ? o->if_contains(name) : nullptr;
        if (!v) return nullptr;
    }
    return v->if_array();
}

http::response graph_error(int status, int code, std::string_view message,
                           std::string_view details = {}) {
    json::object e{{"message", message},
                   {"type", "OAuthException"},
                   {"code", code},
                   {"fbtrace_id", "AXsimulated"}};
    if (!details.empty())
        e["error_data"] = json::object{{"messaging_product", "whatsapp"}, {"details", details}};
    return http::json_response(json::object{{"error", std::move(e)}}, status);
}

json::object shown(captured_message const& m) {
    json::array choices;
    for (auto const& c : m.choices)
        choices.push_back(
            json::object{{"id", c.id}, {"title", c.title}, {"description", c.description}});
    return {{"number", m.number},
            {"id", m.wamid},
            {"phone_number_id", m.number_id},
            {"to", m.to},
            {"text", m.text},
            {"list", m.list},
            {"choices", std::move(choices)},
            {"biz_opaque_callback_data", m.callback_data}};
}

std::uint64_t number_of(std::optional<std::string_view> text, std::uint64_t most) {
    std::uint64_t n = 0;
    if (text) std::from_chars(text->data(), text->data() + text->size(), n);
    return std::min(n, most);
}

}  // namespace

std::string read_captured(json::value const& body, captured_message& into) {
    if (text_at(body, {"messaging_product"}) != "whatsapp")
        return "Param messaging_product must be one of {WHATSAPP}";
    into.to = text_at(body, {"to"});
    if (into.to.empty()) into.to = text_at(body, {"recipient"});
    if (into.to.empty()) return "The parameter to is required.";
    into.callback_data = text_at(body, {"biz_opaque_callback_data"});
    if (into.callback_data.size() > 512)
        return "Param biz_opaque_callback_data must be at most 512 characters";
    auto const type = text_at(body, {"type"});
    if (type == "text") {
        into.text = text_at(body, {"text", "body"});
        auto const size = text::code_points(into.text);
        return size >= 1 && size <= limits::text
                   ? ""
                   : "Param text['body'] must be between 1 and 4096 characters long.";
    }
    if (type != "interactive") return "Param type is not one this simulator takes";
    into.text = text_at(body, {"interactive", "body", "text"});
    auto const size = text::code_points(into.text);
    if (size < 1 || size > limits::interactive)
        return "Body text length invalid. Min length: 1, Max length: 1024";
    into.list = text_at(body, {"interactive", "type"}) == "list";
    if (into.list) {
        auto const label = text::code_points(text_at(body, {"interactive", "action", "button"}));
        if (label < 1 || label > limits::list_button)
            return "Button label is too long or missing. Max length is 20";
        auto const* sections = list_at(body, {"interactive", "action", "sections"});
        if (!sections || sections->empty() || sections->size() > 10)
            return "Invalid sections count. Min allowed: 1. Max allowed: 10";
        for (auto const& section : *sections)
            if (auto const* rows = list_at(section, {"rows"}))
                for (auto const& row : *rows) {
                    into.choices.push_back({text_at(row, {"id"}), text_at(row, {"title"}),
                                            text_at(row, {"description"})});
                    if (text::code_points(text_at(row, {"description"})) > limits::row_description)
                        return "Row description is too long. Max length is 72";
                }
        if (into.choices.empty() || into.choices.size() > limits::rows)
            return "Total row count exceed max allowed count: 10";
    } else {
        auto const* buttons = list_at(body, {"interactive", "action", "buttons"});
        if (!buttons || buttons->empty() || buttons->size() > limits::buttons)
            return "Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3";
        for (auto const& button : *buttons)
            into.choices.push_back(
                {text_at(button, {"reply", "id"}), text_at(button, {"reply", "title"}), {}});
    }
    auto const most_title = into.list ? limits::row_title : limits::button_title;
    for (std::size_t i = 0; i < into.choices.size(); ++i) {
        auto const& c = into.choices[i];
        if (c.id.empty() || text::code_points(c.id) > (into.list ? 200u : 256u))
            return "Id is too long or missing";
        if (c.title.empty() || text::code_points(c.title) > most_title)
            return "Title is too long or missing";
        for (std::size_t j = 0; j < i; ++j)
            if (into.choices[j].id == c.id || into.choices[j].title == c.title)
                return "Duplicated id or title";
    }
    return {};
}

struct whatsapp_simulator::impl {
    impl(asio::io_context& loop, clock const& t, telemetry::metrics& metrics,
         whatsapp_simulator_options o)
        : time(t), options(std::move(o)), http(loop, {}, metrics), posting(loop.get_executor()) {
        routes.add("POST", "/{version}/{number}/messages",
                   [this](http::request const& r) { return take(r); });
        http::route_doc look{.summary = "Messages that were taken"};
        look.limits.deadline = 60s;
        routes.add(
            "GET", "/_captured", [this](http::request const& r) { return look_at(r); },
            std::move(look));
        http::server_options with;
        with.access_log = false;
        server = std::make_unique<http::server>(loop, routes, with, metrics);
    }

    task<http::response> take(http::request const& r) {
        if (!constant_time_equal(r.header("authorization"),
                                 "Bearer " + std::string(options.access_token.reveal())))
            co_return graph_error(401, 190,
                                  "Invalid OAuth access token - Cannot parse access token");
        json::error_code ec;
        auto const body = json::parse(r.body, ec);
        captured_message m;
        auto const wrong = ec ? std::string("The body is not JSON") : read_captured(body, m);
        if (!wrong.empty()) co_return graph_error(400, 100, "(#100) Invalid parameter", wrong);
        auto const now_faulty = fault_times > 0 ? fault : sending_fault::none;
        if (fault_times > 0) --fault_times;
        if (now_faulty == sending_fault::rate_limited)
            co_return graph_error(429, 130429, "(#130429) Rate limit hit");
        if (now_faulty == sending_fault::refused)
            co_return graph_error(400, 131026, "(#131026) Message undeliverable");
        m.number = ++last;
        m.wamid = new_wamid();
        m.number_id = r.path_params.at("number");
        auto const answer = http::json_response(
            json::object{{"messaging_product", "whatsapp"},
                         {"contacts", json::array{json::object{{"input", m.to}, {"wa_id", m.to}}}},
                         {"messages", json::array{json::object{{"id", m.wamid}}}}});
        if (!options.webhook_url.empty()) posting.run("whatsapp_statuses", tell(m));
        kept.push_back(std::move(m));
        if (kept.size() > options.most_captured) kept.pop_front();
        arrived.open_all();
        if (now_faulty == sending_fault::hang) {
            net::gate never;
            co_await never.wait();
        }
        if (now_faulty == sending_fault::lost_answer) {
            http::response cut;
            cut.hang_up = true;
            co_return cut;
        }
        if (now_faulty == sending_fault::error_after)
            co_return graph_error(500, 131000, "(#131000) Something went wrong");
        co_return answer;
    }

    task<http::response> look_at(http::request const& r) {
        auto const to = r.query.find("to");
        auto const digits = to && to->starts_with('+') ? std::optional(to->substr(1)) : to;
        auto const after = number_of(r.query.find("after"), UINT64_MAX);
        auto const until = steady_clock::now() +
                           std::chrono::milliseconds(number_of(r.query.find("wait_ms"), 30'000));
        json::array found;
        for (;;) {
            for (auto const& m : kept)
                if (m.number > after && (!digits || m.to == *digits)) found.push_back(shown(m));
            if (!found.empty() || !co_await arrived.wait_until(until)) break;
        }
        co_return http::json_response(json::object{{"last", last}, {"messages", std::move(found)}});
    }

    // Meta delivers statuses at least once, for days; here for a while.
    task<> tell(captured_message m) {
        for (std::string_view status : {"sent", "delivered"}) {
            auto const end = steady_clock::now() + options.keep_posting;
            system_random random;
            net::backoff pauses({100ms, 2s}, random);
            for (;;) {
                auto const content =
                    status_payload(m.number_id, m.to, m.wamid, status, m.callback_data, time.now());
                auto request = signed_webhook(options.webhook_url, options.app_secret, content);
                auto const answer = co_await http.send(std::move(request));
                if ((answer && answer->status == 200) || steady_clock::now() >= end) break;
                co_await net::pause(pauses.next());
            }
        }
    }

    clock const& time;
    whatsapp_simulator_options options;
    net::http_client http;
    http::router routes;
    std::unique_ptr<http::server> server;
    std::deque<captured_message> kept;
    std::uint64_t last{0};
    net::gate arrived;
    sending_fault fault{sending_fault::none};
    int fault_times{0};
    std::string address;
    crew posting;
};

whatsapp_simulator::whatsapp_simulator(asio::io_context& loop, clock const& time,
                                       telemetry::metrics& metrics,
                                       whatsapp_simulator_options options)
    : impl_(std::make_shared<impl>(loop, time, metrics, std::move(options))) {}

whatsapp_simulator::~whatsapp_simulator() = default;

unsigned short whatsapp_simulator::listen(std::string const& address, unsigned short port) {
    auto const got = impl_->server->listen(address, port);
    impl_->address = fmt::format("http://{}:{}", address, got);
    return got;
}

std::string whatsapp_simulator::base_url() const { return impl_->address + "/v21.0"; }
std::string whatsapp_simulator::captured_url() const { return impl_->address + "/_captured"; }
void whatsapp_simulator::set_webhook(std::string url) {
    impl_->options.webhook_url = std::move(url);
}

void whatsapp_simulator::set_fault(sending_fault what, int times) {
    impl_->fault = what;
    impl_->fault_times = times;
}

task<> whatsapp_simulator::stop() {
    impl_->posting.cancel();
    co_await impl_->posting.join();
    co_await impl_->server->stop(200ms);
}

std::vector<captured_message> whatsapp_simulator::captured() const {
    return {impl_->kept.begin(), impl_->kept.end()};
}

}  // namespace agente::channels
