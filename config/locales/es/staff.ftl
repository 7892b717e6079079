# Recordatorios privados a empleados y funcionarios electos de la Ciudad. Solo la persona los ve; no se
# avisa a nadie y nada se guarda por persona. $clause es el número de la cláusula, $rule sus palabras
# sencillas, $sentence las palabras que la política indica, si las hay, $office la oficina que nombra.

reminder-title = Un recordatorio privado
reminder-opening = Solo para usted; no se avisa a nadie más.
reminder-clause = Política { $clause }: { $rule }
reminder-rights = Usted tiene derecho a hablar con otros sobre salario, horario, seguridad y otras condiciones de trabajo. Este recordatorio no limita ese derecho.

reminder-speaking-for-city = Su mensaje parece hablar en nombre de la Ciudad. Si nadie se lo pidió, quizá quiera decir que la opinión es suya.
reminder-disclaimer =
    Su mensaje menciona su empleo en la Ciudad junto a una opinión suya. La política le pide agregar esta frase:
    «{ $sentence }»
reminder-legal-matters =
    Esto parece un asunto legal. La política pide al personal que conteste esos mensajes con esta frase y nada más:
    «{ $sentence }»
reminder-legal-refer = Esto parece un asunto legal. Deje la respuesta a { $office }.
reminder-refer-press = Esto parece una pregunta de la prensa. Remítala a { $office } y no la conteste usted aquí.
reminder-politics = Este es un canal de la Ciudad, y la política pide al personal no hacer campaña política en él. Puede hacerlo en otro lugar, a título personal.
reminder-religion = Este es un canal de la Ciudad, y la política pide al personal dejar fuera los temas religiosos. Puede tratarlos en otro lugar, a título personal.
reminder-respect = Algunas palabras de su mensaje no son para un canal de la Ciudad. Una persona lo revisará; quizá quiera decirlo de otra manera.
reminder-confidential = Su mensaje quizá comparte algo que todavía no es público. Si es así, edítelo o bórrelo.
reminder-contact-data = Su mensaje muestra datos de contacto o números privados. No publique aquí los de residentes o compañeros.
reminder-endorsement = Su mensaje parece una recomendación. La política pide al personal no recomendar negocios ni personas en los canales de la Ciudad.
reminder-affiliation = Su mensaje se basa en su trabajo en la Ciudad. Cuando sea importante, diga que trabaja para la Ciudad y en qué área.

# Se muestra con un recordatorio sobre la recomendación de una persona.
reminder-endorsement-person = Las solicitudes de recomendación van a Recursos Humanos.

# El botón que copia la frase indicada.
button-copy-sentence = Copiar la frase
