#include "operations/manifest.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>
#include <numeric>

namespace agente::operations {
namespace {

namespace json = boost::json;

constexpr std::string_view program_name = "agente-hotel";
constexpr int known_format = 1;

constexpr std::array<std::pair<backup_scope, std::string_view>, 3> scopes{
    {{backup_scope::everything, "everything"},
     {backup_scope::schema, "schema"},
     {backup_scope::data, "data"}}};

error not_ours() {
    return error(error_kind::invalid, "backup.not_a_backup",
                 "the file is no backup of this program: its manifest cannot be read");
}

table_sum read_table(json::value const& from) {
    auto const text = [&](char const* key) { return std::string(from.at(key).as_string()); };
    table_sum one{text("schema"),
                  text("name"),
                  {},
                  from.at("rows").to_number<std::int64_t>(),
                  text("checksum")};
    for (auto const& column : from.at("columns").as_array())
        one.columns.emplace_back(column.as_string());
    return one;
}

backup_manifest read_fields(json::value const& from) {
    backup_manifest out;
    auto const text = [&](char const* key) { return std::string(from.at(key).as_string()); };
    auto const scope = text("scope");
    for (auto const& [value, word] : scopes)
        if (scope == word) out.scope = value;
    out.created =
        time_point(std::chrono::seconds(from.at("created_unix").to_number<std::int64_t>()));
    out.project = text("project");
    out.database = text("database");
    out.server_version = from.at("server_version").to_number<int>();
    out.client_version = from.at("client_version").to_number<int>();
    if (!from.at("schema_version").is_null())
        out.schema_version = from.at("schema_version").to_number<int>();
    for (auto const& one : from.at("tables").as_array()) out.tables.push_back(read_table(one));
    return out;
}

}  // namespace

std::string_view to_string(backup_scope scope) noexcept {
    for (auto const& [value, word] : scopes)
        if (scope == value) return word;
    return "everything";
}

std::int64_t backup_manifest::rows() const {
    return std::accumulate(tables.begin(), tables.end(), std::int64_t{0},
                           [](std::int64_t sum, table_sum const& one) { return sum + one.rows; });
}

std::string to_json(backup_manifest const& m) {
    json::array tables;
    for (auto const& one : m.tables)
        tables.push_back({{"schema", one.schema},
                          {"name", one.name},
                          {"rows", one.rows},
                          {"checksum", one.checksum},
                          {"columns", json::array(one.columns.begin(), one.columns.end())}});
    auto const at = std::chrono::floor<std::chrono::seconds>(m.created);
    json::object const all{
        {"program", program_name},
        {"format", known_format},
        {"scope", to_string(m.scope)},
        {"created", to_rfc3339(time_point(at))},
        {"created_unix", at.time_since_epoch().count()},
        {"project", m.project},
        {"database", m.database},
        {"server_version", m.server_version},
        {"client_version", m.client_version},
        {"schema_version", m.schema_version ? json::value(*m.schema_version) : json::value()},
        {"tables", std::move(tables)}};
    return json::serialize(all) + '\n';
}

result<backup_manifest> read_manifest(std::string_view text) {
    boost::system::error_code wrong;
    auto const parsed = json::parse(text, wrong);
    if (wrong || !parsed.is_object()) return not_ours();
    try {
        if (parsed.at("program").as_string() != program_name) return not_ours();
        if (parsed.at("format").to_number<int>() > known_format)
            return error(error_kind::conflict, "backup.newer_program",
                         "the backup was made by a newer version of this program: use that one");
        return read_fields(parsed);
    } catch (std::exception const&) {  // a field is missing or of another type
        return not_ours();
    }
}

}  // namespace agente::operations
