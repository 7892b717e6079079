# Private reminders for staff, by the policy's key. Nobody else sees them.
reminder-intro = Just for you: a reminder about your message in #{ $venue } from { $when }. It was not sent to anyone else.
reminder-speaking-for-city = Please make clear whether you speak for the City. Only people who are authorised speak in its name.
reminder-disclaimer = When you write about the City on your own account, say that these are your own views. The City’s policy gives these words for it: “{ $sentence }”
reminder-disclaimer-plain = When you write about the City on your own account, say that these are your own views.
reminder-legal-matters = Please do not discuss legal matters here. If you need to answer, use these words: “{ $sentence }”
reminder-legal-matters-plain = Please do not discuss legal matters here. If you need to answer, say only that you cannot discuss them here.
reminder-legal-refer = This looks like a legal matter. Please leave the answer to { $office }.
reminder-refer-press = Questions from the press go to: { $office }. Please refer the reporter there and do not answer yourself.
reminder-politics = Please keep party politics and elections out of the City’s channels.
reminder-religion = Please keep religious appeals out of the City’s channels.
reminder-respect = Please keep a respectful tone, also when others do not.
reminder-confidential = Please check that what you shared is not confidential.
reminder-contact-data = Please do not share other people’s contact details here.
reminder-endorsement = Please do not recommend or promote a business, product or cause in the City’s name.
reminder-affiliation = Where it matters, please say that you work for the City and in what area.
reminder-other = Please check your message against the policy.
reminder-rights = You have the right to talk with others about pay, hours, safety and other working conditions. This reminder does not limit that.
