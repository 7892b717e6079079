# Private reminders to City employees and elected officials. Only the person sees them; nobody is told,
# and nothing is kept by person. $clause is the clause's number in the policy, $rule its plain words,
# $sentence the words that the policy itself prescribes, where it does, $office the office it names.

reminder-title = A private reminder
reminder-opening = Just for you; nobody else is told.
reminder-clause = Policy { $clause }: { $rule }
reminder-rights = You have the right to talk with others about pay, hours, safety and other working conditions. This reminder does not limit that.

reminder-speaking-for-city = Your message reads as if it spoke for the City. If you were not asked to, you may want to say that the view is your own.
reminder-disclaimer =
    Your message mentions your City job beside your own view. The policy asks you to add this sentence:
    “{ $sentence }”
reminder-legal-matters =
    This looks like a legal matter. The policy asks staff to answer such messages with this sentence and nothing more:
    “{ $sentence }”
reminder-legal-refer = This looks like a legal matter. Please leave the answer to { $office }.
reminder-refer-press = This looks like a question from the press. Please refer it to { $office }, and do not answer it here yourself.
reminder-politics = This is a City channel, and the policy asks staff to leave political campaigning out of it. You may post about it elsewhere, as yourself.
reminder-religion = This is a City channel, and the policy asks staff to leave religious topics out of it. You may post about them elsewhere, as yourself.
reminder-respect = Some words in your message are not meant for a City channel. A person will look at it; you may want to rephrase.
reminder-confidential = Your message may share something that is not public yet. If so, please edit or delete it.
reminder-contact-data = Your message shows contact details or private numbers. Please do not post those of residents or coworkers here.
reminder-endorsement = Your message reads like a recommendation. The policy asks staff not to recommend businesses or people in the City's channels.
reminder-affiliation = Your message draws on your City work. Where it matters, please say that you work for the City and in what area.

# Shown with a reminder about a recommendation of a person.
reminder-endorsement-person = Requests for a recommendation go to Human Resources.

# The button that copies the prescribed sentence for the person.
button-copy-sentence = Copy the sentence
