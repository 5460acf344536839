#include "operations/schema_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

#include "base/crypto.hpp"
#include "base/text.hpp"

namespace agente::operations {
namespace {

namespace fs = std::filesystem;

error wrong(std::string message) {
    return error(error_kind::invalid, "deploy.bad_files", std::move(message));
}

result<sql_file> read(fs::path const& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream all;
    if (!in || !(all << in.rdbuf())) return wrong(fmt::format("{} cannot be read", file.string()));
    return sql_file{file.filename().string(), std::move(all).str()};
}

}  // namespace

std::string sql_file::checksum() const { return text::hex(crypto::sha256(text)); }

int sql_file::version() const {
    int number = 0;
    auto const [end, ec] = std::from_chars(name.data(), name.data() + name.size(), number);
    bool const named = ec == std::errc() && end == name.data() + 4 && name.size() > 4 &&
                       *end == '_' && name.ends_with(".sql");
    return named ? number : 0;
}

result<schema_files> checked(schema_files files) {
    std::ranges::sort(files.migrations, {}, &sql_file::version);
    int expected = 1;
    for (auto const& one : files.migrations) {
        if (one.version() == 0)
            return wrong(
                fmt::format("migration \"{}\" must be named like 0007_what_it_does.sql", one.name));
        if (one.version() != expected)
            return wrong(fmt::format(
                "migration \"{}\" stands where number {:04} must be: numbers have no gap and no double",
                one.name, expected));
        ++expected;
    }
    return files;
}

namespace {

result<schema_files> with_migrations(sql_file schema, fs::path const& folder) {
    schema_files files{std::move(schema), {}};
    std::error_code ec;
    for (auto const& entry : fs::directory_iterator(folder, ec)) {
        if (entry.path().extension() != ".sql") continue;
        auto one = read(entry.path());
        if (!one) return one.error();
        files.migrations.push_back(std::move(*one));
    }
    if (ec) return wrong(fmt::format("{} cannot be read: {}", folder.string(), ec.message()));
    return checked(std::move(files));
}

}  // namespace

result<schema_files> read_schema(fs::path const& folder) {
    auto schema = read(folder / "schema.sql");
    if (!schema) return schema.error();
    return with_migrations(std::move(*schema), folder / "migrations");
}

result<schema_files> files_of(fs::path const& schema_file) {
    if (schema_file.empty()) return embedded_schema();
    auto schema = read(schema_file);
    if (!schema) return schema.error();
    auto const beside = schema_file.parent_path() / "migrations";
    if (fs::is_directory(beside)) return with_migrations(std::move(*schema), beside);
    return schema_files{std::move(*schema), embedded_schema().migrations};
}

}  // namespace agente::operations
