#include "e2e/phones.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "base/ids.hpp"
#include "channels/whatsapp_payload_builder.hpp"
#include "net/retry.hpp"

namespace agente::e2e {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr auto patience =
    180s;  // a loaded machine under a sanitizer is slow; a test that fails takes this long

std::string text_of(boost::json::value const& v, std::string_view name) {
    return std::string(v.at(name).as_string());
}

channels::captured_message read(boost::json::value const& shown) {
    channels::captured_message m;
    m.number = shown.at("number").to_number<std::uint64_t>();
    m.wamid = text_of(shown, "id");
    m.to = text_of(shown, "to");
    m.text = text_of(shown, "text");
    m.list = shown.at("list").as_bool();
    for (auto const& one : shown.at("choices").as_array())
        m.choices.push_back(
            {text_of(one, "id"), text_of(one, "title"), text_of(one, "description")});
    return m;
}

failure gave_up(std::string what) {
    return failure(error(error_kind::timeout, "e2e.gave_up", std::move(what)));
}

}  // namespace

phone_network::phone_network(asio::io_context& loop, secret app_secret, std::string captured_url)
    : app_secret_(std::move(app_secret)), captured_url_(std::move(captured_url)),
      posting_(loop, {}, metrics_), fetching_(loop, {}, metrics_),
      background_(loop.get_executor()) {}

void phone_network::start() { background_.run("mail", fetch_mail()); }

task<> phone_network::stop() {
    background_.cancel();
    co_await background_.join();
}

// Those who wait for a message learn why none can come.
task<> phone_network::fetch_mail() {
    try {
        co_await fetch_until_it_fails();
    } catch (std::exception const& e) {
        trouble_ = e.what();
    }
    for (auto& [guest, box] : mail_) box.arrived.open_all();
}

task<> phone_network::fetch_until_it_fails() {
    std::uint64_t last = 0;
    for (;;) {
        net::http_request ask;
        ask.url = captured_url_ + "?wait_ms=10000&after=" + std::to_string(last);
        ask.deadline = 60s;
        auto const answer = co_await fetching_.send(std::move(ask));
        if (!answer) throw failure(answer.error());
        auto const news = boost::json::parse(answer->body);
        for (auto const& shown : news.at("messages").as_array()) {
            auto m = read(shown);
            last = std::max(last, m.number);
            auto& box = mail_[m.to];
            box.all.push_back(std::move(m));
            box.arrived.open_all();
        }
    }
}

task<> phone_network::deliver(boost::json::object payload) {
    auto const until = steady_clock::now() + patience;
    system_random random;
    net::backoff pauses({50ms, 500ms}, random);
    while (steady_clock::now() < until) {
        auto const& to = webhooks_.at(next_++ % webhooks_.size());
        auto request = channels::signed_webhook(to, app_secret_, payload);
        request.deadline = 30s;
        auto const answer = co_await posting_.send(std::move(request));
        if (answer && answer->status == 200) {
            ++counts_.acknowledged;
            co_return;
        }
        if (!answer)
            ++counts_.unreachable;
        else if (answer->status == 503)
            ++counts_.unavailable;
        else
            ++counts_.refused;
        if (answer && answer->status == 503 && answer->header("retry-after").empty())
            ++counts_.without_retry_after;
        co_await net::pause(pauses.next());
    }
    throw gave_up("nobody acknowledged a message");
}

phone::phone(phone_network& network, std::string number)
    : network_(network), number_(std::move(number)) {}

task<> phone::write(std::string text) {
    channels::simulated_guest const who{number_, "Guest", hotel_number_id};
    co_await network_.deliver(
        channels::text_payload(who, channels::new_wamid(), text, network_.now()));
}

task<> phone::tap(std::string id) {
    auto const& all = heard();
    if (all.empty()) throw gave_up(number_ + " has heard nothing to tap on");
    auto const last = all.back();
    for (auto const& choice : last.choices) {
        if (!choice.id.starts_with(id)) continue;
        channels::simulated_guest const who{number_, "Guest", hotel_number_id};
        co_return co_await network_.deliver(channels::choice_payload(
            who, channels::new_wamid(), choice.id, choice.title, last.list, network_.now()));
    }
    throw gave_up(number_ + " finds no choice " + id + " in: " + last.text);
}

task<channels::captured_message> phone::hear() {
    auto& box = network_.mail_of(digits());
    auto const until = steady_clock::now() + patience;
    while (box.all.size() <= read_)
        if (!co_await box.arrived.wait_until(until))
            throw gave_up(number_ +
                          " heard nothing after: " + (box.all.empty() ? "" : box.all.back().text));
    co_return box.all[read_++];
}

task<channels::captured_message> phone::say(std::string text) {
    co_await write(std::move(text));
    co_return co_await hear();
}

task<channels::captured_message> phone::choose(std::string id) {
    co_await tap(std::move(id));
    co_return co_await hear();
}

}  // namespace agente::e2e
