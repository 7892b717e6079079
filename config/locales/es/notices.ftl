# What happened. The member's own words follow, then why, then what comes next.
notice-held = Su mensaje en #{ $venue } del { $when } se retiró por ahora mientras una persona lo revisa.
notice-held-for-safety = Su mensaje en #{ $venue } del { $when } se retiró mientras una persona lo revisa, porque puede tratar de la seguridad de alguien.
notice-private-number = Su mensaje en #{ $venue } del { $when } mostraba lo que parece un número privado. Lo retiramos para protegerle a usted o a otra persona.
notice-scam-link = Su mensaje en #{ $venue } del { $when } se retiró. Tenía un enlace o archivo que está en una lista de estafas o sitios dañinos.
notice-repeated = { $copies ->
    [one] Dejamos su primer mensaje en #{ $venue } y retiramos una copia.
   *[other] Dejamos su primer mensaje en #{ $venue } y retiramos { $copies } copias.
}
notice-removed = Su mensaje en #{ $venue } del { $when } se retiró.
notice-privacy-tip = Su mensaje en #{ $venue } del { $when } sigue publicado. Parece mostrar datos de contacto privados. Allí cualquiera puede leerlos y copiarlos; quizá quiera quitarlos.
notice-topic-pointer = Su mensaje en #{ $venue } del { $when } sigue publicado. Ese canal es para un tema, en palabras de la Ciudad: «{ $purpose }». Una persona mirará su mensaje.
notice-topic-pointer-plain = Su mensaje en #{ $venue } del { $when } sigue publicado. Ese canal es para un solo tema. Una persona mirará su mensaje.
notice-under-review = Su mensaje en #{ $venue } del { $when } sigue publicado. Una persona lo mirará.
notice-released = Nadie decidió a tiempo sobre su mensaje en #{ $venue } del { $when }. Puede publicarlo otra vez. Este es su texto.
notice-title-held = El título de su hilo en #{ $venue } del { $when } se reemplazó por otro por ahora, mientras una persona lo revisa. Lo escrito en el hilo sigue ahí.
notice-title-privacy-tip = El título de su hilo en #{ $venue } del { $when } sigue publicado. Parece mostrar datos de contacto privados. Allí cualquiera puede leerlos y copiarlos; quizá quiera quitarlos.
notice-title-under-review = El título de su hilo en #{ $venue } del { $when } sigue publicado. Una persona lo mirará.
notice-title-released = Nadie decidió a tiempo sobre el título de su hilo en #{ $venue } del { $when }. Puede usarlo otra vez. Es este.

notice-title-quote = Su título:
notice-quote = Su mensaje:
notice-why = Motivo: { $plain } ({ $policy }, { $clause })
notice-why-unnamed = Motivo: { $plain } ({ $clause })
notice-rules = Las reglas para todos: { $link }

# What comes next.
next-held = Una persona decidirá si se vuelve a publicar.
next-title-held-until = Una persona decidirá si vuelve. Si nadie ha decidido antes del { $until }, le enviaremos el título y podrá usarlo otra vez.
next-held-until = Una persona decidirá si se vuelve a publicar. Si nadie ha decidido antes del { $until }, le enviaremos el texto y podrá publicarlo otra vez.
next-held-for-safety = Una persona lo mirará. No se vuelve a publicar por sí solo.
next-private-number = Una persona lo revisará. Ya puede publicar su mensaje otra vez sin el número.
next-scam-link = Si usted no lo publicó, cambie su contraseña. Puede publicar de nuevo sin el enlace o archivo.
next-repeated = Puede seguir participando.
next-removed = Puede cambiar su mensaje y publicarlo otra vez.
next-copy-kept = Guardamos una copia, porque los mensajes de aquí son registros públicos. Una opinión nunca es motivo para retirar un mensaje.
next-mistake = Si cree que es un error, comuníquese con: { $appeals }. Dé este número de caso: { $case }.
next-no-penalty = No es ninguna sanción.
notice-case = Número de caso: { $case }
notice-joined = { $count ->
    [one] También pasó esto:
   *[other] También pasó lo siguiente:
}
joined-line = • Caso { $case }, #{ $channel }, { $when }: «{ $quote }»: { $what } ({ $clauses })
joined-unnamed = • Caso { $case }, #{ $channel }, { $when }: «{ $quote }»: { $what }
joined-held = retenido hasta que lo vea una persona
joined-held-for-safety = retenido por seguridad hasta que lo vea una persona
joined-private-number = retirado para proteger un número privado
joined-scam-link = retirado por un enlace o archivo dañino
joined-repeated = se retiraron las copias; la primera sigue
joined-removed = retirado
joined-privacy-tip = sigue visible, con un consejo sobre datos privados
joined-topic-pointer = sigue visible; una persona verá si encaja en el canal
joined-under-review = sigue visible; lo verá una persona
joined-released = se le devuelve

# For a member who takes no direct messages. It says nothing about why.
fallback-note = { $member } La Ciudad tiene un mensaje privado para usted, pero no se pudo entregar. Si quiere recibirlos, permita los mensajes directos de este servidor.
# The same for many at once.
fallback-note-many = La Ciudad tiene mensajes privados sobre algunas publicaciones de aquí y no pudo entregarlos todos. Si una publicación suya ya no está o está en revisión y no recibió nada, permita los mensajes directos de este servidor o pregunte a un moderador.

# Every click and command gets an answer.
reply-unknown = Gracias. Este botón o comando no hace nada por el momento. No se cambió nada.
reply-later = Gracias. No pudimos hacerlo en este momento. No se cambió nada; intente de nuevo en un minuto.
