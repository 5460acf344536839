// agente-hotel demo: the whole service with everything it needs, on this machine, without any
// configuration.
#include <filesystem>
#include <iostream>

#include "app/command_line.hpp"
#include "app/command_session.hpp"
#include "app/demo_servers.hpp"
#include "app/serving.hpp"
#include "base/log.hpp"
#include "base/whole_file.hpp"
#include "embedded/private_folder.hpp"

namespace agente::app {
namespace {

struct demo_options {
    long long port{8002};
    std::string folder;
    bool fresh{};
    long long workers{1};
    long long debounce_ms{400};
    bool verbose{};
};

// Everything of an earlier demo goes; anything else in the folder is not ours to delete.
void start_fresh(std::filesystem::path const& folder) {
    for (auto const* name :
         {"postgres", "redis", "pms.json", "demo.json", "demo-secrets.json", "service.log"})
        std::filesystem::remove_all(folder / name);
}

void say(std::string_view text) { std::cout << text << std::flush; }

// A password that was changed meanwhile stays changed.
task<> keep_operator(command_session& here, secret password) {
    demo_operator const who;
    try {
        co_await here.with.people.users.get_by_name(here.who, who.username);
        co_return;
    } catch (failure const& e) {
        if (e.reason().kind() != error_kind::not_found) throw;
    }
    co_await here.with.people.users.create(here.who, {.username = who.username,
                                                      .email = who.email,
                                                      .full_name = "Demo operator",
                                                      .tenant = std::nullopt,
                                                      .superuser = true,
                                                      .password = std::move(password),
                                                      .must_change = false});
}

void explain(demo_addresses const& at, demo_secrets const& with,
             std::filesystem::path const& folder, demo_hotel const& hotel,
             std::string const& program) {
    say(fmt::format(
        "\n{} is ready.\n\n"
        "  service          {}\n"
        "  readiness        {}/health/ready\n"
        "  API              {}/docs\n"
        "  its operator     {} / {}\n"
        "  metrics          {}/metrics\n"
        "  sent messages    {}\n"
        "  hotel system     {}\n"
        "  data and log     {}\n\n"
        "Be a guest, in another terminal:\n\n"
        "  {} chat{}\n\n"
        "and write for example:  Hola, quiero una habitación del 12 al 15 de marzo para 2 personas\n"
        "Stop with Ctrl-C.\n",
        hotel.name, at.http, at.http, at.http, demo_operator().username,
        with.operator_password().reveal(), at.http, at.captured, at.pms, folder.string(), program,
        folder == default_demo_folder() ? "" : " --data " + folder.string()));
}

int demo(demo_options const& options, common_options const& common) {
    std::filesystem::path folder =
        options.folder.empty() ? default_demo_folder() : std::filesystem::absolute(options.folder);
    folder = embedded::reachable_folder(folder);
    std::filesystem::create_directories(folder);
    if (options.fresh) start_fresh(folder);
    log::start(options.verbose ? log::level::debug : log::level::info,
               (folder / "service.log").string());

    auto const secrets = keep_secrets(folder);
    demo_hotel const hotel;
    telemetry::metrics metrics;
    demo_servers servers(folder, secrets, hotel, metrics, [&](std::string_view step) {
        if (!common.json) say(fmt::format("starting {} …\n", step));
    });

    settings s;
    s.environment = "development";
    s.port = options.port;
    s.workers = options.workers;
    s.debounce_ms = options.debounce_ms;
    s.secret_key = s.settings_keys = secrets.secret_key;
    s.pms_type = "mock";
    s.pms_api_key = secrets.pms_api_key;
    s.whatsapp_app_secret = secrets.app_secret;
    s.whatsapp_verify_token = secrets.verify_token;
    s.whatsapp_access_token = secrets.access_token;
    s.whatsapp_phone_number_id = hotel.phone_number_id;
    servers.fill(s);
    administer(s, false, [&](command_session& here) {
        return keep_operator(here, secrets.operator_password());
    });

    auto const state_file = folder / "demo.json";
    auto const program = std::filesystem::read_symlink("/proc/self/exe").string();
    auto const code = serve_until_signal(s, metrics, [&](unsigned short port) {
        demo_addresses at;
        at.http = fmt::format("http://127.0.0.1:{}", port);
        servers.fill(at);
        servers.webhook_is(at.http + "/webhooks/whatsapp");
        auto const line = describe(at, secrets, hotel);
        write_whole_file(state_file, line + "\n");
        if (common.json)
            say(line + "\n");
        else
            explain(at, secrets, folder, hotel, program);
    });
    std::filesystem::remove(state_file);
    if (!common.json) say("\nStopped. The data is kept; --fresh starts anew.\n");
    return code;
}

}  // namespace

void add_demo_command(command const& program) {
    auto const options = std::make_shared<demo_options>();
    auto const it =
        program.add("demo", "Everything on this machine, without any configuration: start here");
    it.number("--port", options->port, 0, 65535, "Port of the service; 0 takes a free one");
    it.text("--data", options->folder, "Folder the demo keeps its data in (default: per user)");
    it.flag("--fresh", options->fresh, "Forget the data of earlier runs first");
    it.number("--workers", options->workers, 1, 16, "Event loops");
    it.number("--debounce-ms", options->debounce_ms, 0, 60'000,
              "How long to wait for the guest's next bubble");
    it.flag("--verbose", options->verbose, "Log at debug level");
    it.json("One line of JSON when ready: addresses, secrets, hotel");
    it.run([options](common_options const& common) { return demo(*options, common); });
}

}  // namespace agente::app
