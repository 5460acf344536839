#include "operations/concurrent_index.hpp"

#include <fmt/format.h>

#include <boost/describe/class.hpp>
#include <vector>

#include "base/text.hpp"
#include "operations/our_objects.hpp"

namespace agente::operations {
namespace {

struct left_behind {
    std::int64_t builder{};  // the process that builds it; 0: nobody
};
BOOST_DESCRIBE_STRUCT(left_behind, (), (builder))

constexpr postgres::query<left_behind, std::string, std::string> find_invalid{
    "migrate.find_invalid",
    "select coalesce((select min(p.pid) from pg_catalog.pg_stat_progress_create_index p"
    "                  where p.index_relid = c.oid), 0)::pg_catalog.int8 as builder"
    "  from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid"
    "  join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
    " where n.nspname = $1 and c.relname = $2 and not i.indisvalid"};

// Words, and names in double quotes; a parenthesis ends what matters here.
std::vector<std::string> words_of(std::string_view statement) {
    std::vector<std::string> words;
    std::string word;
    bool quoted = false;
    for (char const c : statement) {
        if (c == '"') quoted = !quoted;
        if (!quoted && (c == '(' || c == ' ' || c == '\n' || c == '\t' || c == '\r')) {
            if (!word.empty()) words.push_back(std::exchange(word, {}));
            if (c == '(') break;
        } else {
            word += quoted || c == '"' ? c : text::lower(std::string_view(&c, 1))[0];
        }
    }
    if (!word.empty()) words.push_back(std::move(word));
    return words;
}

std::string plain(std::string_view name) {
    if (name.size() < 2 || name.front() != '"') return std::string(name);
    return std::string(name.substr(1, name.size() - 2));
}

[[noreturn]] void refuse(std::string message) {
    throw failure(error(error_kind::invalid, "migrate.not_repeatable", std::move(message)));
}

}  // namespace

std::optional<concurrent_index> index_made_by(std::string_view statement) {
    auto const words = words_of(statement);
    std::size_t at = 0;
    auto const next = [&](std::string_view word) {
        bool const same = at < words.size() && words[at] == word;
        if (same) ++at;
        return same;
    };
    if (next("drop")) {
        if (next("index") && next("concurrently") && !next("if"))
            refuse(
                "DROP INDEX CONCURRENTLY must say IF EXISTS, so that a run which was cut off can "
                "be repeated");
        return std::nullopt;
    }
    if (!next("create")) return std::nullopt;
    next("unique");
    if (!next("index") || !next("concurrently")) return std::nullopt;
    if (!next("if") || !next("not") || !next("exists"))
        refuse(
            "CREATE INDEX CONCURRENTLY must say IF NOT EXISTS, so that a run which was cut off "
            "can be repeated");
    if (at >= words.size() || words[at] == "on") refuse("the index must have a name");
    auto const name = plain(words[at++]);
    next("on");
    next("only");
    auto const dot = at < words.size() ? words[at].find('.') : std::string::npos;
    if (dot == std::string::npos) refuse("the table must be named with its schema");
    return concurrent_index{plain(std::string_view(words[at]).substr(0, dot)), name};
}

bool drop_when_invalid(postgres::command_connection& database, concurrent_index const& index) {
    auto const found = database.row(find_invalid, index.schema, index.name);
    if (!found) return false;
    if (found->builder != 0)
        throw failure(
            error(error_kind::conflict, "migrate.index_under_way",
                  fmt::format(
                      "another session (process {}) is building {}.{}: wait for it, then try again",
                      found->builder, index.schema, index.name)));
    database.ask("migrate.drop_invalid",
                 fmt::format("drop index concurrently if exists {}.{}", quoted_name(index.schema),
                             quoted_name(index.name)));
    return true;
}

}  // namespace agente::operations
