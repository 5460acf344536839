// The commented .env files of the repository, made from the declarations of the settings: for
// `config example` and the test that keeps the files equal to them.
#pragma once

#include <string>

namespace agente::app {

enum class example_kind {
    plain,    // any PostgreSQL and Redis: .env.example
    supabase  // a Supabase project in production: .env.supabase.example
};

// What must be set stands there empty, what is usual for the kind with its value, everything else
// as a comment with a value that works.
std::string settings_example(example_kind kind);

}  // namespace agente::app
