// agente-hotel chat: be a guest of a running service from the terminal, on the real path.
#include <unistd.h>

#include <charconv>
#include <iostream>

#include "app/command_line.hpp"
#include "app/connections.hpp"
#include "app/demo_state.hpp"
#include "app/guest_line.hpp"
#include "app/identity_settings.hpp"
#include "base/text.hpp"

namespace agente::app {
namespace {

constexpr auto demo_guest = "+5491155550001";

struct chat_options {
    std::string folder, server, tenant, as, name{"Ana"};
    long long wait_seconds{30};
};

class chat {
public:
    chat(guest_line_options line, chat_options options)
        : options_(std::move(options)), server_(line.server), line_(std::move(line)) {}

    int talk() {
        bool const terminal = ::isatty(STDIN_FILENO) == 1;
        if (terminal)
            std::cout << "You are " << options_.as << ", writing to " << line_.hotel_name()
                      << ". Ctrl-D ends.\n";
        std::string text;
        while (prompt(terminal), std::getline(std::cin, text)) {
            text = text::scrub_utf8(text::trim(text));
            if (text.empty()) continue;
            if (!terminal) std::cout << "> " << text << '\n';
            send(text);
            if (!show_answers()) {
                std::cout << "(no answer within " << options_.wait_seconds << " s: see " << server_
                          << "/health/ready)\n";
                return exit_failure;
            }
        }
        return exit_ok;
    }

private:
    static void prompt(bool terminal) {
        if (terminal) std::cout << "> " << std::flush;
    }

    // A number picks the option shown under it, as a tap would.
    void send(std::string const& text) {
        std::size_t number = 0;
        auto const [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
        bool const tap = ec == std::errc{} && end == text.data() + text.size() && number >= 1 &&
                         number <= offered_.size();
        if (tap)
            line_.choose(offered_[number - 1].id, offered_[number - 1].title, list_);
        else
            line_.say(text);
    }

    // The first answer may take a while; what follows it comes at once.
    bool show_answers() {
        auto said = line_.listen(std::chrono::seconds(options_.wait_seconds));
        bool const any = !said.empty();
        while (!said.empty()) {
            for (auto& one : said) show(std::move(one));
            said = line_.listen(std::chrono::milliseconds(700));
        }
        return any;
    }

    void show(guest_line::heard said) {
        std::cout << "  " << line_.hotel_name() << ": ";
        for (char const c : said.text) {
            std::cout << c;
            if (c == '\n') std::cout << "    ";
        }
        std::cout << '\n';
        offered_ = std::move(said.choices);
        list_ = said.list;
        for (std::size_t i = 0; i < offered_.size(); ++i)
            std::cout << "    [" << i + 1 << "] " << offered_[i].title
                      << (offered_[i].description.empty() ? "" : " · ") << offered_[i].description
                      << '\n';
        if (!said.trouble.empty())
            std::cout << "    (WhatsApp refused to deliver it: " << said.trouble << ")\n";
        std::cout << std::flush;
    }

    chat_options options_;
    std::string server_;
    guest_line line_;
    std::vector<channels::captured_message::choice> offered_;
    bool list_{};
};

int complain(std::string const& what) {
    std::cerr << "agente-hotel chat: " << what << '\n';
    return exit_failure;
}

int chat_with_demo(running_demo const& demo, std::filesystem::path const& folder,
                   chat_options options) {
    if (options.as.empty()) options.as = demo_guest;
    if (options.tenant.empty()) options.tenant = demo.hotel.tenant;
    guest_line_options line{
        .server = demo.at.http,
        .app_secret = demo.app_secret,
        .tenant = options.tenant,
        .shared_number = demo.hotel.phone_number_id,
        .phone = options.as,
        .name = options.name,
        .settings_keys = {demo.settings_key},
        .other_keys =
            fmt::format("Set it again with the demo's own key, which is secrets.secret_key in "
                        "{}: PATCH /api/v1/admin/tenants/{} of the demo takes it",
                        (folder / "demo.json").string(), options.tenant)};
    line.database.server = postgres::parse_url(demo.at.postgres).value();
    return chat(std::move(line), std::move(options)).talk();
}

// The service that runs with these settings; its answers also go out on WhatsApp.
int chat_with_service(settings const& s, chat_options options) {
    if (options.tenant.empty()) return complain("say which hotel to write to: --tenant SLUG");
    if (options.as.empty())
        return complain(
            "say whose phone number to use: --as +NUMBER (the service also sends its answers to "
            "that number on WhatsApp, so take your own)");
    if (s.whatsapp_app_secret.empty())
        return complain(
            "WHATSAPP_APP_SECRET is not set: chat signs its messages as WhatsApp does, with the "
            "service's own settings (--env-file)");
    auto database = database_options(s, 0);
    if (!database) return complain(database.error().message());
    if (options.server.empty()) options.server = fmt::format("http://127.0.0.1:{}", s.port);
    guest_line_options line{
        .server = options.server,
        .app_secret = s.whatsapp_app_secret,
        .database = *std::move(database),
        .tenant = options.tenant,
        .shared_number = s.whatsapp_phone_number_id,
        .phone = options.as,
        .name = options.name,
        .settings_keys = settings_keys(s),
        .other_keys =
            fmt::format("Give chat the settings that the service runs with (--env-file); if "
                        "the service cannot read it either (channels.app_secret_unreadable in "
                        "its log), set it again: agente-hotel tenant set {} "
                        "whatsapp.app_secret",
                        options.tenant)};
    return chat(std::move(line), std::move(options)).talk();
}

int run(chat_options options, common_options const& common) {
    bool const a_service = !options.server.empty() || !common.env_file.empty();
    if (!options.as.empty() && !options.as.starts_with('+'))
        return complain("--as takes a phone number with its country: +5491155550001");
    while (options.server.ends_with('/')) options.server.pop_back();
    auto const folder =
        options.folder.empty() ? default_demo_folder() : std::filesystem::absolute(options.folder);
    if (!a_service)
        if (auto const demo = read_running_demo(folder))
            return chat_with_demo(*demo, folder, std::move(options));
    auto const got = load_settings(common.env_file.empty() ? ".env" : common.env_file,
                                   !common.env_file.empty(), common.flags);
    if (!got.problems.empty()) return complain(got.problems.front());
    if (!a_service && got.settings.database_url.empty())
        return complain(fmt::format(
            "no demo is running with its data in {}, and no service is configured here. Start a "
            "demo with: agente-hotel demo (or name its folder with --data), or name a service's "
            "settings with --env-file",
            folder.string()));
    return chat_with_service(got.settings, std::move(options));
}

}  // namespace

void add_chat_command(command const& program) {
    auto const options = std::make_shared<chat_options>();
    auto const it = program.add(
        "chat", "Be a guest of a running service, from this terminal or from standard input");
    it.text("--tenant", options->tenant, "The hotel to write to (default: the demo's)");
    it.text("--as", options->as,
            fmt::format("The guest's phone number (default, in a demo: {})", demo_guest));
    it.text("--name", options->name, "The guest's profile name");
    it.number("--wait", options->wait_seconds, 1, 600, "Longest wait for an answer, in seconds");
    it.text("--data", options->folder, "The demo's folder (default: per user)");
    it.text("--server", options->server,
            "A service instead of the demo (default: on this machine, at PORT)");
    it.env_file();
    it.run([options](common_options const& common) { return run(*options, common); });
}

}  // namespace agente::app
