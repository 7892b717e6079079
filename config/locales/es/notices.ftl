# Lo que se le dice a un miembro cuando se ha tocado algo suyo. Se envía por mensaje directo.
# Valores comunes: $city, $channel, $case (número del caso), $clause (su número en la política),
# $rule (la cláusula en palabras sencillas), $contact (adónde escribir), $hours, $time, $date.

## Un mensaje retirado mientras lo revisa una persona

notice-held-title = Su mensaje está en revisión
notice-held =
    Su mensaje en { $channel } se retiró por ahora mientras lo revisa una persona.
    El motivo: { $rule } ({ $clause })
    La mayoría de las revisiones terminan en { $hours } horas hábiles. Si para entonces nadie ha decidido, la retención termina y usted puede publicarlo de nuevo.
# Las retenciones por seguridad no terminan solas.
notice-held-safety =
    Su mensaje en { $channel } se retiró por ahora mientras lo revisa una persona.
    El motivo: { $rule } ({ $clause })
    Una persona se comunicará con usted sobre lo que sigue.
# El tipo de número privado que se encontró, enmascarado: $masked
notice-held-number =
    Su mensaje en { $channel } mostraba lo que parece { $kind } ({ $masked }). Se retiró por ahora, para protegerle a usted o a otra persona.
    El motivo: { $rule } ({ $clause })
    Puede publicarlo de nuevo sin el número.
# El título de un hilo o de una publicación en revisión.
notice-held-title-changed =
    El título de su publicación en { $channel } se cubrió por ahora mientras lo revisa una persona.
    El motivo: { $rule } ({ $clause })

## Quitado por el propio asistente: solo direcciones o archivos en una lista, y copias repetidas

notice-removed-title = Su mensaje fue quitado
notice-removed-listed-link =
    El asistente automático de la Ciudad quitó su mensaje en { $channel }. Tenía un enlace que está en una lista de estafas o sitios dañinos conocidos.
    Si usted no lo publicó, cambie su contraseña. Si el enlace es seguro, puede apelar.
notice-removed-listed-file =
    El asistente automático de la Ciudad quitó su mensaje en { $channel }. Tenía un archivo que está en una lista de archivos dañinos conocidos.
    Si usted no lo publicó, cambie su contraseña. Si el archivo es seguro, puede apelar.
notice-removed-copies =
    { $count ->
        [one] El asistente automático de la Ciudad dejó su primer mensaje en { $channel } y quitó una copia más.
       *[other] El asistente automático de la Ciudad dejó su primer mensaje en { $channel } y quitó { $count } copias más.
    }
    Puede seguir participando.

## Decidido por una persona

notice-confirmed-title = Su mensaje fue revisado
notice-confirmed =
    Un empleado de la Ciudad revisó su mensaje de { $channel } y decidió que no se vuelve a publicar.
    El motivo: { $rule } ({ $clause })
    Nuestras reglas nunca permiten quitar un mensaje por una opinión. Si cree que eso pasó, dígalo en una apelación.
notice-removed-by-person =
    Un empleado de la Ciudad quitó su mensaje de { $channel } el { $date }.
    El motivo: { $rule } ({ $clause })
    Nuestras reglas nunca permiten quitar un mensaje por una opinión. Si cree que eso pasó, dígalo en una apelación.
notice-restored-title = Su mensaje está de vuelta
notice-restored = Revisamos su mensaje de { $channel } y lo volvimos a publicar. Disculpe la interrupción.
# El lugar ya no existe o está cerrado, así que el texto vuelve a su autor: $text
notice-restored-text =
    Revisamos su mensaje de { $channel } y decidimos que puede publicarse. El lugar donde estaba se cerró, así que aquí tiene su texto:
    { $text }
notice-no-violation = Una persona revisó su mensaje en { $channel } y no encontró nada incorrecto. Se queda donde está.

## Se acabó el plazo

notice-released-title = La retención terminó
notice-released =
    Nadie decidió a tiempo sobre su mensaje de { $channel }, así que la retención terminó. La falta es nuestra, no suya.
    Aquí tiene su texto. Puede publicarlo de nuevo, y el asistente automático no lo tocará:
    { $text }

## Consejos: el mensaje se queda

notice-tip-title = Un consejo sobre su mensaje
notice-tip-private-contact =
    Su mensaje en { $channel } sigue publicado. Muestra { $kind }, y todos pueden leerlo.
    Quizá quiera editarlo o borrarlo, para protegerse o proteger a otra persona. No pasará nada más.
notice-topic-pointer =
    Su mensaje sigue publicado. { $channel } es para { $purpose }, así que una persona revisa los mensajes a favor o en contra de candidatos, partidos o una fe.
    No hay ninguna sanción. Usted puede escribir sobre cualquier asunto de la Ciudad, sea cual sea su opinión.
# Con otro canal más adecuado: $other
notice-topic-pointer-elsewhere =
    Su mensaje sigue publicado. { $channel } es para { $purpose }; quizá reciba una mejor respuesta en { $other }.
    No hay ninguna sanción. Es solo una sugerencia.
notice-under-review =
    Su mensaje en { $channel } sigue publicado. Una persona lo revisará.
    El motivo: { $rule } ({ $clause })

## Lo que va al pie de cada aviso

notice-case = Caso { $case }
notice-standard = Las reglas publicadas de la Ciudad: { $link }
notice-appeal = Para pedir que otra persona lo revise, use /appeal con el caso { $case } o escriba a { $contact }.
notice-appeal-command = Para pedir que otra persona lo revise, use /appeal con el caso { $case }.
notice-record = Guardamos una copia, porque lo que se publica aquí es un registro público.
notice-automated = Este mensaje lo envió el asistente automático de la Ciudad.
# Varios casos de un mismo miembro en poco tiempo se avisan en un solo mensaje.
notice-more-cases =
    { $count ->
        [one] Hay un mensaje suyo más en la misma situación; aparece abajo.
       *[other] Hay { $count } mensajes suyos más en la misma situación; aparecen abajo.
    }

## Tipos de datos privados, para $kind

kind-ssn = un número de Seguro Social
kind-card = un número de tarjeta
kind-bank-account = un número de cuenta bancaria
kind-credential = una contraseña o clave de acceso
kind-passport = un número de pasaporte
kind-licence = un número de licencia de conducir
kind-phone = un número de teléfono
kind-email = una dirección de correo electrónico
kind-birth-date = una fecha de nacimiento
kind-home-address = la dirección de una casa
kind-street-address = una dirección
kind-contact-list = una lista de datos de contacto de personas

## Botones de un aviso

button-do-not-put-back = No lo vuelvan a publicar
button-appeal = Pedir una revisión
button-read = Leer la nota

## La nota pública, cuando los mensajes directos están cerrados. No dice nada de lo ocurrido.

notice-fallback = { $member }, la Ciudad tiene una nota para usted que solo usted puede leer.
notice-fallback-gone = Esta nota ya no está aquí. Puede preguntar a los moderadores por el caso { $case }.

## Un mensaje que la Ciudad volvió a publicar: la etiqueta sobre las palabras de su autor

restored-label = { $member } escribió esto el { $date }. La Ciudad lo retiró para revisarlo y lo ha vuelto a publicar. Caso { $case }.
restored-missing = Las reacciones y su lugar anterior no se pudieron recuperar.
title-under-review = Título en revisión
