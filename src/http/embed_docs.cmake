# Writes the files of FOLDER (web/docs) into the C++ source OUTPUT, as http/docs_page.cpp declares them.
set(source "// Made by embed_docs.cmake from web/docs/.\n#include <string_view>\n\nnamespace agente::http {\n\n")

# A string literal may be limited to 64 KiB, so a file is split into several, which the compiler joins.
foreach(part html css js)
  file(READ ${FOLDER}/page.${part} text)
  string(LENGTH "${text}" length)
  set(literals "")
  set(at 0)
  while(at LESS length)
    string(SUBSTRING "${text}" ${at} 8000 piece)
    string(APPEND literals "R\"agente_docs(${piece})agente_docs\"\n")
    math(EXPR at "${at} + 8000")
  endwhile()
  string(APPEND source "extern std::string_view const docs_${part};\nstd::string_view const docs_${part} = ${literals};\n\n")
endforeach()
string(APPEND source "}  // namespace agente::http\n")
file(WRITE ${OUTPUT} "${source}")
