# Cómo se explica una decisión en `gavel judge`, en las tarjetas y en la página, en palabras sencillas.
# $words son las palabras en que se basa, $clause el número de la cláusula, $rule sus palabras sencillas.

## Una frase por cada clase de evidencia y lo que resulta

# Una dirección o un archivo de una lista.
explain-exact-remove = «{ $words }» está en una lista de direcciones o archivos dañinos conocidos. Es un hecho simple, así que el mensaje se quita de inmediato; el autor puede apelar.
explain-exact-hold = «{ $words }» está en una lista de direcciones o archivos dañinos conocidos. El mensaje se retira hasta que una persona lo revise.
explain-exact-review = «{ $words }» está en una lista de direcciones o archivos dañinos conocidos. El mensaje sigue publicado y una persona lo revisa.
explain-exact-notify = «{ $words }» está en una lista. El mensaje sigue publicado y el autor recibe un consejo.
explain-exact-none = «{ $words }» está en una lista. Al mensaje no le pasa nada.

# Un número o una clave de forma conocida.
explain-format-remove = «{ $words }» tiene la forma exacta de { $kind }. El mensaje se quita de inmediato para proteger a las personas; el autor puede apelar.
explain-format-hold = «{ $words }» tiene la forma exacta de { $kind }. El mensaje se retira para proteger a las personas hasta que alguien lo revise.
explain-format-review = «{ $words }» tiene la forma de { $kind }. El mensaje sigue publicado y una persona lo revisa.
explain-format-notify = «{ $words }» tiene la forma de { $kind }. El mensaje sigue publicado y el autor recibe un consejo de privacidad.
explain-format-none = «{ $words }» tiene la forma de { $kind }. Al mensaje no le pasa nada.

# Una cuenta.
explain-count-remove = El mismo autor publicó el mismo mensaje una y otra vez. El primero se queda; las copias se quitan.
explain-count-hold = El mismo autor publicó muchísimos mensajes en poco tiempo. Se retiran hasta que una persona los revise.
explain-count-review = El mismo autor publicó muchísimos mensajes en poco tiempo. Siguen publicados y una persona los revisa.
explain-count-notify = El mismo autor publicó el mismo mensaje más de una vez. Los mensajes siguen publicados y el autor recibe un consejo.
explain-count-none = El mismo autor publicó el mismo mensaje más de una vez. No pasa nada.

# Una palabra o frase de una lista.
explain-term-hold = «{ $words }» está en la lista corta de palabras que no tienen un sentido inocente. El mensaje se retira por ahora; una persona decide si queda retirado.
explain-term-review = «{ $words }» está en una lista de palabras que pueden romper la política. Una palabra sola nunca quita un mensaje: sigue publicado y decide una persona.
explain-term-notify = «{ $words }» está en una lista. El mensaje sigue publicado y el autor recibe un consejo.
explain-term-none = «{ $words }» está en una lista. El mensaje sigue publicado y solo se pasa a quien corresponde.

# Un patrón escrito.
explain-pattern-hold = «{ $words }» coincide con un patrón que no tiene un sentido inocente. El mensaje se retira por ahora; una persona decide si queda retirado.
explain-pattern-review = «{ $words }» coincide con un patrón que puede romper la política. Un patrón solo nunca quita un mensaje: sigue publicado y decide una persona.
explain-pattern-notify = «{ $words }» coincide con un patrón. El mensaje sigue publicado y el autor recibe un consejo.
explain-pattern-none = «{ $words }» coincide con un patrón. El mensaje sigue publicado y solo se pasa a quien corresponde.

# Palabras en relación unas con otras.
explain-structure-hold = «{ $words }» dice, en una sola frase, quién haría qué a quién. Dicho así no tiene otro sentido, así que el mensaje se retira por ahora; una persona decide si queda retirado.
explain-structure-review = «{ $words }» puede romper la política, pero depende de lo que se quiso decir. El mensaje sigue publicado y decide una persona.
explain-structure-notify = «{ $words }» se encontró en una sola frase. El mensaje sigue publicado y el autor recibe un consejo.
explain-structure-none = «{ $words }» muestra de qué trata el mensaje. Sigue publicado y solo se pasa a quien corresponde.

