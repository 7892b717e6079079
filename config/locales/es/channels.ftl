# Lo que está en los propios canales, y lo que el bot dice a moderadores y operadores sobre su estado.

## El aviso de reglas fijado en cada canal aprobado. $hours, $link y $contact como los da la instalación.

pinned-title = Bienvenidos
pinned-purpose = Este canal es de { $city }. Su propósito, en palabras de la Ciudad: «{ $purpose }».
pinned-purpose-open = Este canal es de { $city }.
pinned-criticism = Usted puede estar en desacuerdo con la Ciudad, sus autoridades y sus servicios. Una crítica nunca es motivo para quitar un mensaje.
pinned-records-all = Lo que se publica aquí es un registro público. Puede conservarse y entregarse, aunque usted lo borre.
pinned-records-flagged = Lo que se publica aquí puede ser un registro público. Los mensajes a los que se aplica una regla se conservan, aunque usted los borre.
pinned-helper = Nuestro asistente automático quita estafas conocidas y copias repetidas, y retira lenguaje fuerte, insultos de odio, amenazas directas y números privados hasta que una persona los revise. Todo lo demás lo deciden personas.
pinned-topics = Quédese en el propósito de este canal: una persona revisa las campañas políticas y la prédica.
pinned-hours = El personal atiende { $hours }. El canal no se vigila todo el tiempo.
pinned-emergency = En una emergencia, llame al 911. Para hablar con alguien en una crisis, llame o envíe un texto al 988.
pinned-police = A la policía también se la puede llamar al { $phone }.
pinned-appeal = Si se toca algo suyo, se le dice por qué, y puede pedir que otra persona lo revise con /appeal.
pinned-appeal-office = Si se toca algo suyo, se le dice por qué y se le da un número de caso. Para que otra persona lo revise, comuníquese con { $office } y dé ese número.
pinned-link = Reglas completas: { $link }
pinned-contact = Preguntas: { $contact }

day-mon = lunes
day-tue = martes
day-wed = miércoles
day-thu = jueves
day-fri = viernes
day-sat = sábado
day-sun = domingo
days-from-to = { $first } a { $last }
hours-from-to = { $days }, de { $open } a { $close }

## Canales, en el canal de revisión

channel-not-approved = { $channel } no está aprobado, así que no se vigila.
channel-renamed = { $channel } se llamaba antes { $before }. Se vigila como antes, porque la aprobación va con el canal.
channel-missing = El canal aprobado { $channel } no existe en este servidor.
channel-ambiguous = Más de un canal se llama { $channel }. Indique su id en el archivo de instalación.
channel-gone = { $channel } fue borrado. Ya no se vigila.

## Permisos, en el canal de revisión y en doctor

permission-missing = En { $channel } al bot le falta el permiso «{ $permission }».
permission-missing-view = El bot no puede leer { $channel }, así que no se vigila.
permission-missing-history = El bot no puede leer mensajes anteriores en { $channel }, así que no se revisa lo publicado mientras no estaba.
permission-missing-delete = El bot no puede borrar en { $channel }, así que lo que retiraría sigue publicado y pasa a revisión.
permission-missing-send = El bot no puede escribir en { $channel }, así que allí no llegan tarjetas ni notas.
permission-too-many = El bot tiene el permiso «{ $permission }», que no necesita. Quíteselo.

## Arranque, en el canal de revisión y en doctor

startup-ready =
    { $channels ->
        [one] Gavel funciona con { $policy }, versión { $version }. Vigila un canal; modo: { $posture }.
       *[other] Gavel funciona con { $policy }, versión { $version }. Vigila { $channels } canales; modo: { $posture }.
    }
startup-role-missing = El rol { $role } no existe en este servidor.
startup-review-missing = El canal de revisión { $channel } no existe en este servidor. Los casos se registran, pero nadie ve una tarjeta.
startup-review-public = Todos pueden leer el canal de revisión { $channel }. Limítelo a los moderadores.
startup-desk-missing = La oficina { $desk } usa { $channel }, que no existe. Sus mensajes van al canal de revisión.
startup-pin-missing = { $channel } no tiene las reglas fijadas. `gavel doctor --pin` las publica.
startup-topics-unpublished = { $channel } se limita a sus temas, pero su propósito no está publicado en el canal.
startup-draft = { $authority } es un borrador que la Ciudad no ha adoptado, así que no se cita a los miembros.
startup-other-server = El bot también está en otro servidor, { $server }. Allí no hace nada.
startup-automod = El AutoMod de Discord bloquea palabras en { $channel }. Lo que bloquea nunca se publica, y su autor no recibe aviso ni apelación de la Ciudad.
posture-observe = observar: decide y registra, no hace nada
posture-assist = ayudar: pregunta a personas sobre el contenido, actúa solo con listas, formas y cuentas
posture-enforce = aplicar: aplica la política como está escrita

## Cobertura: cuándo nadie vigilaba

coverage-gap = Desde { $from } hasta { $until } nadie vigilaba.
coverage-gap-filled =
    { $count ->
        [one] Desde { $from } hasta { $until } nadie vigilaba. Después se revisó un mensaje de ese tiempo.
       *[other] Desde { $from } hasta { $until } nadie vigilaba. Después se revisaron { $count } mensajes de ese tiempo.
    }
coverage-first = Se vigila desde { $from }. Lo publicado antes no se revisa.
coverage-frozen = Las retiradas están detenidas. Todo pasa a revisión hasta que un administrador las reanude.
