# Cómo explica `gavel judge` una decisión, en palabras sencillas.
# Primero qué se encontró y en qué se basa, luego qué lo frena, luego a quién se avisa y al final, una sola vez, qué pasa con el mensaje.
# $words son las palabras en que se basa, $clause el número de la cláusula, $id el de la regla, $rule la cláusula en palabras sencillas.

## Qué se encontró: una frase por cada categoría, también en las tarjetas

found-vulgar = Usa palabras obscenas o sexuales fuertes.
found-harassment_hate = Insulta, humilla o le desea un mal a una persona o a un grupo.
found-harassment_hate-term = Usa un insulto de odio, o una palabra que puede serlo.
found-threat = Puede ser una amenaza contra alguien o contra un lugar.
found-political = Toma partido sobre un partido, una candidatura, un gobernante nacional o una consulta electoral.
found-religious = Llama a creer o a rendir culto, o discute una fe.
found-contact_info = Muestra los datos de contacto privados de alguien.
found-contact_info-format = Muestra un número, una contraseña o una dirección privados.
found-scam_link = Parece una estafa, o un enlace que oculta adónde lleva.
found-scam_link-exact = Tiene un enlace o un archivo que está en una lista de estafas y sitios dañinos conocidos.
found-spam = El mismo autor publicó un mensaje una y otra vez, o muchísimos en poco tiempo.
found-press = Viene de un periodista o de alguien que busca información para una noticia.
found-legal = Trata de un reclamo contra la Ciudad o del caso legal de alguien.
found-records_request = Pide a la Ciudad registros públicos.
found-self_harm = Puede que alguien esté pensando en hacerse daño.
found-emergency = Puede que alguien esté en peligro en este momento.
found-confidential = Puede revelar algo confidencial.
found-endorsement = Recomienda o promociona un negocio, un producto o a una persona.
found-affiliation = Habla con información interna y no dice que el autor trabaja para la Ciudad.
found-speaking_for_city = Puede tomarse por una declaración de la Ciudad.
found-disparagement = Critica a la Ciudad. Eso nunca es motivo de nada.

# Where a number or an address was recognized by its form.
found-format = Muestra { $kind }.

explain-words = Dice: «{ $words }».
explain-score = La redacción en conjunto se parece a mensajes de este tipo (puntaje { $score }). Un puntaje solo nunca retira un mensaje.
explain-clause = La regla «{ $id }» se basa en { $clause }: { $rule }
explain-clause-again = La regla «{ $id }» también se basa en { $clause }.
explain-several =
    { $count ->
        [one] Se aplica una regla.
       *[other] En total se aplican { $count } reglas; decide la más fuerte.
    }

## Qué lo frena

explain-guard-concerted-activity = Trata de salario, seguridad, supervisores u otras condiciones de trabajo. Los empleados tienen derecho a hablar de eso, por groseros que sean. Solo contarían las amenazas, los números privados y los enlaces dañinos conocidos.
explain-guard-government-as-subject = Trata de la Ciudad, de sus autoridades o de sus servicios. Las palabras fuertes solas no retiran un mensaje así, sea elogio o crítica.
explain-guard-human-approval = Una persona ya revisó este texto y lo aprobó. El asistente no lo toca.

explain-cap-observe = Aquí el bot solo observa: la decisión se registra y no se hace nada.
explain-cap-assist = Aquí el bot solo ayuda: pregunta a una persona y no retira nada por lo que se dijo.
explain-cap-draft-authority = La regla se basa en un procedimiento que la Ciudad aún no ha adoptado, así que no se retira nada por ella.
explain-cap-roles-unknown = No se pudo saber si el autor trabaja para la Ciudad, así que valen las protecciones de residentes y de empleados.
explain-cap-old = El mensaje tiene más de un día, así que el asistente no lo retira.
explain-cap-daily-limit = El asistente ya retiró todo lo que puede en un día, así que no retira nada más por sus palabras.
explain-cap-not-a-person = Lo publicó otro bot o un webhook, así que el asistente no lo retira.
explain-cap-released = Antes nadie decidió a tiempo sobre este mismo texto. Ahora el asistente no lo toca.
explain-cap-not-captured = Una parte del mensaje no se pudo guardar como evidencia, así que el asistente no lo retira.
explain-cap-disguise = Las palabras están tan disfrazadas que hay que adivinarlas, así que primero las ve una persona.
explain-cap-joined = Solo varios mensajes seguidos lo dicen juntos, así que primero los ve una persona.

## A quién se avisa

explain-route-press = Se pasa a: { $office }. Una pregunta de la prensa nunca se quita.
explain-route-threat = Se pasa, como posible amenaza, a: { $office }. Un programa no puede saber lo que se quiso decir.
explain-route-legal = Se pasa a: { $office }. Un mensaje no se quita por tratar de un asunto legal.
explain-route-records = Se pasa, con la hora en que llegó, a: { $office }. El plazo para contestar puede haber empezado.
explain-route-communications = Se pasa a: { $office }.
explain-urgent-card = Es urgente: así lo dice la tarjeta de los moderadores.
explain-urgent = Es urgente: se avisa de inmediato al personal de guardia.
explain-reminder = El autor trabaja para la Ciudad y recibe un recordatorio privado que nadie más ve.
explain-response-help = El autor recibe una nota que dice dónde encontrar ayuda.
explain-response-acknowledged = Se le dice al autor adónde fue su mensaje.

# The office at a desk, where neither the policy nor a deployment names one.
explain-office-press = la oficina que contesta a la prensa
explain-office-threat = el personal de guardia para amenazas
explain-office-legal = la abogacía de la Ciudad
explain-office-records = la oficina de registros
explain-office-communications = la oficina de Comunicaciones

## Qué pasa con el mensaje: una sola vez, al final

explain-end-plain = Nada en la política va contra este mensaje. Sigue publicado.
explain-end-none = El mensaje sigue publicado.
explain-end-notify = El mensaje sigue publicado. El autor recibe un consejo amable; no es ninguna sanción.
explain-end-review = El mensaje sigue publicado y una persona lo revisa. No se avisa al autor, porque no se le ha hecho nada al mensaje.
explain-end-review-reminded = El mensaje sigue publicado y una persona lo revisa.
explain-end-review-told = El mensaje sigue publicado y una persona lo revisa. El autor recibe una sugerencia amable; no es ninguna sanción.
explain-end-hold = El mensaje se retira por ahora y una persona decide si se vuelve a publicar. Se le dice al autor por qué, y cómo apelar.
explain-end-remove = El mensaje se quita de inmediato, porque es un hecho simple que no requiere juicio. Se le dice al autor por qué, y cómo apelar.
explain-end-remove-copies = El primer mensaje sigue publicado y las copias se quitan. Se le dice al autor por qué, y cómo apelar.

## Cómo se llama cada formato

format-ssn = un número de seguro social
format-card = un número de tarjeta de pago
format-bank-account = un número de cuenta bancaria
format-credential = una contraseña o clave
format-passport = un número de pasaporte
format-licence = un número de licencia de conducir
format-phone = un número de teléfono
format-email = una dirección de correo electrónico
format-birth-date = una fecha de nacimiento
format-home-address = la dirección de una casa
format-street-address = una dirección
format-contact-list = una lista de contactos
