# What goes to the desks, and what is said to the person whose message went there.
# $office is the office in charge, $contact its address or number, $hours when it is open.

## Acknowledgements and help, sent to the author

response-press =
    Thank you for reaching out. Questions from the press go to { $office }; they have your message now.
    Please tell them your deadline: { $contact }. Open { $hours }. This automated reply is not a statement by the City.
response-legal =
    City staff cannot discuss legal matters here. Please contact { $office }: { $contact }.
    A message in this chat does not count as legal notice to the City. Your message stays up.
response-records =
    This looks like a request for public records. We told { $office } on { $date } at { $time }.
    To be sure that it is filed, send it to { $contact } as well.
response-self-harm =
    You matter. You can call or text 988 at any hour to talk with someone, in English or Spanish.
    If there is danger right now, call 911. You have done nothing wrong, and your message stays up.
response-emergency =
    If someone is in danger, call 911 now. This chat is not watched all the time and cannot send help.
# Where no address is set for the office.
response-press-short = Thank you for reaching out. Questions from the press go to { $office }; they have your message now. This automated reply is not a statement by the City.
response-legal-short = City staff cannot discuss legal matters here. Please contact { $office }. A message in this chat does not count as legal notice to the City. Your message stays up.
response-records-short = This looks like a request for public records. We told { $office } on { $date } at { $time }.
# The sentence a policy prescribes to staff, when a member of staff asks the bot to post it.
response-legal-prescribed = { $sentence }

## Card titles

desk-title-press = Press inquiry
desk-title-threat = Possible threat
desk-title-legal = Legal matter
desk-title-records = Records request
desk-title-communications = For Communications
desk-title-self-harm = Someone may need help
desk-title-emergency = Possible emergency

## What to do, first on the card

desk-do-press = Please answer from the office. Check that the inquiry is genuine before you open links or files. The message stays up.
desk-do-threat = Someone wrote what may be a threat. In an emergency call 911. Nobody has been called yet. A person decides what it was.
desk-do-legal = The message stays up. Chat is no way to serve notice on the City; the author has been told.
desk-do-records = The time for an answer may have started at the time shown. The author has been told how to make sure it is filed.
desk-do-self-harm = The author was shown 988 and 911 and has broken no rule. Please see whether someone should reach out.
desk-do-emergency = The author was shown 911. Nobody has been called yet.
desk-police = Police, not for emergencies: { $phone }

## Labels

desk-office = Office
desk-received = Received
desk-deadline = Deadline named
desk-due = Answer due
desk-from = From
desk-channel = Channel
desk-message = The message
desk-words = Words it rests on
desk-context = Before and after
desk-open = Open the message
desk-state = State
desk-state-up = still up
desk-state-down = taken down for a check
desk-state-gone = deleted by its author; kept as evidence
desk-acknowledged = Seen by { $member } at { $time }
desk-not-acknowledged = Nobody has confirmed this yet.
desk-answered = Answered
desk-closed = Closed
desk-private = May be a law-enforcement record. Ask the City Attorney before releasing it.
desk-attachment = { $name }, { $type }, { $size }
# A desk without a channel or address of its own.
desk-unconfigured = No desk is set up for { $office }, so this came to the review channel.

## Buttons

button-acknowledge = I have it
button-answered = Answered
button-not-a-threat = Not a threat
button-close = Close

## Mail

mail-subject = [Gavel] { $title }, case { $case }
mail-opening = A message in { $channel } was routed to { $office }.
mail-attachments = Attachments are not sent by mail. Their names, types and sizes are listed, and how to open them.
mail-closing = This mail was sent by the City's moderation bot.
