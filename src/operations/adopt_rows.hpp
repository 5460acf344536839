// The part of adoption that looks at rows: what ours refuse is made to fit by the operator's
// choices, or listed. Internal to adopt.cpp; works on the old tables, set aside in schema
// agente_adoption and freed of their constraints and triggers.
#pragma once

#include "operations/adopt.hpp"

namespace agente::operations {

class row_fitting {
public:
    row_fitting(postgres::command_connection& database, adoption_options const& options,
                std::vector<std::string> const& tables, adoption& out)
        : database_(database), options_(options), tables_(tables), out_(out) {}

    void run();

private:
    bool has(std::string_view table) const;
    adopted_table& count_of(std::string_view table);
    // `lines`, a row each, are carried out, or need the choice `cure` names.
    void decide(std::string_view check, std::vector<std::string> lines, bool chosen,
                std::string const& cure);

    void orphans();
    void slugs();
    void tenants_of_users();
    void values();
    void identifiers();
    void identifier_twins();
    void user_twins(std::string_view column);

    postgres::command_connection& database_;
    adoption_options const& options_;
    std::vector<std::string> const& tables_;
    adoption& out_;
};

}  // namespace agente::operations
