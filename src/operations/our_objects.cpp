#include "operations/our_objects.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace agente::operations {
namespace {

// The names that follow each `opening` at the start of a line.
std::vector<std::string> names_after(std::string_view text, std::string_view opening) {
    std::vector<std::string> all;
    auto const wanted = fmt::format("\n{}", opening);
    for (auto at = text.find(wanted); at != std::string_view::npos; at = text.find(wanted, at)) {
        at += wanted.size();
        all.emplace_back(text.substr(at, text.find_first_of(" (", at) - at));
    }
    return all;
}

std::string doubled(std::string_view text, char what) {
    std::string out(1, what);
    for (auto const c : text) {
        if (c == what) out += c;
        out += c;
    }
    return out + what;
}

}  // namespace

std::vector<std::string_view> const& our_public_tables() {
    static std::vector<std::string_view> const all{
        "lock_audit", "password_history", "tenant_user_identifiers",
        "tenants",    "user_sessions",    "users"};
    return all;
}

our_objects objects_of(schema_files const& files) {
    return {names_after(files.schema.text, "create table if not exists "),
            names_after(files.schema.text, "create or replace function ")};
}

std::string drop_script(our_objects const& ours) {
    std::string text = "do $agente$\ndeclare there text;\nbegin\n";
    text += fmt::format(
        "    select pg_catalog.string_agg(t.name, ', ') into there from (values ('{}')) as t (name)\n"
        "     where pg_catalog.to_regclass(t.name) is not null;\n"
        "    if there is not null then execute 'drop table ' || there; end if;\n",
        fmt::join(ours.tables, "'), ('"));
    for (auto const& one : ours.functions)
        text += fmt::format("    drop function if exists {}();\n", one);
    text +=
        "    if exists (select from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace\n"
        "                where e.extname = 'btree_gist' and n.nspname = 'agente') then\n"
        "        drop extension btree_gist;\n"
        "    end if;\n"
        "    drop schema if exists agente;\n"
        "end\n$agente$;\n";
    return text;
}

std::string quoted_name(std::string_view name) { return doubled(name, '"'); }

std::string quoted_text(std::string_view text) { return doubled(text, '\''); }

}  // namespace agente::operations
