# What a member is told when something of theirs was touched. Sent by direct message.
# Common placeables: $city, $channel, $case (the case's number), $clause (its number in the policy),
# $rule (the clause in plain words), $contact (where to write), $hours, $time, $date.

## A message taken down while a person checks it

notice-held-title = Your message is being checked
notice-held =
    Your message in { $channel } has been taken down for now while a person checks it.
    The reason: { $rule } ({ $clause })
    Most checks finish within { $hours } working hours. If nobody has decided by then, the hold ends, and you may post the message again.
# Holds for safety do not end by themselves.
notice-held-safety =
    Your message in { $channel } has been taken down for now while a person checks it.
    The reason: { $rule } ({ $clause })
    A person will contact you about what happens next.
# The kind of private number that was found, masked: $masked
notice-held-number =
    Your message in { $channel } showed what looks like { $kind } ({ $masked }). It has been taken down for now, to protect you or someone else.
    The reason: { $rule } ({ $clause })
    You may post it again without the number.
# A thread or post title under review.
notice-held-title-changed =
    The title of your post in { $channel } has been covered for now while a person checks it.
    The reason: { $rule } ({ $clause })

## Removed by the helper itself: only a listed address or file, and repeated copies

notice-removed-title = Your message was removed
notice-removed-listed-link =
    The City's automated helper removed your message in { $channel }. It had a link that is on a list of known scams or harmful sites.
    If you did not post it, change your password. If the link is safe, please appeal.
notice-removed-listed-file =
    The City's automated helper removed your message in { $channel }. It had a file that is on a list of known harmful files.
    If you did not post it, change your password. If the file is safe, please appeal.
notice-removed-copies =
    { $count ->
        [one] The City's automated helper kept your first message in { $channel } and removed one more copy of it.
       *[other] The City's automated helper kept your first message in { $channel } and removed { $count } more copies of it.
    }
    You are welcome to keep taking part.

## Decided by a person

notice-confirmed-title = Your message was checked
notice-confirmed =
    A City staff member checked your message from { $channel } and decided that it stays down.
    The reason: { $rule } ({ $clause })
    Our rules never allow removal because of an opinion. If you think that happened, please say so in an appeal.
notice-removed-by-person =
    A City staff member removed your message from { $channel } on { $date }.
    The reason: { $rule } ({ $clause })
    Our rules never allow removal because of an opinion. If you think that happened, please say so in an appeal.
notice-restored-title = Your message is back
notice-restored = We checked your message from { $channel } and put it back. We are sorry for the interruption.
# The place is gone or locked, so the text goes back to its author: $text
notice-restored-text =
    We checked your message from { $channel } and decided that it may stand. The place where it stood is closed, so here is your text:
    { $text }
notice-no-violation = A person checked your message in { $channel } and found nothing wrong with it. It stays where it is.

## The clock ran out

notice-released-title = The hold has ended
notice-released =
    Nobody decided about your message from { $channel } in time, so the hold has ended. That is our fault, not yours.
    Here is your text. You may post it again, and the automated helper will leave it alone:
    { $text }

## Tips: the message stays up

notice-tip-title = A tip about your message
notice-tip-private-contact =
    Your message in { $channel } is still there. It shows { $kind }, and everyone can read it.
    You may want to edit or delete it, to protect yourself or someone else. Nothing else will happen.
notice-topic-pointer =
    Your message is still there. { $channel } is for { $purpose }, so messages for or against candidates, parties or a faith are looked at by a person.
    There is no penalty. You may post about any City matter, whatever your view.
# With another channel that suits better: $other
notice-topic-pointer-elsewhere =
    Your message is still there. { $channel } is for { $purpose }; you may get a better answer in { $other }.
    There is no penalty. This is only a pointer.
notice-under-review =
    Your message in { $channel } is still there. A person will look at it.
    The reason: { $rule } ({ $clause })

## What stands below every notice

notice-case = Case { $case }
notice-standard = The City's published rules: { $link }
notice-appeal = To ask another person to review this, use /appeal with case { $case }, or write to { $contact }.
notice-appeal-command = To ask another person to review this, use /appeal with case { $case }.
notice-record = We keep a copy, because posts here are public records.
notice-automated = This message was sent by the City's automated helper.
# Several cases of one member in a short time are told in one message.
notice-more-cases =
    { $count ->
        [one] One more of your messages is affected; it is listed below.
       *[other] { $count } more of your messages are affected; they are listed below.
    }

## Kinds of private data, for $kind

kind-ssn = a Social Security number
kind-card = a card number
kind-bank-account = a bank account number
kind-credential = a password or access key
kind-passport = a passport number
kind-licence = a driver's license number
kind-phone = a phone number
kind-email = an e-mail address
kind-birth-date = a date of birth
kind-home-address = a home address
kind-street-address = a street address
kind-contact-list = a list of people's contact details

## Buttons on a notice

button-do-not-put-back = Do not put it back
button-appeal = Ask for a review
button-read = Read the note

## The public note, when direct messages are closed. It says nothing of what happened.

notice-fallback = { $member }, the City has a note for you that only you can read.
notice-fallback-gone = This note is no longer here. You can ask the moderators about case { $case }.

## A message put back by the City: the label above the author's own words

restored-label = { $member } wrote this on { $date }. The City took it down for a check and has put it back. Case { $case }.
restored-missing = Reactions and its old place could not be restored.
title-under-review = Title under review
