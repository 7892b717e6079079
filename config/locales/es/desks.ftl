# The first lines of a desk's card.
desk-press = Consulta de prensa para { $office }.
desk-press-advice = Antes de responder, compruebe quién pregunta: llame al número publicado de la redacción. No use un número ni un enlace del mensaje.
desk-threat = Posible amenaza, para { $office }.
desk-threat-advice = Si alguien puede estar en peligro, llame primero al 911. Conserve este mensaje; no lo conteste.
desk-legal = Asunto legal para { $office }.
desk-legal-advice = No hable de esto en el canal.
desk-records = Posible solicitud de registros para { $office }.
desk-records-advice = Se publicó { $when }. Compruebe si lo es: puede haber un plazo corriendo.
desk-communications = Para { $office }.
desk-communications-advice = Mire el mensaje y decida si alguien debe responder.
# The page itself, outside the card. Nothing from the message stands in it.
page = Posible amenaza: caso { $case }. Si alguien puede estar en peligro, llame primero al 911.
page-role-missing = { $role } (aquí no existe ese rol, así que no se avisó a nadie): { $text }

# Lines and acknowledgements for whoever wrote, by the policy's key.
response-press = Gracias por preguntar. Las preguntas de la prensa van a: { $office }. Le pasamos la suya. Esta respuesta automática no es una declaración de la Ciudad.
response-legal = El personal de la Ciudad no puede hablar aquí de asuntos legales. Su mensaje va a: { $office }. Un mensaje en este chat no vale como aviso legal a la Ciudad. Su mensaje sigue publicado.
response-records = Esto parece una solicitud de registros públicos. Va a: { $office }. Para asegurarse de que quede presentada, envíela también usted a esa oficina.
response-self-harm = Usted es importante. Puede llamar o enviar un texto al 988 a cualquier hora para hablar con alguien. Si hay peligro ahora mismo, llame al 911.
response-emergency = Si alguien está en peligro, llame al 911 ahora. Este chat no se vigila todo el tiempo y no puede enviar ayuda.
response-other = Gracias. Su mensaje va a: { $office }.
# Who answers where no office is named.
office-unnamed = la Ciudad
