// Group commit alone: messages stored a second by senders that each wait for their own commit,
// beside one INSERT each. Prints a Markdown table.
#include <CLI/CLI.hpp>
#include <map>
#include <tuple>

#include "base/ids.hpp"
#include "bench/loop.hpp"
#include "bench/private_database.hpp"
#include "bench/statistics.hpp"
#include "postgres/group_commit.hpp"
#include "telemetry/metrics.hpp"

namespace agente::bench {
namespace {

using namespace std::chrono_literals;

struct settings {
    double seconds{1.2};
    std::size_t connections{4};
    std::vector<int> rtts{0, 20}, senders{32, 128, 512};
    int rounds{3};
};

struct message_row {
    std::string id, channel, provider_message_id, tenant_id, guest, recipient, kind;
    boost::json::value body;
};
BOOST_DESCRIBE_STRUCT(message_row, (),
                      (id, channel, provider_message_id, tenant_id, guest, recipient, kind, body))

constexpr postgres::group_query group_insert{
    "bench.add_messages",
    "insert into agente.inbox (id, channel, provider_message_id, tenant_id, guest, recipient, kind, body)"
    " select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[])"
    " on conflict (channel, provider_message_id) do nothing"
    " returning channel || ' ' || provider_message_id"};

constexpr postgres::query<void, std::string, std::string, std::string, std::string, std::string,
                          std::string, std::string, boost::json::value>
    one_insert{
        "bench.add_message",
        "insert into agente.inbox (id, channel, provider_message_id, tenant_id, guest, recipient, kind, body)"
        " values ($1::uuid, $2, $3, $4, $5, $6, $7, $8)"
        " on conflict (channel, provider_message_id) do nothing"};

enum class way { one_a_connection, one_each, group };
constexpr std::string_view names[] = {"one INSERT a connection", "one INSERT each, multi",
                                      "group commit"};

struct load {
    bool over{false}, counting{false};
    std::size_t stored{0};
    std::string text = std::string(400, 'x');
    latencies taken;
};

message_row make_row(load const& of) {
    auto id = new_uuid();
    return {.id = id,
            .channel = "whatsapp",
            .provider_message_id = "wamid." + id,
            .tenant_id = "hotel",
            .guest = "+5491155550001",
            .recipient = "106540352242922",
            .kind = "text",
            .body = boost::json::object{{"text", of.text}, {"phone", "+5491155550001"}}};
}

task<> sender(postgres::database& db, postgres::group_commit<message_row>* group, load& of) {
    auto const as = postgres::access::system();
    while (!of.over) {
        auto row = make_row(of);
        auto const start = steady::now();
        if (group != nullptr)
            co_await group->add(std::move(row));
        else
            co_await db.execute(as, one_insert, row.id, row.channel, row.provider_message_id,
                                row.tenant_id, row.guest, row.recipient, row.kind, row.body);
        ++of.stored;
        if (of.counting) of.taken.add(steady::now() - start);
    }
}

struct result {
    double per_second{0}, p50{0}, p99{0}, rows{0}, cpu_us{0};
    std::size_t stored{0};
};

result measure(settings const& with, std::string const& url, way how, int senders, int rtt) {
    asio::io_context loop;
    telemetry::metrics metrics;
    postgres::options o;
    o.server = postgres::parse_url(url).value();
    o.mode =
        how == way::one_each ? postgres::pipeline_mode::multi : postgres::pipeline_mode::single;
    o.size = with.connections;
    o.most_wait = o.reply_deadline = 60s;
    postgres::database db(loop, o, metrics);
    run(loop, db.start());
    while (db.now().open < with.connections) loop.run_one();
    postgres::group_commit<message_row> group(
        db, postgres::access::system(), group_insert,
        [](message_row const& row) { return row.channel + ' ' + row.provider_message_id; },
        metrics);

    load of;
    int running = senders;
    for (int n = 0; n < senders; ++n)
        asio::co_spawn(loop, sender(db, how == way::group ? &group : nullptr, of),
                       [&](std::exception_ptr e) {
                           --running;
                           if (e) std::rethrow_exception(e);
                       });
    loop.run_for(seconds(0.2 + 6 * rtt / 1'000.0));
    auto const before = group.statistics();
    auto const cpu_before = cpu_seconds();
    of.counting = true;
    auto const start = steady::now();
    loop.run_for(seconds(with.seconds));
    auto const took = std::chrono::duration<double>(steady::now() - start).count();
    of.counting = false;
    auto const cpu = cpu_seconds() - cpu_before;
    auto const& after = group.statistics();
    result out;
    auto const many = static_cast<double>(of.taken.size());
    out.per_second = many / took;
    out.p50 = of.taken.percentile(0.5);
    out.p99 = of.taken.percentile(0.99);
    out.cpu_us = many > 0 ? cpu * 1e6 / many : 0;
    out.rows = after.statements > before.statements
                   ? static_cast<double>(after.rows - before.rows) /
                         static_cast<double>(after.statements - before.statements)
                   : 1;
    of.over = true;
    while (running > 0) loop.run_one();
    out.stored = of.stored;
    run(loop, group.stop());
    run(loop, db.stop());
    return out;
}

struct line {
    rounds per_second, p50, p99, rows, cpu;
};

void table(settings const& with) {
    temporary_folder const folder;
    private_database database(folder.path());
    std::map<std::tuple<int, int, way>, line> lines;
    for (int round = 1; round <= with.rounds; ++round)
        for (auto const rtt : with.rtts)
            for (auto const senders : with.senders)
                for (auto const how : {way::one_a_connection, way::one_each, way::group}) {
                    database.execute("truncate agente.inbox cascade");
                    auto const got = measure(with, database.url(rtt), how, senders, rtt);
                    auto const there = database.number("select count(*) from agente.inbox");
                    if (static_cast<std::int64_t>(got.stored) != there)
                        throw std::runtime_error(fmt::format(
                            "{} messages were acknowledged, {} are stored", got.stored, there));
                    auto& to = lines[{rtt, senders, how}];
                    to.per_second.add(got.per_second);
                    to.p50.add(got.p50);
                    to.p99.add(got.p99);
                    to.rows.add(got.rows);
                    to.cpu.add(got.cpu_us);
                    progress(fmt::format("round {} of {}: RTT {} ms, {} senders, {}: {:.0f}/s",
                                         round, with.rounds, rtt, senders,
                                         names[static_cast<int>(how)], got.per_second));
                }
    fmt::print(
        "| RTT ms | senders | how | messages/s | p50 ms | p99 ms | p99 in RTT | of one a "
        "connection | rows an INSERT | CPU us a message |\n"
        "|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|\n");
    for (auto const& [which, of] : lines) {
        auto const [rtt, senders, how] = which;
        auto const& alone = lines.at({rtt, senders, way::one_a_connection});
        fmt::print("| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", rtt, senders,
                   names[static_cast<int>(how)], of.per_second.show_with_spread(), of.p50.show(1),
                   of.p99.show(1), rtt > 0 ? fmt::format("{:.1f}", of.p99.median() / rtt) : "",
                   how == way::one_a_connection
                       ? ""
                       : times(of.per_second.median(), alone.per_second.median()),
                   of.rows.show(1), of.cpu.show());
    }
    fmt::print(
        "\n{} connections, rows of some 700 bytes into the deployed inbox table as the system's "
        "role, fsync on; each sender waits for its own commit. After every measurement the rows "
        "were counted: all that were acknowledged are there. One INSERT a connection cannot exceed "
        "connections/RTT = {:.0f}/s at 20 ms. Medians of {} interleaved rounds of {} s; ± is half "
        "the range. CPU is the client's.\n",
        with.connections, static_cast<double>(with.connections) / 0.020, with.rounds, with.seconds);
}

}  // namespace
}  // namespace agente::bench

int main(int argc, char** argv) {
    agente::bench::settings with;
    CLI::App app("Group commit beside one INSERT each");
    app.add_option("--seconds", with.seconds, "measured per line and round");
    app.add_option("--rounds", with.rounds);
    app.add_option("--connections", with.connections);
    app.add_option("--rtt", with.rtts, "milliseconds")->delimiter(',');
    app.add_option("--senders", with.senders)->delimiter(',');
    CLI11_PARSE(app, argc, argv);
    agente::bench::table(with);
}
