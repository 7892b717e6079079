# One line at a time for the moderators.
line-not-approved = Channel #{ $channel } is not approved, and is not watched.
line-unknown = (A line without words: { $key })
channel-history-unread = What was posted in { $channel } while nobody was watching could not be read. It is tried again at the next start.
frame-unreadable = Discord sent something that could not be read ({ $dispatch }). It is kept as it came.
frame-unreadable-flagged = Discord sent something that could not be read ({ $dispatch }), and a rule holds of the words in it: { $rules }. `gavel log show { $entry }` shows them. Nothing was taken down.
card-undelivered = The card of case { $case } could not be posted. `gavel log list --case { $case }` shows the case.
hold-half-time = Case { $case } is held, and half of its time is over. If nobody decides, it is released.
hold-escalated = Case { $case } is overdue. It is about someone’s safety, so it stays down until a person decides.
