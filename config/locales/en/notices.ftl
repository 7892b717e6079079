# What happened. The member's own words follow, then why, then what comes next.
notice-held = Your message in #{ $venue } from { $when } is down for now while a person checks it.
notice-held-for-safety = Your message in #{ $venue } from { $when } is down while a person checks it, because it may be about someone’s safety.
notice-private-number = Your message in #{ $venue } from { $when } showed what looks like a private number. We took it down to protect you or someone else.
notice-scam-link = Your message in #{ $venue } from { $when } was taken down. It held a link or file that is on a list of scams or harmful sites.
notice-repeated = { $copies ->
    [one] We kept your first message in #{ $venue } and took down one copy of it.
   *[other] We kept your first message in #{ $venue } and took down { $copies } copies of it.
}
notice-removed = Your message in #{ $venue } from { $when } was taken down.
notice-privacy-tip = Your message in #{ $venue } from { $when } is still up. It seems to show private contact details. Anyone can read and copy them there, so you may want to take them out.
notice-topic-pointer = Your message in #{ $venue } from { $when } is still up. That channel is for one topic: { $purpose }. A person will look at your message.
notice-topic-pointer-plain = Your message in #{ $venue } from { $when } is still up. That channel is for one topic. A person will look at your message.
notice-under-review = Your message in #{ $venue } from { $when } is still up. A person will look at it.
notice-released = Nobody decided in time about your message in #{ $venue } from { $when }. You may post it again. Here is your text.
notice-title-held = The title of your thread in #{ $venue } from { $when } is replaced by another for now, while a person checks it. What is written in the thread stays.
notice-title-privacy-tip = The title of your thread in #{ $venue } from { $when } is still up. It seems to show private contact details. Anyone can read and copy them there, so you may want to take them out.
notice-title-under-review = The title of your thread in #{ $venue } from { $when } is still up. A person will look at it.
notice-title-released = Nobody decided in time about the title of your thread in #{ $venue } from { $when }. You may use it again. Here it is.

notice-title-quote = Your title:
notice-quote = Your message:
notice-why = Why: { $plain } ({ $policy }, { $clause })
notice-why-unnamed = Why: { $plain } ({ $clause })
notice-rules = The rules for everyone: { $link }

# What comes next.
next-held = A person will decide whether it goes back up.
next-title-held-until = A person will decide whether it comes back. If nobody has decided by { $until }, we will send you the title and you may use it again.
next-held-until = A person will decide whether it goes back up. If nobody has decided by { $until }, we will send you the text and you may post it again.
next-held-for-safety = A person will look at it. It does not go back up by itself.
next-private-number = A person will check it. You may post your message again now without the number.
next-scam-link = If you did not post it, change your password. You may post again without the link or file.
next-repeated = You are welcome to keep taking part.
next-removed = You may change your message and post it again.
next-copy-kept = We keep a copy, because messages here are public records. An opinion is never a reason to take a message down.
next-mistake = If you think this is a mistake, please contact: { $appeals }. Give this case number: { $case }.
next-no-penalty = This is no penalty.
notice-case = Case number: { $case }
notice-joined = { $count ->
    [one] This also happened:
   *[other] These also happened:
}
joined-line = • Case { $case }, #{ $channel }, { $when }: “{ $quote }”: { $what } ({ $clauses })
joined-unnamed = • Case { $case }, #{ $channel }, { $when }: “{ $quote }”: { $what }
joined-held = held until a person has looked
joined-held-for-safety = held for safety until a person has looked
joined-private-number = taken down to protect a private number
joined-scam-link = removed for a harmful link or file
joined-repeated = further copies removed; the first one stays
joined-removed = removed
joined-privacy-tip = still up, with a tip about private data
joined-topic-pointer = still up; a person looks whether it fits the channel
joined-under-review = still up; a person looks
joined-released = released to you

# For a member who takes no direct messages. It says nothing about why.
fallback-note = { $member } The City has a private message for you, but it could not be delivered. If you want such messages, allow direct messages from this server.
# The same for many at once.
fallback-note-many = The City has private messages about some posts here and could not deliver all of them. If a post of yours is gone or under review and you heard nothing, allow direct messages from this server, or ask a moderator.

# Every click and command gets an answer.
reply-unknown = Thank you. This button or command does not do anything at the moment. Nothing was changed.
reply-later = Thank you. We could not do that just now. Nothing was changed; please try again in a minute.
