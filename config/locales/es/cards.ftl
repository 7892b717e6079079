# Titles: the case, then where it stands, then what the policy says of it.
card-title = Caso { $case }: { $standing } ({ $disposition })
card-urgent = Urgente. { $title }
card-title-raid = { $count } mensajes más como estos en #{ $venue }, de { $authors ->
    [one] una cuenta
   *[other] { $authors } cuentas
} ({ $disposition })
card-now = Editado después. Ahora dice
standing-open = sigue visible, una persona debe revisarlo
standing-taking-down = se está retirando
standing-held = retirado hasta que una persona decida
standing-not-taken-down = sigue visible hasta donde se sabe, no se pudo retirar
standing-removed = retirado
standing-withdrawn = borrado por su autor, por lo que dice Discord
standing-removed-elsewhere = ya no está, y no fue por Gavel
standing-released = liberado, nadie decidió a tiempo
standing-escalated = retirado, la decisión está atrasada
disposition-none = el mensaje no se toca
disposition-notify = aviso al autor
disposition-review = revisión
disposition-hold = retención
disposition-remove = retiro

# The parts of a message that can hold text.
part-embeds = En la vista previa de un enlace o un recuadro
part-components = En un botón, menú o cuadro
part-poll = En una encuesta
part-message_snapshots = En un mensaje reenviado
part-attachments = En el nombre o el texto de un archivo
part-sticker_items = En el nombre de una calcomanía
part-title = En el título del hilo o la publicación
part-nickname = En un apodo
part-other = En { $part }
card-no-text = (El mensaje no tiene texto.)

# What was found, and why.
card-rule = Regla { $rule }: { $category }
card-evidence = { $found } Hallado por { $evidence }.
card-clause = Cláusula { $clause }
card-clause-above = { $clause }, como arriba.
card-draft = { $clause } (borrador, no adoptado por la Ciudad)
card-more-rules = { $count ->
    [one] Se cumplió una regla más.
   *[other] Se cumplieron { $count } reglas más.
}
evidence-exact = coincidencia exacta con una lista
evidence-format = la forma de un número o clave que se comprueba a sí misma
evidence-count = conteo de lo que publicó el mismo autor
evidence-term = una palabra o frase de una lista
evidence-pattern = un patrón de palabras
evidence-structure = ciertas palabras, un número o un enlace del mensaje
evidence-model = una estimación aprendida, que por sí sola nunca retira nada
category-vulgar = lenguaje obsceno o sexual
category-harassment_hate = acoso u odio
category-threat = posible amenaza
category-political = política
category-religious = religión
category-contact_info = datos privados
category-scam_link = estafa o enlace dañino
category-spam = mensajes repetidos
category-press = consulta de prensa
category-legal = asunto legal
category-records_request = solicitud de registros
category-self_harm = alguien puede necesitar ayuda
category-emergency = posible emergencia
category-confidential = información confidencial
category-endorsement = respaldo comercial o personal
category-affiliation = afiliación
category-speaking_for_city = hablar en nombre de la Ciudad
category-disparagement = crítica a la Ciudad

card-less = Por qué no va más lejos
guard-concerted-activity = Se aplica una protección para empleados.
guard-government-as-subject = Trata de la Ciudad o de una autoridad: las palabras fuertes por sí solas no lo retiran.
guard-human-approval = Un moderador ya aprobó este mismo texto.
cap-posture = Aquí estas decisiones las toman personas.
cap-guard = Se aplica una protección.
cap-draft-authority = La norma en que se basa no está aprobada, así que todavía no obliga a nadie.
cap-roles-unknown = No se pudieron conocer los roles del autor, así que se aplican todas las protecciones.
cap-old = El mensaje tiene más de un día.
cap-daily-limit = Se alcanzó el límite diario de retiros automáticos.
cap-disguise = Hay que adivinar para leer las palabras.
cap-joined = Solo varios mensajes juntos lo dicen.
cap-not-a-person = Lo escribió un webhook u otro bot.
cap-released = Una retención de este mismo texto terminó sin decisión.
cap-not-captured = No se pudo guardar a tiempo el archivo en que se halló.

# Around it.
card-raid = Todos ellos
card-raid-between = De { $since } a { $until }, con la misma decisión. Cada uno es un caso aparte y consta con sus palabras.
card-raid-standing = { $count }: { $standing }
card-raid-first = El primero de ellos, caso { $case }:
card-raid-latest = Los últimos
card-context = Mensajes anteriores
card-files = Archivos
card-file = { $name } ({ $kind }, { $size })
card-file-missing = { $name } ({ $kind }, { $size }): no se guardó, { $why }
card-file-unread = { $name } ({ $kind }, { $size }): se guardó entero, pero no se revisaron los últimos { $unread }, porque es un texto largo
card-file-unknown-kind = tipo desconocido
missing-address = su dirección no es de Discord
missing-gone = ya no estaba
missing-too-large = es demasiado grande
missing-too-slow = tardó demasiado
missing-lost = se perdió la conexión
missing-storage = falló nuestro propio almacenamiento
card-trouble = Qué lo impide
trouble-permission-missing = Discord lo rechazó: al bot le falta un permiso en ese canal. Para retirar mensajes necesita Manage Messages.
trouble-direct-messages-closed = La persona no recibe mensajes directos.
trouble-venue-gone = El canal ya no existe.
trouble-unauthorised = Discord no acepta la clave del bot.
trouble-rejected = Discord no aceptó la solicitud.
trouble-gave-up = Discord respondió solo con errores, hasta que el bot desistió.
trouble-outcome-unknown = Discord no respondió; nadie puede saber si ocurrió.
trouble-desk-unreachable = Esta ficha no se pudo entregar en su oficina.
card-place = Dónde, cuándo, quién
card-where = #{ $venue }, { $when }
card-purpose = Propósito del canal: { $purpose }
card-author-unknown = Autor: no se sabe. Discord no dice quién le cambió el nombre.
card-author-number = Autor: cuenta { $id }
card-author = Autor: { $author } ({ $id })
card-link = Mensaje: { $link }
card-message-id = Mensaje número { $message }
card-release = Si nadie decide, se libera { $when }.

# What was cut away because Discord takes no more.
cut-after = … ({ $count ->
    [one] 1 carácter no se muestra
   *[other] { $count } caracteres no se muestran
})
cut-before = ({ $count ->
    [one] 1 carácter antes
   *[other] { $count } caracteres antes
}) …
