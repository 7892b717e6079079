# The first lines of a desk's card.
desk-press = Press inquiry for { $office }.
desk-press-advice = Before you answer, check who is asking: call the newsroom’s published number. Do not use a number or link from the message.
desk-threat = Possible threat, for { $office }.
desk-threat-advice = If anyone may be in danger, call 911 first. Keep this message; do not answer it.
desk-legal = Legal matter for { $office }.
desk-legal-advice = Do not discuss it in the channel.
desk-records = Possible records request for { $office }.
desk-records-advice = It was posted { $when }. Please check whether it is one: a clock may be running.
desk-communications = For { $office }.
desk-communications-advice = Please look at the message and decide whether somebody has to answer.
# The page itself, outside the card. Nothing from the message stands in it.
page = Possible threat: case { $case }. If anyone may be in danger, call 911 first.
page-role-missing = { $role } (there is no such role here, so nobody was pinged): { $text }

# Lines and acknowledgements for whoever wrote, by the policy's key.
response-press = Thank you for asking. Questions from the press go to: { $office }. We are passing yours on. This automated reply is not a statement by the City.
response-legal = City staff cannot discuss legal matters here. Your message goes to: { $office }. A message in this chat does not count as legal notice to the City. Your message stays up.
response-records = This looks like a request for public records. It goes to: { $office }. To be sure it is filed, please also send it to that office yourself.
response-self-harm = You matter. You can call or text 988 at any hour to talk with someone. If there is danger right now, call 911.
response-emergency = If someone is in danger, call 911 now. This chat is not watched all the time and cannot send help.
response-other = Thank you. Your message goes to: { $office }.
# Who answers where no office is named.
office-unnamed = the City
