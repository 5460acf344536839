#include "operations/catalog.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <tuple>

#include "operations/catalog_queries.hpp"

namespace agente::operations {
namespace {

using postgres::query;

constexpr query<std::string> search_path{"catalog.search_path",
                                         "select pg_catalog.current_setting('search_path')"};
constexpr query<void, std::string> set_search_path{
    "catalog.set_search_path", "select pg_catalog.set_config('search_path', $1, true)"};

using key = std::tuple<std::size_t, std::string, std::string>;  // rank of the kind, table, name

struct side {
    std::map<key, catalog_entry const*> entries;
    std::set<std::string> tables;

    explicit side(catalog const& all) {
        std::map<std::string_view, std::size_t> rank;
        for (auto const& kind : catalog_kinds()) rank.emplace(kind.name, rank.size());
        for (auto const& one : all) {
            entries.emplace(key{rank.at(one.kind), one.table, one.name}, &one);
            if (one.kind == "table") tables.insert(one.name);
        }
    }
    catalog_entry const* find(key const& wanted) const {
        auto const found = entries.find(wanted);
        return found == entries.end() ? nullptr : found->second;
    }
};

class comparison {
public:
    comparison(catalog const& from, catalog const& to) : from_(from), to_(to) {}

    catalog_changes run() && {
        // What goes, goes first, in the order opposite to that of making.
        for (auto one = from_.entries.rbegin(); one != from_.entries.rend(); ++one) {
            auto const* const wanted = to_.find(one->first);
            if (wanted == nullptr) gone(one->first, *one->second);
            if (wanted != nullptr && wanted->definition != one->second->definition &&
                wanted->change.empty())
                add_sql(one->second->unmake);
        }
        for (auto const& [at, wanted] : to_.entries) {
            auto const* const found = from_.find(at);
            if (found == nullptr)
                made(*wanted);
            else if (found->definition != wanted->definition)
                altered(*found, *wanted);
        }
        std::ranges::stable_sort(out_.all, {}, [](catalog_change const& c) {
            return std::tuple(c.table, c.kind != "table");
        });
        return std::move(out_);
    }

private:
    void gone(key const& at, catalog_entry const& one) {
        bool const with_table = !one.table.empty() && one.kind != "table" &&
                                from_.tables.contains(one.table) && !to_.tables.contains(one.table);
        bool const loses = catalog_kinds()[std::get<0>(at)].holds_data;
        out_.all.push_back({change_kind::drop, one.kind, one.table, one.name, one.definition, "",
                            loses, with_table});
        if (with_table || one.unmake.empty()) return;
        add_sql(loses ? fmt::format("-- would lose what is in it: {}", one.unmake) : one.unmake);
    }

    void made(catalog_entry const& one) {
        bool const with_table =
            !one.table.empty() && one.kind != "table" && !from_.tables.contains(one.table);
        out_.all.push_back({change_kind::create, one.kind, one.table, one.name, "", one.definition,
                            false, with_table});
        add_sql(one.make);
    }

    void altered(catalog_entry const& found, catalog_entry const& wanted) {
        out_.all.push_back({change_kind::alter, wanted.kind, wanted.table, wanted.name,
                            found.definition, wanted.definition, false, false});
        add_sql(wanted.change.empty() ? wanted.make : wanted.change);
    }

    void add_sql(std::string const& statement) {
        if (!statement.empty()) out_.sql.push_back(statement);
    }

    side from_, to_;
    catalog_changes out_;
};

}  // namespace

std::string_view to_string(change_kind kind) noexcept {
    switch (kind) {
        case change_kind::create: return "create";
        case change_kind::alter: return "alter";
        case change_kind::drop: return "drop";
    }
    return "alter";
}

catalog read_catalog(postgres::command_connection& database) {
    auto const before = database.row(search_path).value();
    database.execute(set_search_path, std::string());
    catalog all;
    for (auto const& kind : catalog_kinds())
        for (auto& one : database.rows(kind.read)) all.push_back(std::move(one));
    database.execute(set_search_path, before);
    return all;
}

catalog_changes difference(catalog const& from, catalog const& to) {
    return comparison(from, to).run();
}

}  // namespace agente::operations
