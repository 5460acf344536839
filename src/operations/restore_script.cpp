#include "operations/restore_script.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "operations/migrate.hpp"
#include "operations/our_objects.hpp"

namespace agente::operations {
namespace {

std::string full_name(table_sum const& of) {
    return fmt::format("{}.{}", quoted_name(of.schema), quoted_name(of.name));
}

// pg_restore leaves it off, and then policies are errors instead of conditions.
constexpr std::string_view policies_on = "select set_config('row_security', 'on', true);\n";

// What each of our tables and foreign keys goes through, before and after.
std::string for_each_of_ours(std::string_view of_a_key, std::string_view of_a_table) {
    std::vector<std::string> in_public;
    for (auto const name : our_public_tables()) in_public.push_back(quoted_text(name));
    return fmt::format(
        "do $agente$\ndeclare one record;\nbegin\n"
        "    for one in select n.nspname, c.relname, k.conname, c.relrowsecurity\n"
        "                 from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace\n"
        "                 left join pg_catalog.pg_constraint k on k.conrelid = c.oid and k.contype = 'f'\n"
        "                where c.relkind = 'r' and (n.nspname = 'agente' or (n.nspname = 'public' and c.relname in ({}))) loop\n"
        "        if one.conname is not null then\n"
        "            execute format('alter table %I.%I alter constraint %I {}', one.nspname, one.relname, one.conname);\n"
        "        end if;\n"
        "        if one.relrowsecurity then\n"
        "            execute format('alter table %I.%I {}', one.nspname, one.relname);\n"
        "        end if;\n"
        "    end loop;\nend\n$agente$;\n",
        fmt::join(in_public, ", "), of_a_key, of_a_table);
}

std::string record(int version, sql_file const& file) {
    return fmt::format(
        "insert into agente.migrations (version, name, checksum) values ({0}, {1}, {2})"
        " on conflict (version) do update set name = excluded.name, checksum = excluded.checksum,"
        " applied_at = now(), applied_by = current_user;\n",
        version, quoted_text(file.name), quoted_text(file.checksum()));
}

}  // namespace

// The lock is that of deployments.
std::string begin_restore() {
    return "begin;\n"
           "select set_config('lock_timeout', '10s', true), set_config('statement_timeout', '0', true);\n"
           "select pg_catalog.pg_advisory_xact_lock(x'6167656e7465'::bigint);\n" +
           fixed_formats() + ";\n";
}

std::string refuse_rows(std::vector<table_sum> const& tables) {
    std::string out = "do $agente$\nbegin\n";
    for (auto const& one : tables)
        if (!is_bookkeeping(one))
            out += fmt::format(
                "    if exists (select from only {}) then\n"
                "        raise exception 'table % holds rows now: nothing was overwritten', {};\n"
                "    end if;\n",
                full_name(one), quoted_text(one.shown()));
    return out + "end\n$agente$;\n";
}

std::string make_room_for_extension() {
    return "do $agente$\nbegin\n"
           "    if exists (select from pg_catalog.pg_extension where extname = 'btree_gist') then null;\n"
           "    elsif exists (select from pg_catalog.pg_namespace where nspname = 'extensions') then\n"
           "        create extension btree_gist schema extensions;\n"
           "    else\n"
           "        create extension btree_gist schema agente;\n"
           "    end if;\n"
           "end\n$agente$;\n";
}

std::string let_rows_in() {
    return for_each_of_ours("deferrable initially deferred", "no force row level security");
}

std::string empty_tables(std::vector<table_sum> const& tables) {
    std::vector<std::string> names;
    for (auto const& one : tables)
        if (!is_bookkeeping(one)) names.push_back(full_name(one));
    return names.empty() ? std::string() : fmt::format("truncate {};\n", fmt::join(names, ", "));
}

std::string close_again() {
    return "set constraints all immediate;\n" +
           for_each_of_ours("not deferrable", "force row level security");
}

std::string check_tables(std::vector<table_sum> const& tables) {
    std::string out(policies_on);
    for (auto const& one : tables) out += check_statement(one);
    return out;
}

std::string bring_up_to_date(int from, schema_files const& files) {
    std::string out(policies_on);
    // What cannot run in a transaction makes indexes, which the schema makes, too.
    for (auto const& file : files.migrations)
        if (file.version() > from && !outside_transaction(file))
            out += file.text + "\n;\n" + record(file.version(), file);
    return out + files.schema.text + "\n;\n" + record(0, files.schema);
}

}  // namespace agente::operations
