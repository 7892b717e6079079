# How a decision is explained by `gavel judge`, in words a council member understands.
# First what was found and what it rests on, then what holds it back, then who is told, and last, once, what happens to the message.
# $words are the words it rests on, $clause the clause's number, $id the rule's, $rule the clause's plain words.

## What was found: a sentence for each category, on cards too

found-vulgar = It uses strong obscene or sexual words.
found-harassment_hate = It insults, demeans or wishes harm on a person or a group.
found-harassment_hate-term = It uses a slur, or a word that can be one.
found-threat = It may threaten somebody or a place.
found-political = It takes sides on a party, a candidate, a national leader or a ballot question.
found-religious = It urges a belief or worship, or disputes a faith.
found-contact_info = It shows somebody’s private contact details.
found-contact_info-format = It shows a private number, password or address.
found-scam_link = It looks like a scam, or like a link that hides where it leads.
found-scam_link-exact = It holds a link or a file that is on a list of known scams and harmful sites.
found-spam = The same author posted one message again and again, or very many in a short time.
found-press = It comes from a reporter, or from somebody who is gathering news.
found-legal = It is about a claim against the City, or about somebody’s own legal case.
found-records_request = It asks the City for public records.
found-self_harm = Somebody may be thinking of harming themselves.
found-emergency = Somebody may be in danger right now.
found-confidential = It may give away something confidential.
found-endorsement = It recommends or promotes a business, a product or a person.
found-affiliation = It speaks from inside knowledge and does not say that the author works for the City.
found-speaking_for_city = It may be taken for a statement by the City.
found-disparagement = It criticizes the City. That is never a reason for anything.

# Where a number or an address was recognized by its form.
found-format = It shows { $kind }.

explain-words = It says: “{ $words }”.
explain-score = The wording as a whole resembles messages of this kind (score { $score }). A score alone never takes a message down.
explain-clause = The rule “{ $id }” rests on { $clause }: { $rule }
explain-clause-again = The rule “{ $id }” rests on { $clause } as well.
explain-several =
    { $count ->
        [one] One rule applies.
       *[other] In all, { $count } rules apply; the strongest decides.
    }

## What holds it back

explain-guard-concerted-activity = This is about pay, safety, supervisors or other working conditions. Employees have the right to talk about that, however rude they are. Only threats, private numbers and known harmful links would still count.
explain-guard-government-as-subject = This is about the City, its officials or its services. Strong words alone do not take such a message down, whether it praises or blames.
explain-guard-human-approval = A person has already looked at this text and approved it. The helper leaves it alone.

explain-cap-observe = The bot only observes here: the decision is recorded and nothing is done.
explain-cap-assist = The bot only assists here: it asks a person and takes nothing down because of what was said.
explain-cap-draft-authority = The rule rests on a procedure that the City has not adopted yet, so nothing is taken down for it.
explain-cap-roles-unknown = Whether the author works for the City could not be learned, so the protections of residents and of employees both apply.
explain-cap-old = The message is older than a day, so the helper does not take it down.
explain-cap-daily-limit = The helper has taken down as much as it may in one day, so it takes nothing more down for its words.
explain-cap-not-a-person = It was posted by another bot or a webhook, so the helper does not take it down.
explain-cap-released = Nobody decided about this very text in time before. The helper leaves it alone now.
explain-cap-not-captured = Part of the message could not be kept as evidence, so the helper does not take it down.
explain-cap-disguise = The words are disguised so much that reading them takes guessing, so a person looks at them first.
explain-cap-joined = Only several messages in a row say it together, so a person looks at them first.

## Who is told

explain-route-press = It is passed on to: { $office }. A question from the press is never removed.
explain-route-threat = It is passed on, as a possible threat, to: { $office }. Software cannot know what was meant.
explain-route-legal = It is passed on to: { $office }. A message about a legal matter is not removed for that.
explain-route-records = It is passed on, with the time it came in, to: { $office }. The time for an answer may have started.
explain-route-communications = It is passed on to: { $office }.
explain-urgent-card = It is urgent: the moderators’ card says so.
explain-urgent = It is urgent: the people on duty are told at once.
explain-reminder = The author works for the City and gets a private reminder, which nobody else sees.
explain-response-help = The author gets a line about where to find help.
explain-response-acknowledged = The author is told where the message went.

# The office at a desk, where neither the policy nor a deployment names one.
explain-office-press = the office that answers the press
explain-office-threat = the people on duty for threats
explain-office-legal = the City’s attorney
explain-office-records = the records officer
explain-office-communications = the Communications office

## What happens to the message: said once, at the end

explain-end-plain = Nothing in the policy speaks against this message. It stays up.
explain-end-none = The message stays up.
explain-end-notify = The message stays up. The author gets a friendly tip; it is no penalty.
explain-end-review = The message stays up, and a person looks at it. The author is not told, because nothing has been done to the message.
explain-end-review-reminded = The message stays up, and a person looks at it.
explain-end-review-told = The message stays up, and a person looks at it. The author gets a friendly pointer; it is no penalty.
explain-end-hold = The message is taken down for now, and a person decides whether it goes back up. The author is told why, and how to appeal.
explain-end-remove = The message is removed at once, because this is a plain fact and needs no judgment. The author is told why, and how to appeal.
explain-end-remove-copies = The first message stays up and the copies are removed. The author is told why, and how to appeal.

## What a format is called

format-ssn = a social security number
format-card = a payment card number
format-bank-account = a bank account number
format-credential = a password or key
format-passport = a passport number
format-licence = a driver's license number
format-phone = a telephone number
format-email = an e-mail address
format-birth-date = a date of birth
format-home-address = a home address
format-street-address = a street address
format-contact-list = a list of contacts
