# One line at a time for the moderators.
line-not-approved = Channel #{ $channel } is not approved, and is not watched.
line-unknown = (A line without words: { $key })
