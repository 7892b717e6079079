# What stands in the channels themselves, and what the bot tells moderators and operators about its own state.

## The pinned rules notice in every approved channel. $hours, $link and $contact as the deployment gives them.

pinned-title = Welcome
pinned-purpose = This channel is run by { $city } for talk about { $purpose }.
pinned-purpose-open = This channel is run by { $city }.
pinned-criticism = You may disagree with the City, its leaders and its services. Criticism is never a reason for removal.
pinned-records-all = Posts here are public records. They may be kept and released, even if you delete them.
pinned-records-flagged = Posts here may be public records. Those that a rule touches are kept, even if you delete them.
pinned-helper = Our automated helper removes known scams and repeated copies, and takes down strong language, slurs, direct threats and private numbers until a person has looked. People make all other decisions.
pinned-topics = Please stay with the purpose of this channel: campaigning and preaching are looked at by a person.
pinned-hours = Staff are here { $hours }. The channel is not watched all the time.
pinned-emergency = In an emergency, call 911. To talk with someone in a crisis, call or text 988.
pinned-police = The police can also be reached at { $phone }.
pinned-appeal = If something of yours is touched, you are told why, and you can ask another person to review it with /appeal.
pinned-appeal-office = If something of yours is touched, you are told why and given a case number. To have another person look at it, contact { $office } with that number.
pinned-link = Full rules: { $link }
pinned-contact = Questions: { $contact }

day-mon = Monday
day-tue = Tuesday
day-wed = Wednesday
day-thu = Thursday
day-fri = Friday
day-sat = Saturday
day-sun = Sunday
days-from-to = { $first } to { $last }
hours-from-to = { $days }, { $open } to { $close }

## Channels, in the review channel

channel-not-approved = { $channel } is not approved, so it is not watched.
channel-renamed = { $channel } used to be called { $before }. It is watched as before, because its approval goes with the channel.
channel-missing = The approved channel { $channel } does not exist on this server.
channel-ambiguous = More than one channel is called { $channel }. Give its id in the deployment file.
channel-gone = { $channel } was deleted. It is no longer watched.

## Permissions, in the review channel and from doctor

permission-missing = In { $channel } the bot lacks the permission “{ $permission }”.
permission-missing-view = The bot cannot read { $channel }, so it is not watched.
permission-missing-history = The bot cannot read older messages in { $channel }, so what was posted while it was away is not checked.
permission-missing-delete = The bot cannot delete in { $channel }, so what it would take down stays up and goes to review.
permission-missing-send = The bot cannot write in { $channel }, so no cards or notes arrive there.
permission-too-many = The bot has the permission “{ $permission }”, which it does not need. Please take it away.

## Startup, in the review channel and from doctor

startup-ready =
    { $channels ->
        [one] Gavel is running with { $policy }, version { $version }. It watches one channel; posture: { $posture }.
       *[other] Gavel is running with { $policy }, version { $version }. It watches { $channels } channels; posture: { $posture }.
    }
startup-role-missing = The role { $role } does not exist on this server.
startup-review-missing = The review channel { $channel } does not exist on this server. Cases are recorded, but nobody sees a card.
startup-review-public = Everyone can read the review channel { $channel }. Please limit it to moderators.
startup-desk-missing = The desk for { $desk } names { $channel }, which does not exist. Its messages go to the review channel.
startup-pin-missing = { $channel } has no pinned rules. `gavel doctor --pin` posts them.
startup-topics-unpublished = { $channel } is limited to its topics, but its purpose is not published in the channel.
startup-draft = { $authority } is a draft that the City has not adopted, so it is not cited to members.
startup-other-server = The bot is also in another server, { $server }. It does nothing there.
startup-automod = Discord's own AutoMod blocks words in { $channel }. What it blocks is never posted, and its author gets no notice or appeal from the City.
posture-observe = observe: decides and records, does nothing
posture-assist = assist: asks people about content, acts alone only on lists, forms and counts
posture-enforce = enforce: applies the policy as written

## Coverage: when nobody was watching

coverage-gap = From { $from } to { $until } nobody was watching.
coverage-gap-filled =
    { $count ->
        [one] From { $from } to { $until } nobody was watching. One message from that time has been checked since.
       *[other] From { $from } to { $until } nobody was watching. { $count } messages from that time have been checked since.
    }
coverage-first = Watching since { $from }. What was posted before is not checked.
coverage-frozen = Removals are stopped. Everything goes to review until an administrator starts them again.