# Un puntaje calculado.
explain-model-review = La redacción en conjunto se parece a mensajes que rompieron la política (puntaje { $score }). Un puntaje nunca quita un mensaje: sigue publicado y decide una persona.
explain-model-notify = La redacción en conjunto se parece a mensajes de este tipo (puntaje { $score }). El mensaje sigue publicado y el autor recibe un consejo.
explain-model-none = La redacción en conjunto se parece a mensajes de este tipo (puntaje { $score }). Sigue publicado y solo se pasa a quien corresponde.

## El conjunto

explain-nothing = Nada en la política va contra este mensaje. Sigue publicado.
explain-clause = Se basa en { $clause }: { $rule }
explain-urgent = Es urgente: se avisa de inmediato al personal de guardia.
explain-several =
    { $count ->
        [one] Se aplica una regla.
       *[other] Se aplican { $count } reglas; decide la más fuerte.
    }
explain-author-told = Se le dice al autor por qué, y cómo apelar.
explain-author-not-told = No se avisa al autor, porque no se le ha hecho nada al mensaje.
explain-author-pointed = El autor recibe una sugerencia amable. No hay ninguna sanción.

## Protecciones

explain-guard-concerted-activity = Trata de salario, seguridad, supervisores u otras condiciones de trabajo. Los empleados tienen derecho a hablar de eso, así que no se hace nada, por rudo que sea.
explain-guard-concerted-activity-limits = Solo contarían amenazas, números privados y enlaces dañinos conocidos.
explain-guard-government-as-subject = Trata de la Ciudad, sus autoridades o sus servicios. Las palabras fuertes solas no retiran un mensaje así, sea elogio o crítica: sigue publicado y decide una persona.
explain-guard-human-approval = Una persona ya revisó este texto y lo aprobó. El asistente no lo toca.
explain-guard-unknown-role = No se pudo saber el papel del autor, así que valen las protecciones de residentes y de empleados, y decide una persona.

## Destinos

explain-route-press = Se pasa a { $office }, que contesta a la prensa. Una pregunta de la prensa nunca se quita.
explain-route-threat = Se pasa a { $office } como posible amenaza. Un programa no puede saber lo que se quiso decir; decide una persona.
explain-route-legal = Se pasa a { $office }. Un mensaje sobre un asunto legal nunca se quita.
explain-route-records = Se pasa a { $office } con la hora en que llegó, porque el plazo para contestar puede haber empezado.
explain-route-communications = Se avisa de inmediato a { $office }.
explain-reminder = El autor trabaja para la Ciudad y recibe un recordatorio privado. No se avisa a nadie más.
explain-response = Se le envía al autor ayuda o un acuse de recibo.

## Modos y límites

explain-posture-observe = Aquí el bot solo observa: la decisión se registra y no se hace nada.
explain-posture-assist = Aquí el bot solo ayuda: sobre el contenido pregunta a una persona y no retira nada por sí mismo.
explain-posture-enforce = La política se aplica como está escrita.
explain-cap-evidence = Una palabra sola nunca quita un mensaje: decide una persona.
explain-cap-model = Un puntaje calculado nunca retira un mensaje por sí solo.
explain-cap-draft = La regla se basa en un procedimiento que la Ciudad aún no ha adoptado, así que decide una persona y no se avisa al autor.
explain-cap-limit = El asistente llegó al límite de hoy, así que decide una persona.
explain-cap-topics-open = Este canal no tiene un tema publicado, así que en él no se aplican las reglas sobre temas.
explain-cap-age = El mensaje tiene más de un día, así que a lo más se revisa.
explain-cap-not-captured = Una parte del mensaje no se pudo guardar como evidencia, así que decide una persona.
explain-cap-bot = Lo publicó otro bot o un webhook, así que a lo más se revisa.
explain-cap-nickname = Se trata de un apodo, que se revisa una vez y nunca se bloquea.
explain-frozen = Las retiradas están detenidas por ahora, así que decide una persona.

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
