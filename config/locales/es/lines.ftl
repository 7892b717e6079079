# One line at a time for the moderators.
line-not-approved = El canal #{ $channel } no está aprobado y no se vigila.
line-unknown = (Una línea sin palabras: { $key })
channel-history-unread = No se pudo leer lo que se publicó en { $channel } mientras nadie vigilaba. Se intentará de nuevo en el próximo inicio.
frame-unreadable = Discord envió algo que no se pudo leer ({ $dispatch }). Se guarda tal como llegó.
frame-unreadable-flagged = Discord envió algo que no se pudo leer ({ $dispatch }), y a sus palabras se les aplica una regla: { $rules }. `gavel log show { $entry }` las muestra. No se retiró nada.
card-undelivered = No se pudo publicar la ficha del caso { $case }. `gavel log list --case { $case }` muestra el caso.
hold-half-time = El caso { $case } está retenido y ya pasó la mitad de su plazo. Si nadie decide, se libera.
hold-escalated = El caso { $case } está atrasado. Se trata de la seguridad de alguien: sigue retirado hasta que una persona decida.
