#include "support/servers.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>

#include "operations/deploy.hpp"

namespace agente::support {
namespace {

namespace fs = std::filesystem;

// A folder in the temporary folder, locked while we live. Those of test runs that were killed are
// removed by the next one.
class temporary_home {
public:
    temporary_home() {
        auto const base = fs::temp_directory_path();
        remove_orphans(base);
        std::string name = (base / "agente-servers-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr)
            throw std::runtime_error("no temporary folder in " + base.string());
        path_ = name;
        ::chmod(path_.c_str(), 0755);  // the servers' user passes through
        lock_ = lock(path_);
    }
    ~temporary_home() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
        if (lock_ >= 0) ::close(lock_);
    }
    fs::path const& path() const { return path_; }

private:
    static int lock(fs::path const& folder) {
        int const fd = ::open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (fd >= 0 && ::flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
        if (fd >= 0) ::close(fd);
        return -1;
    }
    static void remove_orphans(fs::path const& base) {
        std::error_code ignored;
        for (auto const& entry : fs::directory_iterator(base, ignored)) {
            bool const ours = entry.path().filename().string().starts_with("agente-servers-") &&
                              fs::exists(entry.path() / "lock", ignored);
            if (int const fd = ours ? lock(entry.path()) : -1; fd >= 0) {
                fs::remove_all(entry.path(), ignored);
                ::close(fd);
            }
        }
    }

    fs::path path_;
    int lock_{-1};
};

temporary_home& home() {
    static temporary_home one;
    return one;
}

// Databases that a test made go when it ends.
class dropper : public testing::EmptyTestEventListener {
public:
    static dropper& instance() {
        static auto* const one = [] {
            auto* const made = new dropper;  // gtest deletes it
            testing::UnitTest::GetInstance()->listeners().Append(made);
            return made;
        }();
        return *one;
    }
    void drop_at_end_of_test(std::string name) {
        if (testing::UnitTest::GetInstance()->current_test_info() != nullptr)
            names_.push_back(std::move(name));
    }
    void OnTestEnd(testing::TestInfo const&) override {
        for (auto const& name : std::exchange(names_, {}))
            if (postgres().running())
                sql(postgres().url("postgres"),
                    "drop database if exists " + name + " with (force)");
    }

private:
    std::vector<std::string> names_;
};

void deploy_into(std::string const& url) {
    operations::deploy(agente::postgres::parse_url(url).value());
}

std::string const& deployed_template() {
    static std::string const name = [] {
        std::string const made = "deployed_template";
        sql(postgres().url("postgres"), "create database " + made);
        deploy_into(postgres().url(made));
        return made;
    }();
    return name;
}

}  // namespace

std::filesystem::path server_folder(std::string_view name) { return home().path() / name; }

embedded::postgres_server& postgres() {
    static embedded::postgres_server one({.folder = server_folder("postgres"),
                                          .database = "postgres",
                                          .durable = false,
                                          .settings = {{"max_connections", "200"}}});
    return one;
}

embedded::redis_server& redis() {
    static embedded::redis_server one({.folder = server_folder("redis")});
    return one;
}

void deploy(std::string const& url) { deploy_into(url); }

std::string fresh_database(bool deployed) {
    static std::atomic<int> count{0};
    auto const name = "test_" + std::to_string(++count);
    sql(postgres().url("postgres"),
        "create database " + name + " template " + (deployed ? deployed_template() : "template0"));
    dropper::instance().drop_at_end_of_test(name);
    return postgres().url(name);
}

std::string sql(std::string const& url, std::string const& statements) {
    std::unique_ptr<PGconn, decltype(&PQfinish)> const connection(PQconnectdb(url.c_str()),
                                                                  PQfinish);
    if (PQstatus(connection.get()) != CONNECTION_OK)
        throw std::runtime_error(PQerrorMessage(connection.get()));
    PQsetNoticeProcessor(
        connection.get(), [](void*, char const*) {}, nullptr);
    std::unique_ptr<PGresult, decltype(&PQclear)> const answer(
        PQexec(connection.get(), statements.c_str()), PQclear);
    auto const status = PQresultStatus(answer.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        throw std::runtime_error(PQerrorMessage(connection.get()));
    return PQntuples(answer.get()) > 0 ? PQgetvalue(answer.get(), 0, 0) : "";
}

agente::postgres::options pool_options(std::string const& url) {
    return {.server = agente::postgres::parse_url(url).value(),
            .mode = agente::postgres::pipeline_mode::multi,
            .size = 2};
}

}  // namespace agente::support
