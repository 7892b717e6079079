# Lo que llega a las oficinas, y lo que se le dice a la persona cuyo mensaje llegó allí.
# $office es la oficina a cargo, $contact su dirección o número, $hours su horario.

## Acuses de recibo y ayuda, para el autor

response-press =
    Gracias por escribir. Las preguntas de la prensa las atiende { $office }; ya tiene su mensaje.
    Indique su hora límite: { $contact }. Horario: { $hours }. Esta respuesta automática no es una declaración de la Ciudad.
response-legal =
    El personal de la Ciudad no puede hablar aquí de asuntos legales. Comuníquese con { $office }: { $contact }.
    Un mensaje en este chat no vale como aviso legal a la Ciudad. Su mensaje sigue publicado.
response-records =
    Esto parece una solicitud de registros públicos. Avisamos a { $office } el { $date } a las { $time }.
    Para asegurarse de que quede presentada, envíela también a { $contact }.
response-self-harm =
    Usted es importante. Puede llamar o enviar un texto al 988 a cualquier hora para hablar con alguien, en español o inglés.
    Si hay peligro ahora mismo, llame al 911. Usted no ha hecho nada malo, y su mensaje sigue publicado.
response-emergency =
    Si alguien está en peligro, llame al 911 ahora. Este chat no se vigila todo el tiempo y no puede enviar ayuda.
# Cuando no hay una dirección para la oficina.
response-press-short = Gracias por escribir. Las preguntas de la prensa las atiende { $office }; ya tiene su mensaje. Esta respuesta automática no es una declaración de la Ciudad.
response-legal-short = El personal de la Ciudad no puede hablar aquí de asuntos legales. Comuníquese con { $office }. Un mensaje en este chat no vale como aviso legal a la Ciudad. Su mensaje sigue publicado.
response-records-short = Esto parece una solicitud de registros públicos. Avisamos a { $office } el { $date } a las { $time }.
# La frase que la política indica al personal, cuando un empleado le pide al bot que la publique.
response-legal-prescribed = { $sentence }

## Títulos de tarjetas

desk-title-press = Consulta de prensa
desk-title-threat = Posible amenaza
desk-title-legal = Asunto legal
desk-title-records = Solicitud de registros
desk-title-communications = Para Comunicaciones
desk-title-self-harm = Alguien quizá necesita ayuda
desk-title-emergency = Posible emergencia

## Qué hacer, lo primero en la tarjeta

desk-do-press = Conteste desde la oficina. Compruebe que la consulta es auténtica antes de abrir enlaces o archivos. El mensaje sigue publicado.
desk-do-threat = Alguien escribió lo que puede ser una amenaza. En una emergencia llame al 911. Aún no se ha llamado a nadie. Una persona decide qué fue.
desk-do-legal = El mensaje sigue publicado. El chat no sirve para notificar a la Ciudad; ya se le dijo al autor.
desk-do-records = El plazo para contestar puede haber empezado a la hora indicada. Ya se le dijo al autor cómo asegurarse de que quede presentada.
desk-do-self-harm = Se le mostraron al autor el 988 y el 911, y no ha roto ninguna regla. Vea si alguien debe comunicarse con él.
desk-do-emergency = Se le mostró al autor el 911. Aún no se ha llamado a nadie.
desk-police = Policía, no para emergencias: { $phone }

## Etiquetas

desk-office = Oficina
desk-received = Recibido
desk-deadline = Hora límite indicada
desk-due = Respuesta para
desk-from = De
desk-channel = Canal
desk-message = El mensaje
desk-words = Palabras en que se basa
desk-context = Antes y después
desk-open = Abrir el mensaje
desk-state = Estado
desk-state-up = sigue publicado
desk-state-down = retirado para revisarlo
desk-state-gone = borrado por su autor; se conserva como evidencia
desk-acknowledged = Visto por { $member } a las { $time }
desk-not-acknowledged = Nadie lo ha confirmado todavía.
desk-answered = Contestado
desk-closed = Cerrado
desk-private = Puede ser un documento policial. Consulte al abogado de la Ciudad antes de entregarlo.
desk-attachment = { $name }, { $type }, { $size }
# Una oficina sin canal ni dirección propios.
desk-unconfigured = No hay un lugar configurado para { $office }, así que esto llegó al canal de revisión.

## Botones

button-acknowledge = Lo tengo
button-answered = Contestado
button-not-a-threat = No es una amenaza
button-close = Cerrar

## Correo

mail-subject = [Gavel] { $title }, caso { $case }
mail-opening = Un mensaje en { $channel } se pasó a { $office }.
mail-attachments = Los archivos adjuntos no se envían por correo. Se indican sus nombres, tipos y tamaños, y cómo abrirlos.
mail-closing = Este correo lo envió el bot de moderación de la Ciudad.
