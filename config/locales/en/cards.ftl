# The card that moderators see in the review channel. Private data on it is masked.

## Titles

card-title-held = Taken down, waiting for a person
card-title-review = Waiting for a person, still up
card-title-removed = Removed by the helper
card-title-urgent = Urgent
card-title-released = The hold ran out; nothing was decided
card-title-closed = Closed

## Labels

card-case = Case
card-author = Author
card-role = Role
card-channel = Channel
card-purpose = Purpose of the channel
card-posted = Posted
card-edited = Edited
card-disposition = What was done
card-category = Category
card-rule = Rule
card-clause = Clause
card-clause-text = The clause says
card-evidence = Rests on
card-words = Words it rests on
card-why = Why
card-score = Score
card-guards = Protections
card-context = Before and after
card-no-context = Nothing else was posted near it.
card-reply-to = In reply to
card-message = The message
card-versions = Earlier versions
card-attachments = Attachments
card-links = Links
card-open = Open the message
card-deadline = Decide by
card-half-time = Half of the time is over. Decide by { $time }.
card-reminders = Private reminder sent
card-notice = Told to the author
card-notice-none = The author was not told.
card-notice-waiting = The author will be told as soon as Discord allows it.
card-notice-fallback = Direct messages are closed; a note without content was left in the channel.
card-earlier-same = The same text by someone else was decided before: { $outcome }, case { $case }.
card-masked = Private data is masked here. The evidence is kept in the record.

## Roles

role-resident = resident
role-employee = City employee
role-official = elected official
role-moderator = moderator
role-bot = bot
role-webhook = webhook
role-unknown = role not known

## Dispositions, as labels

disposition-none = nothing
disposition-notify = tip to the author, stays up
disposition-review = review, stays up
disposition-hold = taken down for a check
disposition-remove = removed

## Categories, as labels

category-vulgar = strong language
category-harassment-hate = harassment or hate
category-threat = possible threat
category-political = campaigning
category-religious = religious topic
category-contact-info = private data
category-scam-link = scam
category-spam = repeated posts
category-press = press inquiry
category-legal = legal matter
category-records-request = records request
category-self-harm = sign of self-harm
category-emergency = emergency
category-confidential = confidential information
category-endorsement = recommendation
category-affiliation = City job not named
category-speaking-for-city = speaking for the City
category-disparagement = criticism of the City

## Kinds of evidence, in words

evidence-exact = an address or file on a list
evidence-format = a number or key of a known form
evidence-count = a count of messages
evidence-term = a word or phrase on a list
evidence-pattern = a written pattern
evidence-structure = words in relation to each other
evidence-model = a computed score

## Guards, as labels

guard-government-as-subject = the message is about the City or its officials
guard-human-approval = a person approved this text before
guard-limit = today's limit on the helper is reached
guard-posture-observe = the bot only observes
guard-posture-assist = the bot only assists
guard-draft-authority = the rule's authority is not adopted yet

## What could not be kept or done

card-not-captured = Not captured: { $name }, { $type }, { $size }. { $why }
why-too-large = It is larger than the bot keeps.
why-too-slow = It did not arrive in time.
why-gone = It was already gone.
why-refused = Discord refused to hand it over.
why-storage = It could not be stored.
card-part-content = in the text
card-part-embed = in an embed
card-part-attachment = in an attachment
card-part-file-name = in a file's name
card-part-poll = in a poll
card-part-forward = in a forwarded message
card-part-title = in the title
card-part-nickname = in the nickname
card-part-sticker = in a sticker's name
card-part-component = in a button or menu
card-delete-refused = The message is still up: the bot lacks the permission “{ $permission }” in { $channel }.
card-delete-unknown = Discord did not answer. The bot is looking whether the message is gone.
card-already-gone = The message was already gone. The author was not told of a removal.
card-withdrawn = The author deleted the message. The record stays.
card-removed-elsewhere = Removed by someone outside the bot ({ $actor }). No reason recorded.
card-sealed = Sealed evidence. Nobody opens it here; ask the City Attorney.

## Decisions

button-remove = Remove
button-keep = No violation
button-confirm = Keep it down
button-restore = Put it back
card-decided = { $outcome }, decided by { $decider } on { $date }
card-decided-before = This case was already decided by { $decider }: { $outcome }.
card-reason = Reason
outcome-removed = removed
outcome-kept = left up
outcome-confirmed = stays down
outcome-restored = put back
outcome-released = hold ended
outcome-withdrawn = withdrawn by the author
outcome-removed-elsewhere = removed elsewhere

## The limit on automation

card-limit-reached =
    { $count ->
        [one] The helper has taken down messages of one member today, which is the limit. From here on rules about content only ask for review.
       *[other] The helper has taken down messages of { $count } members today, which is the limit. From here on rules about content only ask for review.
    }
button-lift-limit = Lift the limit for today
