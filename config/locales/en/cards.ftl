# Titles: the case, then where it stands, then what the policy says of it.
card-title = Case { $case }: { $standing } ({ $disposition })
card-urgent = Urgent. { $title }
card-title-raid = { $count } more messages like these in #{ $venue }, by { $authors ->
    [one] one account
   *[other] { $authors } accounts
} ({ $disposition })
card-now = Edited since. It now says
standing-open = still visible, a person is to look
standing-taking-down = being taken down
standing-held = down until a person decides
standing-not-taken-down = still visible as far as is known, it could not be taken down
standing-withdrawn = gone: deleted by its author, as far as Discord says
standing-removed = taken down
standing-removed-elsewhere = gone, and not through Gavel
standing-released = released, nobody decided in time
standing-escalated = down, and overdue for a decision
disposition-none = no action on the message
disposition-notify = author told
disposition-review = review
disposition-hold = hold
disposition-remove = remove

# The parts of a message that can hold text.
part-embeds = In a link preview or embed
part-components = In a button, menu or box
part-poll = In a poll
part-message_snapshots = In a forwarded message
part-attachments = In a file’s name or text
part-sticker_items = In a sticker’s name
part-title = In the title of the thread or post
part-nickname = In a nickname
part-other = In { $part }
card-no-text = (The message has no text.)

# What was found, and why.
card-rule = Rule { $rule }: { $category }
card-evidence = { $found } Found by { $evidence }.
card-clause = Clause { $clause }
card-clause-above = { $clause }, as above.
card-draft = { $clause } (a draft, not adopted by the City)
card-more-rules = { $count ->
    [one] One more rule held.
   *[other] { $count } more rules held.
}
evidence-exact = an exact match with a list
evidence-format = the form of a number or key that proves itself
evidence-count = counting what the same author posted
evidence-term = a listed word or phrase
evidence-pattern = a pattern of words
evidence-structure = certain words, a number or a link in the message
evidence-model = a trained estimate, which by itself never takes anything down
category-vulgar = obscene or sexual wording
category-harassment_hate = harassment or hate
category-threat = possible threat
category-political = politics
category-religious = religion
category-contact_info = private data
category-scam_link = scam or harmful link
category-spam = repeated posts
category-press = press inquiry
category-legal = legal matter
category-records_request = records request
category-self_harm = somebody may need help
category-emergency = possible emergency
category-confidential = confidential information
category-endorsement = endorsement
category-affiliation = affiliation
category-speaking_for_city = speaking for the City
category-disparagement = criticism of the City

card-less = Why it goes no further
guard-concerted-activity = A protection for employees applies.
guard-government-as-subject = It is about the City or an official: strong words alone do not take it down.
guard-human-approval = A moderator has approved this very text.
cap-posture = This deployment leaves such decisions to people.
cap-guard = A protection applies.
cap-draft-authority = The standard it rests on has not been adopted, so it binds nobody yet.
cap-roles-unknown = The author’s roles could not be learned, so every protection applies.
cap-old = The message is more than a day old.
cap-daily-limit = The daily limit on automatic takedowns is reached.
cap-disguise = It takes guessing to read the words.
cap-joined = Only several messages together say it.
cap-not-a-person = It was written by a webhook or another bot.
cap-released = A hold of this very text ran out undecided.
cap-not-captured = The file in which it was found could not be captured in time.

# Around it.
card-raid = All of them
card-raid-between = From { $since } to { $until }, decided alike. Each is a case of its own, on record with its words.
card-raid-standing = { $count }: { $standing }
card-raid-first = The first of them, case { $case }:
card-raid-latest = The last few
card-context = Messages before it
card-files = Files
card-file = { $name } ({ $kind }, { $size })
card-file-missing = { $name } ({ $kind }, { $size }): not captured, { $why }
card-file-unread = { $name } ({ $kind }, { $size }): kept whole, but the last { $unread } were not checked, for it is a long text
card-file-unknown-kind = type not known
missing-address = its address is not one of Discord’s
missing-gone = it was gone already
missing-too-large = it is too large
missing-too-slow = it took too long
missing-lost = the connection was lost
missing-storage = our own storage failed
card-trouble = What stands in the way
trouble-permission-missing = Discord refused it: the bot lacks a permission in that channel. To take messages down it needs Manage Messages.
trouble-direct-messages-closed = The member takes no direct messages.
trouble-venue-gone = The channel is gone.
trouble-unauthorised = Discord does not accept the bot’s token.
trouble-rejected = Discord did not accept the request.
trouble-gave-up = Discord answered with errors only, until the bot gave up.
trouble-outcome-unknown = Discord gave no answer, so nobody can tell whether it happened.
trouble-desk-unreachable = This card could not be delivered to its desk.
card-place = Where, when, who
card-where = #{ $venue }, { $when }
card-purpose = Purpose of the channel: { $purpose }
card-author-unknown = Author: not known. Discord does not say who renamed it.
card-author-number = Author: account { $id }
card-author = Author: { $author } ({ $id })
card-link = Message: { $link }
card-message-id = Message number { $message }
card-release = If nobody decides, it is released { $when }.

# What was cut away because Discord takes no more.
cut-after = … ({ $count ->
    [one] 1 character not shown
   *[other] { $count } characters not shown
})
cut-before = ({ $count ->
    [one] 1 character before
   *[other] { $count } characters before
}) …
