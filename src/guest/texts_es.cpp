// Spanish: neutral Latin American, "tú", short. Changing a text needs no other change; arguments
// are those of the entry.
#include "guest/texts.hpp"

namespace agente::guest {
namespace {

using enum text_id;

// In the order of text_id (checked by the compiler below).
constexpr std::pair<text_id, std::string_view> table[] = {
    {intro, "¡Hola! Soy el asistente digital de {hotel}."},
    {greet,
     "¿En qué te ayudo? Puedo ver disponibilidad y precios, y hacer tu reserva. Dime las fechas y cuántas personas son."},
    {greet_again, "¡Hola! ¿En qué te ayudo?"},
    {help,
     "Puedo ver qué habitaciones hay y cuánto cuestan, reservarte una y darte los horarios y el teléfono del hotel. Por ejemplo: "
     "“habitación para 2 del 12 al 15 de marzo”. Si prefieres hablar con alguien del hotel, escribe “persona”."},
    {thanks, "¡Con gusto! Si necesitas algo más, aquí estoy."},
    {bye, "¡Hasta pronto!"},
    {only_portuguese, "Ainda não atendo em português; posso continuar em espanhol ou em inglês."},
    {write_text, "Por ahora solo puedo leer texto. ¿Me lo escribes, por favor?"},
    {off_topic, "En eso no puedo ayudarte: me ocupo de las estadías en {hotel}."},
    {not_understood, "Perdona, no te entendí."},
    {offer_person, "¿Prefieres que te pase con una persona del hotel?"},
    {handed_over,
     "Te paso con una persona de {hotel}, que te responderá por aquí. Para volver conmigo, escribe “asistente”."},

    {ask_dates, "¿Para qué fechas? Por ejemplo: “del 12 al 15 de marzo”."},
    {ask_days_in, "¿Qué días de {month}? Dime llegada y salida."},
    {ask_departure, "Llegada el {arrival}. ¿Hasta qué día, o cuántas noches?"},
    {ask_guests, "¿Cuántas personas se hospedan? Dime adultos y niños."},
    {ask_adults, "¿Y cuántos adultos?"},
    {ask_children, "¿Cuántos niños, y de qué edades?"},
    {ask_ages,
     "{missing, plural, one{¿Qué edad tiene el niño o la niña?} other{¿Qué edades tienen los # niños?}}"},
    {ask_room, "¿Qué habitación prefieres?"},
    {ask_name, "¿A nombre de quién hago la reserva? Nombre y apellido, por favor."},
    {ask_surname, "Gracias, {first}. ¿Y el apellido?"},
    {ask_email, "¿Cuál es tu correo electrónico?"},

    {dates_past, "El {day} ya pasó. Solo puedo reservar desde hoy, {today}."},
    {dates_reversed, "La salida ({departure}) tiene que ser después de la llegada ({arrival})."},
    {stay_too_long,
     "Por aquí puedo reservar hasta {most} noches seguidas. Para una estadía más larga te ayuda una persona del hotel."},
    {stay_too_far, "Todavía no puedo cotizar fechas tan lejanas: como máximo hasta el {last}."},
    {no_such_day, "Esa fecha no existe en el calendario."},
    {group_too_big,
     "Para grupos tan grandes ({people} personas) es mejor que te atienda una persona del hotel."},
    {too_many_rooms,
     "Por aquí puedo reservar hasta {most} habitaciones a la vez. Para más te ayuda una persona del hotel."},
    {rooms_without_adult,
     "En cada habitación tiene que haber un adulto: para {rooms, plural, one{# habitación} other{# habitaciones}} "
     "hacen falta al menos {rooms}."},

    {offers,
     "Del {arrival} al {departure} ({nights, plural, one{# noche} other{# noches}}), para {adults, plural, one{# adulto} "
     "other{# adultos}}{children, plural, =0{} one{ y # niño} other{ y # niños}}{rooms, plural, =1{} other{ en # "
     "habitaciones}}, hay:"},
    {offer_row, "{total} en total · {left, plural, one{queda #} other{quedan #}}"},
    {see_rooms, "Ver habitaciones"},
    {room_free,
     "{room}, del {arrival} al {departure} ({nights, plural, one{# noche} other{# noches}}), para {adults, plural, one{# "
     "adulto} other{# adultos}}{children, plural, =0{} one{ y # niño} other{ y # niños}}{rooms, plural, =1{} other{ en # "
     "habitaciones}}: {total} en total, impuestos incluidos."},
    {room_chosen, "{room}, muy bien."},
    {which_room, "Puede ser más de una. ¿Cuál de estas?"},
    {unknown_room, "No tenemos “{words}”."},
    {choice_gone, "Esa opción ya no está vigente; esto es lo que hay ahora."},

    {nothing_free, "No queda lugar del {arrival} al {departure}."},
    {only_few_rooms, "Del {arrival} al {departure} no hay {rooms} habitaciones iguales libres."},
    {room_not_free, "{room} no está libre del {arrival} al {departure}."},
    {party_too_big,
     "Nuestra habitación más grande es para {most, plural, one{# persona} other{# personas}}."},
    {party_needs_rooms,
     "No caben todos en una sola habitación; en {rooms} habitaciones, sí. ¿Busco {rooms}?"},
    {room_too_small, "{room} es demasiado pequeña para todos."},
    {min_nights,
     "{room} se reserva por un mínimo de {least, plural, one{# noche} other{# noches}}."},
    {max_nights,
     "{room} se reserva por un máximo de {most, plural, one{# noche} other{# noches}}."},
    {other_dates, "En estas fechas cercanas sí hay lugar:"},
    {other_dates_row, "{room}: {total} en total"},
    {see_dates, "Ver fechas"},
    {no_other_dates,
     "Tampoco encontré lugar en los días cercanos. Dime otras fechas y vuelvo a mirar."},

    {name_has_digits, "Un nombre no puede llevar números."},
    {name_too_long, "Ese nombre es demasiado largo para el registro del hotel."},
    {email_no_at, "A ese correo le falta la @ (por ejemplo: nombre@correo.com)."},
    {email_no_domain,
     "A ese correo le falta una parte: antes y después de la @ tiene que haber algo (nombre@correo.com)."},
    {email_no_dot, "A ese correo le falta el final, como .com (nombre@correo.com)."},
    {email_two_ats, "Ese correo tiene más de una @."},
    {email_spaces, "El correo va sin espacios."},
    {email_bad_letters, "Ese correo tiene algún signo que no es válido."},
    {email_too_long, "Ese correo es demasiado largo."},
    {email_meant, "¿Quisiste decir {email}?"},

    {summary,
     "Esto es lo que voy a reservar:\n\n{room}{rooms, plural, =1{} other{ (# habitaciones)}}\nLlegada: {arrival}\nSalida: "
     "{departure} ({nights, plural, one{# noche} other{# noches}})\nPara: {adults, plural, one{# adulto} other{# adultos}}"
     "{children, plural, =0{} one{ y # niño} other{ y # niños}}\nA nombre de: {name}\nCorreo: {email}\nTotal: {total}, impuestos "
     "incluidos\n\n¿Confirmo la reserva?"},
    {confirm_unclear, "Para reservar responde “sí”. Si quieres cambiar algo, dime qué."},
    {declined, "De acuerdo, no reservo nada todavía. ¿Qué quieres cambiar?"},
    {cancelled, "Listo, no reservé nada. Cuando quieras, empezamos de nuevo."},
    {price_changed,
     "El precio cambió mientras hablábamos y no reservé nada. Este es el precio de ahora:"},
    {sold_out, "Lo siento: la última {room} para esas noches se acaba de ocupar. No reservé nada."},
    {busy,
     "Hay otras reservas en curso para esas mismas noches y no pude completar la tuya. No reservé nada. ¿Lo intento otra vez?"},
    {refused, "El hotel no aceptó la reserva con estos datos y no quedó nada reservado."},
    {settling,
     "Envié tu reserva y la estamos confirmando con el hotel. Por favor no la envíes de nuevo: escríbeme en unos minutos y te "
     "digo cómo quedó."},
    {booked,
     "¡Reserva confirmada! Tu número es {number}.\n\n{room}\nDel {arrival} al {departure} ({nights, plural, one{# noche} other{# "
     "noches}})\nA nombre de: {name}\nTotal: {total}, impuestos incluidos\n\n¡Te esperamos en {hotel}!"},
    {booked_total_differs,
     "Atención: el hotel registró un total distinto del que te dije; el que vale es el que está arriba. Si no estás de "
     "acuerdo, te paso con una persona."},
    {booked_no_details, "Tu reserva está confirmada con el número {number}."},
    {already_booked, "Esa reserva ya está hecha; no hace falta confirmarla otra vez."},
    {settled_booked, "✅ Tu reserva está confirmada. Número de reserva: {number}."},
    {settled_not_booked,
     "Tu reserva no pudo completarse; no hay nada reservado. Escríbenos y lo intentamos de nuevo."},
    {booking_gone, "Esa reserva figura como cancelada en el sistema del hotel."},
    {existing_booking,
     "Los cambios y cancelaciones de una reserva ya hecha los ve una persona del hotel."},
    {not_checked,
     "En este momento no pude consultar el sistema del hotel, y prefiero no decirte nada que no sea seguro."},
    {nothing_booked_yet, "No quedó nada reservado."},

    {times, "El check-in es desde las {check_in} y el check-out hasta las {check_out}."},
    {contact, "El teléfono del hotel es {phone} y el correo {email}."},
    {phone_only, "El teléfono del hotel es {phone}."},
    {email_only, "El correo del hotel es {email}."},
    {not_known,
     "Ese dato no lo tengo, y prefiero no inventarlo. Si quieres, te paso con una persona del hotel."},

    {button_yes, "Sí, reservar"},
    {button_no, "No"},
    {button_dates, "Cambiar fechas"},
    {button_room, "Otra habitación"},
    {button_cancel, "No reservar"},
    {button_person, "Hablar con alguien"},
    {button_go_on, "Seguir aquí"},
    {button_retry, "Intentar de nuevo"},
    {button_use_email, "Sí, ese es"},
    {button_rooms, "Sí, {rooms} habitaciones"},
};

constexpr bool in_order() {
    for (std::size_t i = 0; i < std::size(table); ++i)
        if (table[i].first != static_cast<text_id>(i)) return false;
    return std::size(table) == static_cast<std::size_t>(text_id::count);
}
static_assert(in_order(), "texts_es.cpp: an entry is missing or out of order");

}  // namespace

text_table const texts_es = table;

}  // namespace agente::guest
