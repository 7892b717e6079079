# La tarjeta que ven los moderadores en el canal de revisión. Los datos privados van enmascarados.

## Títulos

card-title-held = Retirado, espera a una persona
card-title-review = Espera a una persona, sigue publicado
card-title-removed = Quitado por el asistente
card-title-urgent = Urgente
card-title-released = Terminó el plazo; no se decidió nada
card-title-closed = Cerrado

## Etiquetas

card-case = Caso
card-author = Autor
card-role = Papel
card-channel = Canal
card-purpose = Propósito del canal
card-posted = Publicado
card-edited = Editado
card-disposition = Qué se hizo
card-category = Categoría
card-rule = Regla
card-clause = Cláusula
card-clause-text = La cláusula dice
card-evidence = Se basa en
card-words = Palabras en que se basa
card-why = Por qué
card-score = Puntaje
card-guards = Protecciones
card-context = Antes y después
card-no-context = No se publicó nada más cerca.
card-reply-to = En respuesta a
card-message = El mensaje
card-versions = Versiones anteriores
card-attachments = Archivos adjuntos
card-links = Enlaces
card-open = Abrir el mensaje
card-deadline = Decidir antes de
card-half-time = Pasó la mitad del plazo. Decida antes de { $time }.
card-reminders = Recordatorio privado enviado
card-notice = Se avisó al autor
card-notice-none = No se avisó al autor.
card-notice-waiting = Se avisará al autor en cuanto Discord lo permita.
card-notice-fallback = Los mensajes directos están cerrados; se dejó en el canal una nota sin contenido.
card-earlier-same = El mismo texto de otra persona ya se decidió: { $outcome }, caso { $case }.
card-masked = Aquí los datos privados van enmascarados. La evidencia está en el registro.

## Papeles

role-resident = residente
role-employee = empleado de la Ciudad
role-official = funcionario electo
role-moderator = moderador
role-bot = bot
role-webhook = webhook
role-unknown = papel desconocido

## Disposiciones, como etiquetas

disposition-none = nada
disposition-notify = consejo al autor, sigue publicado
disposition-review = revisión, sigue publicado
disposition-hold = retirado para revisarlo
disposition-remove = quitado

## Categorías, como etiquetas

category-vulgar = lenguaje fuerte
category-harassment-hate = acoso u odio
category-threat = posible amenaza
category-political = campaña política
category-religious = tema religioso
category-contact-info = datos privados
category-scam-link = estafa
category-spam = mensajes repetidos
category-press = consulta de prensa
category-legal = asunto legal
category-records-request = solicitud de registros
category-self-harm = señal de autolesión
category-emergency = emergencia
category-confidential = información confidencial
category-endorsement = recomendación
category-affiliation = empleo en la Ciudad no indicado
category-speaking-for-city = hablar por la Ciudad
category-disparagement = crítica a la Ciudad

## Clases de evidencia, en palabras

evidence-exact = una dirección o un archivo de una lista
evidence-format = un número o una clave de forma conocida
evidence-count = una cuenta de mensajes
evidence-term = una palabra o frase de una lista
evidence-pattern = un patrón escrito
evidence-structure = palabras en relación unas con otras
evidence-model = un puntaje calculado

## Protecciones, como etiquetas

guard-government-as-subject = el mensaje trata de la Ciudad o sus autoridades
guard-human-approval = una persona ya aprobó este texto
guard-limit = el asistente llegó al límite de hoy
guard-posture-observe = el bot solo observa
guard-posture-assist = el bot solo ayuda
guard-draft-authority = la autoridad de la regla aún no se ha adoptado

## Lo que no se pudo guardar o hacer

card-not-captured = No se guardó: { $name }, { $type }, { $size }. { $why }
why-too-large = Es más grande de lo que el bot guarda.
why-too-slow = No llegó a tiempo.
why-gone = Ya no estaba.
why-refused = Discord no quiso entregarlo.
why-storage = No se pudo almacenar.
card-part-content = en el texto
card-part-embed = en un recuadro
card-part-attachment = en un archivo adjunto
card-part-file-name = en el nombre de un archivo
card-part-poll = en una encuesta
card-part-forward = en un mensaje reenviado
card-part-title = en el título
card-part-nickname = en el apodo
card-part-sticker = en el nombre de una pegatina
card-part-component = en un botón o menú
card-delete-refused = El mensaje sigue publicado: al bot le falta el permiso «{ $permission }» en { $channel }.
card-delete-unknown = Discord no contestó. El bot está comprobando si el mensaje ya no está.
card-already-gone = El mensaje ya no estaba. No se avisó al autor de ninguna retirada.
card-withdrawn = El autor borró el mensaje. El registro se conserva.
card-removed-elsewhere = Quitado por alguien fuera del bot ({ $actor }). No consta el motivo.
card-sealed = Evidencia sellada. Nadie la abre aquí; consulte al abogado de la Ciudad.

## Decisiones

button-remove = Quitar
button-keep = Sin infracción
button-confirm = Dejarlo retirado
button-restore = Volver a publicarlo
card-decided = { $outcome }, decidido por { $decider } el { $date }
card-decided-before = Este caso ya lo decidió { $decider }: { $outcome }.
card-reason = Motivo
outcome-removed = quitado
outcome-kept = sigue publicado
outcome-confirmed = queda retirado
outcome-restored = publicado de nuevo
outcome-released = terminó la retención
outcome-withdrawn = retirado por su autor
outcome-removed-elsewhere = quitado por otra vía

## El límite del asistente automático

card-limit-reached =
    { $count ->
        [one] El asistente ha retirado hoy mensajes de un miembro, que es el límite. Desde ahora las reglas sobre contenido solo piden revisión.
       *[other] El asistente ha retirado hoy mensajes de { $count } miembros, que es el límite. Desde ahora las reglas sobre contenido solo piden revisión.
    }
button-lift-limit = Levantar el límite por hoy
