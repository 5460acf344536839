# Writes the SQL files of FOLDER into the C++ source OUTPUT, as operations/schema_files.hpp declares them.
file(GLOB migrations RELATIVE ${FOLDER}/migrations ${FOLDER}/migrations/*.sql)
list(SORT migrations)

set(source "// Made by embed_sql.cmake from db/.\n#include \"operations/schema_files.hpp\"\n\nnamespace agente::operations {\n\n")
string(APPEND source "schema_files const& embedded_schema() {\n    static schema_files const all{\n")

# A string literal may be limited to 64 KiB, so a file is split into several, which the compiler joins.
function(append_file name path)
  file(READ ${path} text)
  string(LENGTH "${text}" length)
  set(literals "")
  set(at 0)
  while(at LESS length)
    string(SUBSTRING "${text}" ${at} 8000 piece)
    string(APPEND literals "R\"agente_sql(${piece})agente_sql\"\n")
    math(EXPR at "${at} + 8000")
  endwhile()
  set(source "${source}{\"${name}\", ${literals}}" PARENT_SCOPE)
endfunction()

append_file(schema.sql ${FOLDER}/schema.sql)
string(APPEND source ",\n{")
foreach(name ${migrations})
  append_file(${name} ${FOLDER}/migrations/${name})
  string(APPEND source ",\n")
endforeach()
string(APPEND source "}};\n    return all;\n}\n\n}  // namespace agente::operations\n")
file(WRITE ${OUTPUT} "${source}")
