# How a decision is explained, by `gavel judge`, on cards and on the page, in words a council member understands.
# $words are the words it rests on, $clause the clause's number, $rule its plain words.

## One sentence for each kind of evidence and what follows from it

# A listed address or file.
explain-exact-remove = “{ $words }” is on a list of known harmful addresses or files. That is a plain fact, so the message is removed at once; the author can appeal.
explain-exact-hold = “{ $words }” is on a list of known harmful addresses or files. The message is taken down until a person has looked.
explain-exact-review = “{ $words }” is on a list of known harmful addresses or files. The message stays up and a person looks at it.
explain-exact-notify = “{ $words }” is on a list. The message stays up and the author gets a tip.
explain-exact-none = “{ $words }” is on a list. Nothing happens to the message.

# A number or key of a known form.
explain-format-remove = “{ $words }” has the exact form of { $kind }. The message is removed at once to protect people; the author can appeal.
explain-format-hold = “{ $words }” has the exact form of { $kind }. The message is taken down to protect people until a person has looked.
explain-format-review = “{ $words }” has the form of { $kind }. The message stays up and a person looks at it.
explain-format-notify = “{ $words }” has the form of { $kind }. The message stays up and the author gets a privacy tip.
explain-format-none = “{ $words }” has the form of { $kind }. Nothing happens to the message.

# A count.
explain-count-remove = The same author posted the same message again and again. The first one stays; the copies are removed.
explain-count-hold = The same author posted very many messages in a short time. They are taken down until a person has looked.
explain-count-review = The same author posted very many messages in a short time. They stay up and a person looks at them.
explain-count-notify = The same author posted the same message more than once. The messages stay up and the author gets a tip.
explain-count-none = The same author posted the same message more than once. Nothing happens.

# A word or phrase on a list.
explain-term-hold = “{ $words }” is on the policy's short list of words that have no innocent meaning. The message is taken down for now; a person decides whether it stays down.
explain-term-review = “{ $words }” is on a list of words that can break the policy. A word alone never removes a message: it stays up and a person decides.
explain-term-notify = “{ $words }” is on a list. The message stays up and the author gets a tip.
explain-term-none = “{ $words }” is on a list. The message stays up and is only passed on.

# A written pattern.
explain-pattern-hold = “{ $words }” fits a pattern that has no innocent meaning. The message is taken down for now; a person decides whether it stays down.
explain-pattern-review = “{ $words }” fits a pattern that can break the policy. A pattern alone never removes a message: it stays up and a person decides.
explain-pattern-notify = “{ $words }” fits a pattern. The message stays up and the author gets a tip.
explain-pattern-none = “{ $words }” fits a pattern. The message stays up and is only passed on.

# Words in relation to each other.
explain-structure-hold = “{ $words }” says, in one sentence, who would do what to whom. Said like this it leaves no other meaning, so the message is taken down for now; a person decides whether it stays down.
explain-structure-review = “{ $words }” may break the policy, but it depends on what was meant. The message stays up and a person decides.
explain-structure-notify = “{ $words }” was found in one sentence. The message stays up and the author gets a tip.
explain-structure-none = “{ $words }” shows what the message is about. It stays up and is only passed on.

# A computed score.
explain-model-review = The wording as a whole resembles messages that broke the policy (score { $score }). A score never removes a message: it stays up and a person decides.
explain-model-notify = The wording as a whole resembles messages of this kind (score { $score }). The message stays up and the author gets a tip.
explain-model-none = The wording as a whole resembles messages of this kind (score { $score }). It stays up and is only passed on.

## The whole

explain-nothing = Nothing in the policy speaks against this message. It stays up.
explain-clause = It rests on { $clause }: { $rule }
explain-urgent = It is urgent: the people on duty are told at once.
explain-several =
    { $count ->
        [one] One rule applies.
       *[other] { $count } rules apply; the strongest decides.
    }
explain-author-told = The author is told why, and how to appeal.
explain-author-not-told = The author is not told, because nothing has been done to the message.
explain-author-pointed = The author gets a friendly pointer. There is no penalty.

## Guards

explain-guard-concerted-activity = This is about pay, safety, supervisors or other working conditions. Employees have the right to talk about that, so nothing is done, however rude it is.
explain-guard-concerted-activity-limits = Only threats, private numbers and known harmful links would still count.
explain-guard-government-as-subject = This is about the City, its officials or its services. Strong words alone do not take such a message down, whether it praises or blames: it stays up and a person decides.
explain-guard-human-approval = A person has already looked at this text and approved it. The helper leaves it alone.
explain-guard-unknown-role = The author's role could not be learned, so the protections of residents and of employees both apply, and a person decides.

## Routes

explain-route-press = It is passed on to { $office }, which answers the press. A question from the press is never removed.
explain-route-threat = It is passed on to { $office } as a possible threat. Software cannot know what was meant; a person decides.
explain-route-legal = It is passed on to { $office }. A message about a legal matter is never removed.
explain-route-records = It is passed on to { $office } with the time it came in, because the time for an answer may have started.
explain-route-communications = { $office } is told at once.
explain-reminder = The author works for the City and gets a private reminder. Nobody else is told.
explain-response = The author is sent help or an acknowledgement.

## Postures and caps

explain-posture-observe = The bot only observes here: the decision is recorded and nothing is done.
explain-posture-assist = The bot only assists here: for content it asks a person and takes nothing down by itself.
explain-posture-enforce = The policy is applied as it is written.
explain-cap-evidence = A word alone never removes a message: a person decides.
explain-cap-model = A computed score alone never takes a message down.
explain-cap-draft = The rule rests on a procedure that the City has not adopted yet, so a person decides and the author is not told.
explain-cap-limit = The helper has reached today's limit, so a person decides.
explain-cap-topics-open = This channel has no published topic, so topic rules do not apply in it.
explain-cap-age = The message is older than a day, so it is at most reviewed.
explain-cap-not-captured = Part of the message could not be kept as evidence, so a person decides.
explain-cap-bot = It was posted by another bot or a webhook, so it is at most reviewed.
explain-cap-nickname = It concerns a nickname, which is reviewed once and never blocked.
explain-frozen = Removals are stopped for now, so a person decides.

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
