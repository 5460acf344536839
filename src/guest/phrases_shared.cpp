// What belongs to no single language: Portuguese words (recognised, answered in Spanish) and room
// words that mean the same.
#include "guest/phrasebook.hpp"

namespace agente::guest {
namespace {

constexpr std::string_view pt[] = {
    "ola",        "oi",          "bom",     "boa",       "tarde",    "noite",   "noites",
    "obrigado",   "obrigada",    "voce",    "voces",     "nao",      "sim",     "quero",
    "gostaria",   "quarto",      "quartos", "reservar",  "reserva",  "preco",   "quanto",
    "custa",      "tem",         "vaga",    "vagas",     "pessoas",  "pessoa",  "criancas",
    "crianca",    "amanha",      "hoje",    "ate",       "ao",       "aos",     "com",
    "dois",       "duas",        "tres",    "um",        "uma",      "diaria",  "diarias",
    "disponivel", "disponiveis", "janeiro", "fevereiro", "marco",    "maio",    "junho",
    "julho",      "setembro",    "outubro", "novembro",  "dezembro", "segunda", "terca",
    "quarta",     "quinta",      "sexta",   "feira",     "semana",   "eu",      "minha",
    "meu",        "chamo",       "gente",   "casal",     "filhos",   "por",     "favor",
    "falar",      "preciso",     "em",      "para",      "de",
};

constexpr std::string_view double_[] = {"double", "doble",       "dobles",       "doubles",
                                        "dbl",    "matrimonial", "matrimoniales"};
constexpr std::string_view single[] = {"single",       "singles",   "individual",
                                       "individuales", "simple",    "simples",
                                       "sencilla",     "sencillas", "sgl"};
constexpr std::string_view twin[] = {"twin", "twins", "gemelas"};
constexpr std::string_view triple[] = {"triple", "triples", "tpl"};
constexpr std::string_view quadruple[] = {"quadruple", "cuadruple", "quad"};
constexpr std::string_view suite[] = {"suite", "suites"};
constexpr std::string_view deluxe[] = {"deluxe", "delux", "luxe"};
constexpr std::string_view luxury[] = {"luxury", "lujo", "lujosa"};
constexpr std::string_view executive[] = {"executive", "ejecutiva", "ejecutivo"};
constexpr std::string_view family[] = {"family", "familiar", "familiares"};
constexpr std::string_view standard[] = {"standard", "estandar", "general", "normal",
                                         "basica",   "basic",    "comun"};
constexpr std::string_view superior[] = {"superior", "superiores"};
constexpr std::string_view economy[] = {"economy", "economica", "budget"};
constexpr std::string_view presidential[] = {"presidential", "presidencial"};
constexpr std::string_view garden[] = {"garden", "jardin"};
constexpr std::string_view sea[] = {"sea", "ocean", "mar", "oceano"};
constexpr std::string_view cabin[] = {"cabin", "cabana", "bungalow"};
constexpr std::string_view apartment[] = {"apartment", "apartamento", "departamento"};

constexpr std::span<std::string_view const> synonyms[] = {
    double_, single,   twin,     triple,  quadruple,    suite,  deluxe, luxury, executive,
    family,  standard, superior, economy, presidential, garden, sea,    cabin,  apartment};

constexpr std::string_view generic[] = {
    "room", "rooms",    "bedroom",   "habitacion", "habitaciones", "cuarto", "cuartos",
    "hab",  "recamara", "recamaras", "tipo",       "type",         "con",    "with",
    "de",   "of",       "la",        "el",         "the",          "a",      "una",
    "un",   "y",        "and",       "para",       "for",          "vista",  "view",
    "al",   "del",      "to",        "in",         "en",           "bed",    "beds",
    "cama", "camas",    "one",       "esa",        "ese",          "that",   "this",
};

}  // namespace

std::span<std::string_view const> const common_words_pt = pt;
std::span<std::span<std::string_view const> const> const room_synonyms = synonyms;
std::span<std::string_view const> const generic_room_words = generic;

phrasebook const& phrasebook_of(language l) {
    return l == language::en ? phrasebook_en : phrasebook_es;
}

}  // namespace agente::guest
