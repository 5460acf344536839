// Spanish (Latin American first; what Spain says otherwise is there too).
#include "guest/phrasebook.hpp"

namespace agente::guest {
namespace {

using enum sense;
using enum intent;

constexpr lexeme lexemes[] = {
    {"cero", number, 0}, {"un", number, 1}, {"una", number, 1}, {"uno", number, 1}, {"dos", number, 2}, {"tres", number, 3},
    {"cuatro", number, 4}, {"cinco", number, 5}, {"seis", number, 6}, {"siete", number, 7}, {"ocho", number, 8},
    {"nueve", number, 9}, {"diez", number, 10}, {"once", number, 11}, {"doce", number, 12}, {"trece", number, 13},
    {"catorce", number, 14}, {"quince", number, 15}, {"dieciseis", number, 16}, {"diecisiete", number, 17},
    {"dieciocho", number, 18}, {"diecinueve", number, 19}, {"veinte", number, 20}, {"veintiun", number, 21},
    {"veintiuno", number, 21}, {"veintiuna", number, 21}, {"veintidos", number, 22}, {"veintitres", number, 23},
    {"veinticuatro", number, 24}, {"veinticinco", number, 25}, {"veintiseis", number, 26}, {"veintisiete", number, 27},
    {"veintiocho", number, 28}, {"veintinueve", number, 29}, {"treinta", number, 30}, {"cuarenta", number, 40},
    {"cincuenta", number, 50}, {"un par de", number, 2}, {"un par", number, 2}, {"ambos", number, 2},
    {"primero", ordinal, 1}, {"primer", ordinal, 1}, {"primera", ordinal, 1}, {"segundo", ordinal, 2}, {"segunda", ordinal, 2},
    {"tercero", ordinal, 3}, {"tercer", ordinal, 3}, {"tercera", ordinal, 3}, {"cuarto", ordinal, 4}, {"cuarta", ordinal, 4},
    {"quinto", ordinal, 5}, {"quinta", ordinal, 5}, {"sexto", ordinal, 6}, {"sexta", ordinal, 6}, {"septima", ordinal, 7},
    {"ultimo", ordinal, -1}, {"ultima", ordinal, -1},

    {"enero", month, 1}, {"ene", month, 1}, {"febrero", month, 2}, {"feb", month, 2}, {"marzo", month, 3}, {"mar", month, 3},
    {"mzo", month, 3}, {"abril", month, 4}, {"abr", month, 4}, {"mayo", month, 5}, {"junio", month, 6}, {"jun", month, 6},
    {"julio", month, 7}, {"jul", month, 7}, {"agosto", month, 8}, {"ago", month, 8}, {"septiembre", month, 9},
    {"setiembre", month, 9}, {"sept", month, 9}, {"sep", month, 9}, {"set", month, 9}, {"octubre", month, 10},
    {"oct", month, 10}, {"noviembre", month, 11}, {"nov", month, 11}, {"diciembre", month, 12}, {"dic", month, 12},

    {"domingo", weekday, 0}, {"dom", weekday, 0}, {"lunes", weekday, 1}, {"lun", weekday, 1}, {"martes", weekday, 2},
    {"miercoles", weekday, 3}, {"mie", weekday, 3}, {"jueves", weekday, 4}, {"jue", weekday, 4}, {"viernes", weekday, 5},
    {"vie", weekday, 5}, {"sabado", weekday, 6}, {"sab", weekday, 6},

    {"hoy", relative_day, 0}, {"hoy mismo", relative_day, 0}, {"esta noche", relative_day, 0}, {"manana", relative_day, 1},
    {"pasado manana", relative_day, 2}, {"pasado", relative_day, 2}, {"ayer", relative_day, -1}, {"anteayer", relative_day, -2},
    {"por la manana", clock}, {"de la manana", clock}, {"a la manana", clock}, {"en la manana", clock},
    {"buenas noches", clock}, {"buenos dias", clock}, {"buen dia", clock}, {"todo el dia", clock}, {"que dia", clock},
    {"que dias", clock}, {"fin de mes", clock}, {"semana santa", clock},
    {"h", clock}, {"hs", clock}, {"hrs", clock}, {"hora", clock}, {"horas", clock}, {"am", clock}, {"pm", clock},
    {"a las", clock_before}, {"a la", clock_before},

    {"noche", night}, {"noches", night}, {"dia", day}, {"dias", day}, {"semana", week}, {"semanas", week},
    {"fin de semana", weekend}, {"finde", weekend}, {"finde semana", weekend}, {"mes", month_unit}, {"meses", month_unit},
    {"ano", year_of_age}, {"anos", year_of_age}, {"anitos", year_of_age},
    {"proximo", next}, {"proxima", next}, {"prox", next}, {"siguiente", next}, {"que viene", coming_next},
    {"proximo", coming_next}, {"proxima", coming_next}, {"siguiente", coming_next},
    {"este", this_}, {"esta", this_}, {"dentro de", in_}, {"en", in_}, {"en", on},
    {"de", from}, {"del", from, 1}, {"desde", from, 1}, {"desde el", from, 1}, {"a partir de", from, 1}, {"a partir del", from, 1}, {"de", of}, {"del", of},
    {"a", to}, {"al", to}, {"hasta", until}, {"hasta el", until}, {"entre", between}, {"y", and_}, {"e", and_}, {"mas", plus},
    {"el", the}, {"los", the}, {"el dia", the}, {"dia", the}, {"la noche del", the}, {"noche del", the},
    {"llego", arrive}, {"llegamos", arrive}, {"llegada", arrive}, {"llegando", arrive}, {"llegaria", arrive}, {"llegariamos", arrive},
    {"entrada", arrive}, {"entrando", arrive}, {"entramos", arrive}, {"entro", arrive}, {"check in", arrive}, {"checkin", arrive},
    {"ingreso", arrive}, {"ingresamos", arrive}, {"salgo", leave}, {"salimos", leave}, {"salida", leave}, {"saliendo", leave},
    {"me voy", leave}, {"nos vamos", leave}, {"me iria", leave}, {"nos iriamos", leave}, {"check out", leave}, {"checkout", leave},
    {"regreso", leave}, {"regresamos", leave}, {"vuelvo", leave}, {"volvemos", leave},

    {"adulto", adult}, {"adultos", adult}, {"adulta", adult}, {"adultas", adult}, {"mayores", adult}, {"grandes", adult},
    {"nino", child, 1}, {"nina", child, 1}, {"hijo", child, 1}, {"hija", child, 1}, {"menor", child, 1}, {"chico", child, 1},
    {"chica", child, 1}, {"nene", child, 1}, {"nena", child, 1}, {"peque", child, 1}, {"nieto", child, 1}, {"nieta", child, 1},
    {"ninos", child, 0}, {"ninas", child, 0}, {"hijos", child, 0}, {"hijas", child, 0}, {"menores", child, 0}, {"chicos", child, 0},
    {"nenes", child, 0}, {"peques", child, 0}, {"nietos", child, 0}, {"infantes", child, 0}, {"bebe", baby, 1}, {"bebes", baby, 0},
    {"persona", person}, {"personas", person}, {"pax", person}, {"huesped", person}, {"huespedes", person}, {"gente", person},
    {"pareja", group, 2}, {"matrimonio", group, 2}, {"mi esposa y yo", group, 2}, {"mi esposo y yo", group, 2},
    {"mi marido y yo", group, 2}, {"mi mujer y yo", group, 2}, {"mi novia y yo", group, 2}, {"mi novio y yo", group, 2},
    {"mi pareja y yo", group, 2}, {"mi pareja", group, 2}, {"mi mama y yo", group, 2}, {"mi amiga y yo", group, 2}, {"mi amigo y yo", group, 2},
    {"solo yo", group, 1}, {"solo para mi", group, 1}, {"para mi solo", group, 1}, {"para mi sola", group, 1}, {"voy solo", group, 1},
    {"voy sola", group, 1}, {"viajo solo", group, 1}, {"viajo sola", group, 1}, {"para mi y", group, 1}, {"y yo", group, 1}, {"nosotros dos", group, 2}, {"los dos", group, 2},
    {"familia de", family}, {"somos", we_are}, {"seremos", we_are}, {"seriamos", we_are}, {"vamos a ser", we_are}, {"vamos", we_are},
    {"venimos", we_are}, {"viajamos", we_are}, {"iriamos", we_are}, {"iremos", we_are},
    {"para", for_}, {"para el", on}, {"por", for_}, {"con", with}, {"sin", without}, {"ningun", without}, {"no hay", without},
    {"edad", aged}, {"edades", aged}, {"tiene", aged}, {"tienen", aged}, {"de", aged}, {"con", aged},
    {"el otro", other}, {"la otra", other}, {"otro", other}, {"otra", other}, {"uno tiene", other},
    {"una tiene", other}, {"el mayor", other}, {"la mayor", other}, {"el menor", other}, {"la menor", other},
    {"opcion", option}, {"numero", option}, {"nro", option},

    {"habitacion", room}, {"habitaciones", room}, {"cuarto", room}, {"cuartos", room}, {"hab", room}, {"habs", room},
    {"recamara", room}, {"recamaras", room}, {"pieza", room}, {"piezas", room}, {"alcoba", room}, {"dormitorio", room},
    {"doble", room_kind}, {"dobles", room_kind}, {"sencilla", room_kind}, {"sencillas", room_kind}, {"simple", room_kind},
    {"simples", room_kind}, {"individual", room_kind}, {"individuales", room_kind}, {"single", room_kind}, {"triple", room_kind},
    {"triples", room_kind}, {"cuadruple", room_kind}, {"suite", room_kind}, {"suites", room_kind}, {"presidencial", room_kind}, {"presidential", room_kind},
    {"matrimonial", room_kind}, {"matrimoniales", room_kind}, {"familiar", room_kind}, {"familiares", room_kind},
    {"deluxe", room_kind}, {"de lujo", room_kind}, {"lujo", room_kind}, {"estandar", room_kind}, {"standard", room_kind},
    {"superior", room_kind}, {"ejecutiva", room_kind}, {"executive", room_kind}, {"luxury", room_kind}, {"delux", room_kind}, {"economica", room_kind}, {"cabana", room_kind}, {"penthouse", room_kind},
    {"apartamento", room_kind}, {"departamento", room_kind}, {"estudio", room_kind}, {"bungalow", room_kind}, {"villa", room_kind},
    {"king", room_kind}, {"queen", room_kind}, {"twin", room_kind}, {"junior suite", room_kind},
};

constexpr phrase phrases[] = {
    {"hola", greeting}, {"holi", greeting}, {"buenas", greeting}, {"buenos dias", greeting}, {"buen dia", greeting},
    {"buenas tardes", greeting}, {"buenas noches", greeting}, {"que tal", greeting}, {"saludos", greeting}, {"hey", greeting},

    {"disponibilidad", availability}, {"disponible", availability}, {"disponibles", availability}, {"hay lugar", availability},
    {"hay habitaciones", availability}, {"hay habitacion", availability}, {"tienen habitaciones", availability},
    {"tienen habitacion", availability}, {"tiene habitaciones", availability}, {"tienen lugar", availability},
    {"hay cuartos", availability}, {"tienen cuartos", availability}, {"tienen cuarto", availability}, {"tienen libre", availability},
    {"tienen algo", availability}, {"hay algo", availability}, {"busco habitacion", availability}, {"busco una habitacion", availability},
    {"busco hotel", availability}, {"busco alojamiento", availability}, {"busco hospedaje", availability}, {"libre", availability},
    {"libres", availability}, {"vacantes", availability}, {"ver habitaciones", availability}, {"que habitaciones", availability},

    {"precio", price}, {"precios", price}, {"tarifa", price}, {"tarifas", price}, {"cuanto cuesta", price}, {"cuanto cuestan", price},
    {"cuanto sale", price}, {"cuanto salen", price}, {"cuanto vale", price}, {"cuanto valen", price}, {"cuanto es", price},
    {"cuanto seria", price}, {"cuanto saldria", price}, {"cuanto me sale", price}, {"cuanto cobran", price}, {"cuanto", price},
    {"costo", price}, {"costos", price}, {"que cuesta", price}, {"valor", price}, {"cotizacion", price}, {"cotizar", price},
    {"cotizame", price}, {"presupuesto", price}, {"cuanto costaria", price},

    {"reservar", booking}, {"reserva", booking}, {"reservacion", booking}, {"hacer una reserva", booking}, {"reservame", booking},
    {"quiero una habitacion", booking}, {"necesito una habitacion", booking}, {"necesito habitacion", booking}, {"hospedarme", booking},
    {"hospedarnos", booking}, {"alojarme", booking}, {"alojarnos", booking}, {"quedarme", booking}, {"quedarnos", booking},
    {"una habitacion para", booking}, {"necesito un cuarto", booking}, {"quiero un cuarto", booking}, {"apartar", booking},

    {"si", yes}, {"sip", yes}, {"sii", yes}, {"siii", yes}, {"claro", yes}, {"dale", yes}, {"ok", yes}, {"okey", yes}, {"okay", yes},
    {"vale", yes}, {"bueno", yes}, {"perfecto", yes}, {"de acuerdo", yes}, {"confirmo", yes}, {"confirmar", yes}, {"confirmado", yes},
    {"correcto", yes}, {"exacto", yes}, {"adelante", yes}, {"listo", yes}, {"por supuesto", yes}, {"esta bien", yes},
    {"todo bien", yes}, {"me parece bien", yes}, {"si quiero", yes}, {"reservala", yes}, {"reservalo", yes},
    {"hazlo", yes}, {"hagale", yes}, {"va", yes}, {"asi es", yes}, {"obvio", yes}, {"confirma", yes}, {"s", yes}, {"reservar ya", yes},
    {"claro que si", yes}, {"si por favor", yes}, {"genial", yes}, {"buenisimo", yes}, {"excelente", yes},

    {"no", no}, {"nop", no}, {"no gracias", no}, {"mejor no", no}, {"todavia no", no}, {"aun no", no}, {"para nada", no},
    {"negativo", no}, {"no quiero", no}, {"no me sirve", no}, {"no confirmo", no}, {"n", no}, {"ninguna", no}, {"ninguno", no},
    {"ninguna de esas", no}, {"ninguna de las dos", no}, {"no me convence", no},

    {"cancelar", cancel}, {"cancela", cancel}, {"cancelalo", cancel}, {"olvidalo", cancel}, {"dejalo", cancel}, {"dejalo asi", cancel},
    {"no importa", cancel}, {"ya no quiero", cancel}, {"ya no", cancel}, {"empezar de nuevo", cancel}, {"empecemos de nuevo", cancel},
    {"empezar de cero", cancel}, {"volver a empezar", cancel}, {"desde cero", cancel}, {"reiniciar", cancel}, {"salir", cancel},
    {"no quiero reservar", cancel}, {"borra todo", cancel}, {"borrar todo", cancel}, {"mejor nada", cancel},

    {"cancelar mi reserva", change_booking}, {"cancelar la reserva", change_booking}, {"cancelar una reserva", change_booking},
    {"anular mi reserva", change_booking}, {"anular la reserva", change_booking}, {"anular una reserva", change_booking},
    {"cambiar mi reserva", change_booking}, {"modificar mi reserva", change_booking}, {"modificar la reserva", change_booking},
    {"modificar una reserva", change_booking}, {"cambiar la reserva", change_booking}, {"cancelar mi reservacion", change_booking},
    {"cambiar mi reservacion", change_booking}, {"modificar mi reservacion", change_booking}, {"factura", change_booking},

    {"ya esta mi reserva", booking_status}, {"esta confirmada", booking_status}, {"quedo confirmada", booking_status},
    {"quedo reservado", booking_status}, {"quedo reservada", booking_status}, {"se confirmo", booking_status}, {"mi reserva", booking_status},
    {"estado de mi reserva", booking_status}, {"ya quedo", booking_status}, {"numero de reserva", booking_status},

    {"gracias", thanks}, {"muchas gracias", thanks}, {"mil gracias", thanks}, {"te agradezco", thanks}, {"muy amable", thanks},
    {"adios", bye}, {"chau", bye}, {"chao", bye}, {"hasta luego", bye}, {"nos vemos", bye}, {"hasta pronto", bye},

    {"persona real", human}, {"una persona", human}, {"hablar con alguien", human}, {"humano", human}, {"humana", human},
    {"agente", human}, {"asesor", human}, {"asesora", human}, {"recepcion", human}, {"recepcionista", human}, {"operador", human},
    {"operadora", human}, {"hablar con una persona", human}, {"con una persona", human}, {"pasame con", human}, {"comunicame con", human},
    {"atencion al cliente", human}, {"alguien del hotel", human}, {"un ejecutivo", human}, {"hablar con el hotel", human},
    {"hablar con ustedes", human}, {"que me llamen", human}, {"reclamo", human}, {"queja", human},
    {"asistente", assistant}, {"bot", assistant}, {"el asistente", assistant}, {"volver al asistente", assistant},

    {"ayuda", help}, {"ayudame", help}, {"que puedes hacer", help}, {"que haces", help}, {"como funciona", help}, {"opciones", help},
    {"menu", help}, {"quien eres", help}, {"eres un robot", help}, {"eres humano", help}, {"eres una persona", help}, {"como reservo", help},
    {"eres un bot", help}, {"con quien hablo", help},
    {"reintentar", retry}, {"intentar de nuevo", retry}, {"otra vez", retry}, {"intenta de nuevo", retry}, {"proba de nuevo", retry},
    {"intentalo de nuevo", retry}, {"prueba otra vez", retry},

    {"hora de entrada", hotel_times}, {"hora de salida", hotel_times}, {"hora de check in", hotel_times}, {"hora de check out", hotel_times},
    {"a que hora", hotel_times}, {"horario", hotel_times}, {"horarios", hotel_times}, {"hora es el check in", hotel_times},
    {"hora es el check out", hotel_times}, {"hora del check in", hotel_times}, {"hora del checkout", hotel_times},
    {"desde que hora", hotel_times}, {"hasta que hora", hotel_times},
    {"telefono", hotel_contact}, {"numero de telefono", hotel_contact}, {"el correo del hotel", hotel_contact}, {"llamar", hotel_contact},
    {"correo del hotel", hotel_contact}, {"contacto", hotel_contact}, {"email del hotel", hotel_contact}, {"mail del hotel", hotel_contact},

    {"desayuno", hotel_other}, {"wifi", hotel_other}, {"wi fi", hotel_other}, {"internet", hotel_other}, {"piscina", hotel_other},
    {"pileta", hotel_other}, {"alberca", hotel_other}, {"estacionamiento", hotel_other}, {"parqueadero", hotel_other},
    {"parking", hotel_other}, {"cochera", hotel_other}, {"mascota", hotel_other}, {"mascotas", hotel_other}, {"perro", hotel_other},
    {"gimnasio", hotel_other}, {"spa", hotel_other}, {"restaurante", hotel_other}, {"almuerzo", hotel_other}, {"cena", hotel_other},
    {"direccion", hotel_other}, {"ubicacion", hotel_other}, {"donde estan", hotel_other}, {"donde queda", hotel_other},
    {"como llego", hotel_other}, {"traslado", hotel_other}, {"aeropuerto", hotel_other}, {"transporte", hotel_other},
    {"aire acondicionado", hotel_other}, {"calefaccion", hotel_other}, {"cuna", hotel_other}, {"lavanderia", hotel_other},
    {"formas de pago", hotel_other}, {"tarjeta", hotel_other}, {"efectivo", hotel_other}, {"como pago", hotel_other},
    {"descuento", hotel_other}, {"politica de cancelacion", hotel_other}, {"fotos", hotel_other}, {"vista", hotel_other},

    {"chiste", off_topic}, {"poema", off_topic}, {"clima", off_topic}, {"pronostico", off_topic}, {"noticias", off_topic},
    {"futbol", off_topic}, {"quien gano", off_topic}, {"receta", off_topic}, {"bitcoin", off_topic}, {"presidente", off_topic},
    {"tarea", off_topic}, {"traduce", off_topic}, {"programar", off_topic}, {"codigo", off_topic}, {"horoscopo", off_topic},
    {"cuentame un", off_topic}, {"capital de", off_topic}, {"escribe un", off_topic}, {"escribeme un", off_topic},

    {"otra habitacion", other_rooms}, {"otras habitaciones", other_rooms}, {"cambiar habitacion", other_rooms},
    {"cambiar la habitacion", other_rooms}, {"cambiar de habitacion", other_rooms}, {"que otras", other_rooms}, {"otro cuarto", other_rooms},
    {"otras opciones", other_rooms}, {"ver opciones", other_rooms}, {"otro tipo", other_rooms}, {"algo mas barato", other_rooms},
    {"mas barata", other_rooms}, {"mas economica", other_rooms}, {"mas barato", other_rooms},
    {"otras fechas", change_dates}, {"otra fecha", change_dates}, {"cambiar fechas", change_dates}, {"cambiar las fechas", change_dates},
    {"cambiar la fecha", change_dates}, {"otros dias", change_dates}, {"otro dia", change_dates}, {"cambiar fecha", change_dates},
    {"cambiar huespedes", change_guests}, {"cambiar personas", change_guests}, {"cambiar la cantidad", change_guests},
    {"cambiar el nombre", change_name}, {"cambiar nombre", change_name}, {"a otro nombre", change_name}, {"otro nombre", change_name},
    {"cambiar el correo", change_email}, {"cambiar el mail", change_email}, {"cambiar el email", change_email}, {"otro correo", change_email},
    {"otro mail", change_email}, {"el correo esta mal", change_email}, {"cambiar correo", change_email},
    {"en espanol", speak_es}, {"hablas espanol", speak_es}, {"espanol por favor", speak_es}, {"espanol", speak_es},
    {"en ingles", speak_en}, {"ingles", speak_en},
};

constexpr std::string_view common[] = {
    "hola", "buenas", "buenos", "dias", "tardes", "noches", "quiero", "quisiera", "queria", "necesito", "busco", "habitacion",
    "habitaciones", "cuarto", "para", "del", "al", "el", "la", "los", "las", "de", "y", "en", "con", "por", "favor", "gracias", "que",
    "cuanto", "cuesta", "precio", "hay", "tienen", "tiene", "disponible", "disponibilidad", "reservar", "reserva", "personas",
    "persona", "adultos", "ninos", "nino", "noche", "somos", "soy", "llamo", "mi", "nombre", "correo", "manana", "hoy", "semana",
    "fin", "hasta", "desde", "una", "uno", "dos", "tres", "cuatro", "cinco", "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre", "lunes", "martes", "miercoles", "jueves", "viernes",
    "sabado", "domingo", "si", "pero", "mejor", "tambien", "ustedes", "hablar", "esta", "este", "proximo", "otra", "fechas", "gustaria", "ayuda",
    "llego", "salgo", "cancelar", "cambiar", "doble", "hora", "me", "puedo", "puede", "pueden", "estoy", "esposa", "esposo", "hijos",
    "cual", "cuando", "como", "donde",
};

constexpr std::string_view fillers[] = {
    "por", "favor", "porfa", "porfavor", "gracias", "muchas", "ya", "entonces", "pues", "la", "lo", "el", "reserva", "reservar",
    "reservacion", "esa", "ese", "eso", "todo", "bien", "quiero", "me", "parece", "confirmar", "confirmame", "confirma", "muy",
    "amable", "senor", "senorita", "adelante", "con", "de", "una", "vez", "que", "esta", "asi", "hola", "ah", "eh", "mismo",
    "hacer", "hacela", "hazla", "haz",
};

constexpr std::string_view name_openers[] = {"me llamo", "mi nombre es", "mi nombre completo es", "a nombre de", "al nombre de",
                                             "nombre completo", "se llama", "el nombre es", "nombre", "a mi nombre", "los datos son"};
constexpr std::string_view weak_name_openers[] = {"soy", "es", "seria"};
constexpr std::string_view name_enders[] = {"y", "con", "mi", "correo", "email", "mail", "telefono", "para", "del", "quiero", "por",
                                            "gracias", "el", "e", "desde", "llego", "somos", "necesito", "quisiera", "busco", "tengo", "estoy"};
constexpr std::string_view at_words[] = {"arroba", "at"};
constexpr std::string_view dot_words[] = {"punto", "dot"};

}  // namespace

phrasebook const phrasebook_es{language::es, true, false, lexemes, phrases, common, fillers, name_openers,
                               weak_name_openers, name_enders, at_words, dot_words};

}  // namespace agente::guest
