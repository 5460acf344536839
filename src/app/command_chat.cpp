// agente-hotel chat: be a guest of a running demo from the terminal, on the real path: signed
// webhooks in, sent messages out.
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <charconv>
#include <iostream>

#include "app/command_line.hpp"
#include "app/demo_state.hpp"
#include "app/side_loop.hpp"
#include "base/text.hpp"
#include "channels/whatsapp_payload_builder.hpp"
#include "net/http_client.hpp"

namespace agente::app {
namespace {

namespace json = boost::json;

struct chat_options {
    std::string folder, tenant, as{"+5491155550001"}, name{"Ana"};
    long long wait_seconds{30};
};

std::string text_at(json::object const& o, std::string_view name) {
    auto const* v = o.if_contains(name);
    return v != nullptr && v->is_string() ? std::string(v->get_string()) : std::string();
}

struct offered {
    std::string id, title;
    bool list{};
};

class chat {
public:
    chat(running_demo demo, chat_options options)
        : demo_(std::move(demo)), options_(std::move(options)), http_(side_.loop(), {}, metrics_),
          guest_{options_.as, options_.name, demo_.hotel.phone_number_id} {}

    int talk() {
        bool const terminal = ::isatty(STDIN_FILENO) == 1;
        last_ = side_.run(look(UINT64_MAX, 0)).last;
        if (terminal)
            std::cout << "You are " << options_.as << ", writing to " << demo_.hotel.name
                      << ". Ctrl-D ends.\n";
        std::string line;
        while (prompt(terminal), std::getline(std::cin, line)) {
            line = text::scrub_utf8(text::trim(line));
            if (line.empty()) continue;
            if (!terminal) std::cout << "> " << line << '\n';
            send(line);
            if (!show_answers()) {
                std::cout << "(no answer within " << options_.wait_seconds << " s: see "
                          << demo_.at.http << "/health/ready)\n";
                return exit_failure;
            }
        }
        return exit_ok;
    }

private:
    struct sight {
        std::uint64_t last{};
        json::array messages;
    };

    static void prompt(bool terminal) {
        if (terminal) std::cout << "> " << std::flush;
    }

    task<net::http_response> ask(net::http_request what) {
        auto answer = co_await http_.send(std::move(what));
        if (!answer) throw failure(answer.error());
        co_return *std::move(answer);
    }

    task<sight> look(std::uint64_t after, int wait_ms) {
        net::http_request request;
        request.url = fmt::format("{}?to={}&after={}&wait_ms={}", demo_.at.captured,
                                  net::percent_encode(options_.as), after, wait_ms);
        request.deadline = std::chrono::seconds(40);
        auto const answer = co_await ask(std::move(request));
        auto const body = json::parse(answer.body).as_object();
        co_return sight{body.at("last").to_number<std::uint64_t>(), body.at("messages").as_array()};
    }

    // A number picks the option shown under it, as a tap would.
    void send(std::string const& line) {
        std::size_t number = 0;
        auto const [end, ec] = std::from_chars(line.data(), line.data() + line.size(), number);
        bool const tap = ec == std::errc{} && end == line.data() + line.size() && number >= 1 &&
                         number <= offered_.size();
        auto const id = channels::new_wamid();
        auto const now = real_clock{}.now();
        auto const payload = tap ? channels::choice_payload(guest_, id, offered_[number - 1].id,
                                                            offered_[number - 1].title,
                                                            offered_[number - 1].list, now)
                                 : channels::text_payload(guest_, id, line, now);
        auto request = channels::signed_webhook(demo_.at.http + "/webhooks/whatsapp",
                                                demo_.app_secret, payload);
        auto const answer = side_.run(ask(std::move(request)));
        if (answer.status != 200)
            throw failure(
                error(error_kind::unavailable, "chat.not_taken",
                      fmt::format("the service answered {}: {}", answer.status, answer.body)));
    }

    // The first answer may take a while; what follows it comes at once.
    bool show_answers() {
        auto const until =
            std::chrono::steady_clock::now() + std::chrono::seconds(options_.wait_seconds);
        bool any = false;
        while (std::chrono::steady_clock::now() < until) {
            auto const seen = side_.run(look(last_, any ? 700 : 2'000));
            if (seen.messages.empty() && any) return true;
            for (auto const& one : seen.messages) show(one.as_object());
            any = any || !seen.messages.empty();
        }
        return any;
    }

    void show(json::object const& message) {
        last_ = std::max(last_, message.at("number").to_number<std::uint64_t>());
        std::cout << "  " << demo_.hotel.name << ": ";
        for (char const c : text_at(message, "text")) {
            std::cout << c;
            if (c == '\n') std::cout << "    ";
        }
        std::cout << '\n';
        offered_.clear();
        bool const list = message.at("list").as_bool();
        for (auto const& choice : message.at("choices").as_array()) {
            offered_.push_back(
                {text_at(choice.as_object(), "id"), text_at(choice.as_object(), "title"), list});
            auto const description = text_at(choice.as_object(), "description");
            std::cout << "    [" << offered_.size() << "] " << offered_.back().title
                      << (description.empty() ? "" : " · ") << description << '\n';
        }
        std::cout << std::flush;
    }

    running_demo demo_;
    chat_options options_;
    telemetry::metrics metrics_;
    side_loop side_;
    net::http_client http_;
    channels::simulated_guest guest_;
    std::uint64_t last_{0};
    std::vector<offered> offered_;
};

int run(chat_options const& options) {
    auto const folder =
        options.folder.empty() ? default_demo_folder() : std::filesystem::absolute(options.folder);
    auto demo = read_running_demo(folder);
    if (!demo) {
        std::cerr << "agente-hotel chat: no demo is running with its data in " << folder.string()
                  << ". Start one with: agente-hotel demo (or name its folder with --data)\n";
        return exit_failure;
    }
    if (!options.tenant.empty() && options.tenant != demo->hotel.tenant) {
        std::cerr << "agente-hotel chat: the running demo has no tenant '" << options.tenant
                  << "', it has '" << demo->hotel.tenant << "'\n";
        return exit_failure;
    }
    return chat(*std::move(demo), options).talk();
}

}  // namespace

void add_chat_command(CLI::App& program, common_options&, int& exit_code) {
    auto const options = std::make_shared<chat_options>();
    auto* command = program.add_subcommand(
        "chat", "Be a guest of a running demo, from this terminal or from standard input");
    command->add_option("--tenant", options->tenant, "The hotel to write to (default: the demo's)");
    command->add_option("--as", options->as, "The guest's phone number")->capture_default_str();
    command->add_option("--name", options->name, "The guest's profile name")->capture_default_str();
    command->add_option("--data", options->folder, "The demo's folder (default: per user)");
    command->add_option("--wait", options->wait_seconds, "Longest wait for an answer, in seconds")
        ->check(CLI::Range(1, 600))
        ->capture_default_str();
    command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace agente::app
