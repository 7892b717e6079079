//! What a member is told, in plain words that can be read aloud.
//!
//! What happened, their own words, why, what comes next, the case number.
//! Nothing is promised that another part of the bot does not keep.

use super::text::{self, Addresses, Unseen};
use super::{CONTENT_LIMIT, Shown, when};
use crate::domain::card::{Joined, Language, Notice, NoticeKind};
use crate::text::prescribed::prescribed;
use crate::words::{self, Value, say};

/// At most this many clauses are named; the case holds them all.
const CLAUSES_LIMIT: usize = 3;

/// Room that a member's own words get at least, whatever else is said.
const QUOTE_ROOM: usize = 300;

/// A longer sentence is not quoted: it would have to be cut.
const SENTENCE_LIMIT: usize = 400;

const NAME_LIMIT: usize = 120;
const PLAIN_LIMIT: usize = 300;

/// The public answer by the policy's key: a resource line, an acknowledgement.
pub fn response(language: Language, key: &str, office: &str) -> Shown {
    Shown::plain(by_key(language, "response", key, &[("office", office_name(language, office).into())]))
}

/// A notice as a direct message.
pub fn notice(notice: &Notice) -> Shown {
    let language = notice.language;
    let venue = text::inline(&notice.venue_name, NAME_LIMIT);
    let office = office_name(language, &notice.office);
    let args: &[(&str, Value<'_>)] = &[
        ("venue", venue.into()),
        ("when", when(notice.at).into()),
        ("office", office.into()),
        ("appeals", office_name(language, &notice.appeal_office).into()),
        ("link", link(&notice.rules_link).into()),
        ("purpose", text::inline(&notice.purpose, PLAIN_LIMIT).into()),
        ("copies", notice.copies.into()),
        ("case", notice.case.map_or(0, |case| case.0).to_string().into()),
        ("until", notice.release_at.map(when).unwrap_or_default().into()),
    ];
    let say = |key: &str| say(language, key, args);

    let mut before = vec![happened(notice, &say)];
    let mut after = Vec::new();
    if notice.kind == NoticeKind::Reminder {
        before.push(reminder(notice, args));
    }
    if !matches!(notice.kind, NoticeKind::Resource | NoticeKind::Acknowledgement) {
        after.extend(clauses(notice));
        if notice.kind != NoticeKind::Reminder && !notice.rules_link.is_empty() {
            after.push(say("notice-rules"));
        }
        after.extend(next(notice, &say));
    }
    after.extend(cases(notice));

    let before = before.join("\n");
    let mut after = after.join("\n");
    let spent = text::length(&before);
    // Our own words give way before theirs are lost altogether.
    after = super::fitted(after, CONTENT_LIMIT.saturating_sub(spent + QUOTE_ROOM));
    let room = CONTENT_LIMIT.saturating_sub(spent + text::length(&after) + 4);
    let parts = [before, quote(notice, room), after];
    let content = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
    Shown::plain(super::fitted(content, CONTENT_LIMIT))
}

fn happened(notice: &Notice, say: &dyn Fn(&str) -> String) -> String {
    use NoticeKind::*;
    let key = match notice.kind {
        PrivacyTip if notice.is_title => "notice-title-privacy-tip",
        TopicPointer | UnderReview if notice.is_title => "notice-title-under-review",
        Released if notice.is_title => "notice-title-released",
        // A title is held, never removed: the thread is still there.
        kind if notice.is_title && kind.tells_of_a_case() => "notice-title-held",
        Held => "notice-held",
        HeldForSafety => "notice-held-for-safety",
        PrivateNumber => "notice-private-number",
        ScamLink => "notice-scam-link",
        Repeated => "notice-repeated",
        Removed => "notice-removed",
        PrivacyTip => "notice-privacy-tip",
        TopicPointer if notice.purpose.trim().is_empty() => "notice-topic-pointer-plain",
        TopicPointer => "notice-topic-pointer",
        UnderReview => "notice-under-review",
        Released => "notice-released",
        Reminder => "reminder-intro",
        Resource | Acknowledgement => {
            let office = office_name(notice.language, &notice.office);
            let key = notice.key.as_deref().unwrap_or_default();
            return by_key(notice.language, "response", key, &[("office", office.into())]);
        }
    };
    say(key)
}

/// A reminder in its own words; the sentence that the cited clause prescribes
/// is quoted from there, word for word or not at all.
fn reminder(notice: &Notice, args: &[(&str, Value<'_>)]) -> String {
    let (language, key) = (notice.language, notice.key.as_deref().unwrap_or_default());
    let plain = format!("reminder-{key}-plain");
    match sentence(notice, key) {
        Some(sentence) => {
            let sentence = ("sentence", text::inline(sentence, CONTENT_LIMIT).into());
            by_key(language, "reminder", key, &[args, &[sentence]].concat())
        }
        None if words::knows(&plain) => say(language, &plain, args),
        None => by_key(language, "reminder", key, args),
    }
}

/// The sentence that a cited clause prescribes. A notice cites every clause
/// that the message touched; where several prescribe one, only the clause that
/// names what the reminder is about counts, and in doubt none.
fn sentence<'n>(notice: &'n Notice, key: &str) -> Option<&'n str> {
    let mut found: Vec<(&str, &str)> = notice
        .citations
        .iter()
        .filter_map(|cited| Some((cited.text.as_str(), prescribed(&cited.text)?)))
        .collect();
    if found.len() > 1 {
        let about = key.replace('-', " ");
        found.retain(|(clause, _)| clause.to_lowercase().contains(&about));
    }
    match found[..] {
        [(_, sentence)] if text::length(sentence) <= SENTENCE_LIMIT => Some(sentence),
        _ => None,
    }
}

/// What comes next, and what the member can do.
fn next(notice: &Notice, say: &dyn Fn(&str) -> String) -> Vec<String> {
    use NoticeKind::*;
    let mut keys: Vec<&str> = match notice.kind {
        Held if notice.is_title && notice.release_at.is_some() => {
            vec!["next-title-held-until", "next-copy-kept"]
        }
        Held if notice.release_at.is_some() => vec!["next-held-until", "next-copy-kept"],
        Held => vec!["next-held", "next-copy-kept"],
        HeldForSafety => vec!["next-held-for-safety", "next-copy-kept"],
        PrivateNumber => vec!["next-private-number"],
        ScamLink => vec!["next-scam-link"],
        Repeated => vec!["next-repeated"],
        Removed => vec!["next-removed", "next-copy-kept"],
        PrivacyTip | TopicPointer | UnderReview => vec!["next-no-penalty"],
        Reminder => vec!["reminder-rights"],
        Released | Resource | Acknowledgement => Vec::new(),
    };
    if offers_another_look(notice) {
        keys.push("next-mistake");
    }
    keys.into_iter().map(say).collect()
}

fn clauses(notice: &Notice) -> Vec<String> {
    let language = notice.language;
    let cited = notice.citations.iter().take(CLAUSES_LIMIT);
    cited
        .map(|citation| {
            let plain = match language {
                Language::Es if !citation.plain_es.is_empty() => &citation.plain_es,
                _ if !citation.plain.is_empty() => &citation.plain,
                _ => &citation.text,
            };
            let args: &[(&str, Value<'_>)] = &[
                ("plain", text::inline(plain, PLAIN_LIMIT).into()),
                ("policy", text::inline(&notice.policy, NAME_LIMIT).into()),
                ("clause", text::inline(&citation.id, NAME_LIMIT).into()),
            ];
            let key = if notice.policy.is_empty() { "notice-why-unnamed" } else { "notice-why" };
            say(language, key, args)
        })
        .collect()
}

/// Whether something was taken down that somebody may look at again. The
/// sentence that says so names the case.
fn offers_another_look(notice: &Notice) -> bool {
    use NoticeKind::*;
    matches!(notice.kind, Held | HeldForSafety | PrivateNumber | ScamLink | Repeated | Removed)
        && notice.case.is_some()
}

/// The number of the case, where it is not said yet, and of those that this
/// notice tells of too. Help and reminders are no matter of a case.
fn cases(notice: &Notice) -> Vec<String> {
    let language = notice.language;
    if matches!(notice.kind, NoticeKind::Resource | NoticeKind::Reminder) {
        return Vec::new();
    }
    let mut lines = Vec::new();
    if let Some(case) = notice.case.filter(|_| !offers_another_look(notice)) {
        lines.push(say(language, "notice-case", &[("case", case.to_string().into())]));
    }
    if !notice.joined.is_empty() {
        lines.push(say(language, "notice-joined", &[("count", notice.joined.len().into())]));
        lines.extend(notice.joined.iter().map(|other| joined(other, language)));
    }
    lines
}

/// How much of each message a notice shows of the cases that it also tells of.
const JOINED_QUOTE_LIMIT: usize = 60;

/// Another case in a line of its own: which message, and what became of it.
fn joined(other: &Joined, language: Language) -> String {
    let what = match other.kind {
        NoticeKind::Held => "joined-held",
        NoticeKind::HeldForSafety => "joined-held-for-safety",
        NoticeKind::PrivateNumber => "joined-private-number",
        NoticeKind::ScamLink => "joined-scam-link",
        NoticeKind::Repeated => "joined-repeated",
        NoticeKind::PrivacyTip => "joined-privacy-tip",
        NoticeKind::TopicPointer => "joined-topic-pointer",
        NoticeKind::Released => "joined-released",
        NoticeKind::Removed => "joined-removed",
        NoticeKind::UnderReview
        | NoticeKind::Reminder
        | NoticeKind::Resource
        | NoticeKind::Acknowledgement => "joined-under-review",
    };
    let args: &[(&str, Value<'_>)] = &[
        ("case", other.case.to_string().into()),
        ("when", when(other.at).into()),
        ("channel", text::inline(&other.venue_name, NAME_LIMIT).into()),
        ("quote", text::inline_quote(&other.quote, JOINED_QUOTE_LIMIT).into()),
        ("clauses", other.clauses.join(", ").into()),
        ("what", say(language, what, &[]).into()),
    ];
    say(language, if other.clauses.is_empty() { "joined-unnamed" } else { "joined-line" }, args)
}

/// The member's own words, as a block quote.
fn quote(notice: &Notice, room: usize) -> String {
    // Who may need help is not shown the words that gave it away.
    if notice.quote.trim().is_empty() || notice.kind == NoticeKind::Resource {
        return String::new();
    }
    let language = notice.language;
    // The released text is announced by the sentence before it.
    let label = match notice.kind {
        NoticeKind::Released => String::new(),
        _ if notice.is_title => say(language, "notice-title-quote", &[]) + "\n",
        _ => say(language, "notice-quote", &[]) + "\n",
    };
    // What was released may be posted again, so it is given back whole.
    let addresses = match notice.kind {
        NoticeKind::Released => Addresses::Whole,
        _ => Addresses::Defused,
    };
    let mut room = room.saturating_sub(text::length(&label));
    loop {
        let shown = text::excerpt(&notice.quote, &[], room, Unseen::Dropped, addresses, language);
        let quoted = shown.lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n");
        let over = text::length(&quoted).saturating_sub(text::length(&shown));
        // Marks at the line starts take room too; give it them and cut again.
        if text::length(&quoted) <= room || room <= over {
            return label + &quoted;
        }
        room -= over;
    }
}

/// An address of ours, without the preview that Discord would put below it.
fn link(address: &str) -> String {
    let is_page = address.starts_with("https://") || address.starts_with("http://");
    let is_plain = !address.contains(|c: char| c.is_whitespace() || c == '<' || c == '>');
    if is_page && is_plain { format!("<{address}>") } else { text::inline(address, PLAIN_LIMIT) }
}

fn office_name(language: Language, office: &str) -> String {
    match office.trim() {
        "" => say(language, "office-unnamed", &[]),
        office => text::inline(office, NAME_LIMIT),
    }
}

/// Words that a policy names by key: a key without words gets general ones,
/// for whoever reads them is no operator.
fn by_key(language: Language, kind: &str, key: &str, args: &[(&str, Value<'_>)]) -> String {
    let full = format!("{kind}-{key}");
    if words::knows(&full) {
        say(language, &full, args)
    } else {
        say(language, &format!("{kind}-other"), args)
    }
}
