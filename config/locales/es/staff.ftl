# Private reminders for staff, by the policy's key. Nobody else sees them.
reminder-intro = Solo para usted: un recordatorio sobre su mensaje en #{ $venue } del { $when }. No se envió a nadie más.
reminder-speaking-for-city = Aclare si habla en nombre de la Ciudad. Solo las personas autorizadas hablan en su nombre.
reminder-disclaimer = Cuando escriba sobre la Ciudad por su cuenta, diga que son sus propias opiniones. La política de la Ciudad da estas palabras para ello: “{ $sentence }”
reminder-disclaimer-plain = Cuando escriba sobre la Ciudad por su cuenta, diga que son sus propias opiniones.
reminder-legal-matters = No hable aquí de asuntos legales. Si necesita responder, use estas palabras: “{ $sentence }”
reminder-legal-matters-plain = No hable aquí de asuntos legales. Si necesita responder, diga solo que aquí no puede hablar de ellos.
reminder-legal-refer = Esto parece un asunto legal. Deje la respuesta a { $office }.
reminder-refer-press = Las preguntas de la prensa van a: { $office }. Remita allí al periodista y no responda usted.
reminder-politics = No lleve la política partidista ni las elecciones a los canales de la Ciudad.
reminder-religion = No lleve llamados religiosos a los canales de la Ciudad.
reminder-respect = Mantenga un tono respetuoso, también cuando otros no lo hagan.
reminder-confidential = Compruebe que lo que compartió no sea confidencial.
reminder-contact-data = No comparta aquí datos de contacto de otras personas.
reminder-endorsement = No recomiende ni promueva un negocio, producto o causa en nombre de la Ciudad.
reminder-affiliation = Cuando sea importante, diga que trabaja para la Ciudad y en qué área.
reminder-other = Compruebe su mensaje con la política.
reminder-rights = Usted tiene derecho a hablar con otros sobre salario, horario, seguridad y otras condiciones de trabajo. Este recordatorio no limita ese derecho.
