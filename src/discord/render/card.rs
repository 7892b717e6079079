//! A case as moderators and desks see it: one embed, everything in words.
//!
//! Discord takes 6,000 units in all. What matters most is laid down first,
//! and each part has its own share, so that a long message cannot push out
//! the reason or the trouble; what is cut says how much is missing. Nothing a
//! message holds becomes a link here: an address is shown, not offered.

use super::text::{self, Addresses, Unseen, inline, inline_quote};
use super::{Ping, Sheet, Shown, fitted, when};
use crate::domain::card::{Card, Citation, FileNote, Language, Raid, Reason, Standing};
use crate::domain::decision::{Desk, Disposition};
use crate::words::{self, Value, say};

/// Discord's limits for an embed (*Embed limits*).
const TITLE_LIMIT: usize = 256;
const FIELD_NAME_LIMIT: usize = 256;
const FIELD_LIMIT: usize = 1_024;
const SUM_LIMIT: usize = 6_000;

/// The message's own texts, all parts together, and the desk's advice: at most
/// so much, and so much even where the clauses are long.
const TEXTS_ROOM: usize = 2_000;
const TEXTS_LEAST: usize = 900;
/// Rules shown in full; further ones are counted. A clause is quoted whole,
/// because what it orders often stands at its end.
const RULES_SHOWN: usize = 3;
/// Messages before it.
const CONTEXT_SHOWN: usize = 5;
const CONTEXT_LINE_ROOM: usize = 140;
/// Of the words of each of many like cases.
const MEMBER_ROOM: usize = 60;
const FILES_SHOWN: usize = 6;
const NAME_ROOM: usize = 80;
const TROUBLE_ROOM: usize = 300;
const NOW_ROOM: usize = 600;
const PURPOSE_ROOM: usize = 120;
const POLICY_ROOM: usize = 120;

/// A card. `language` is the moderators'.
pub fn card(card: &Card, language: Language) -> Shown {
    let rules = rules(card, language);
    let cited: usize = rules.iter().map(|(name, value)| text::length(name) + text::length(value)).sum();
    let texts_room = SUM_LIMIT.saturating_sub(AROUND_ROOM + cited).clamp(TEXTS_LEAST, TEXTS_ROOM);
    let mut sheet = Layout {
        sheet: Sheet {
            title: title(card, language),
            description: description(card, texts_room, language),
            colour: colour(card.disposition),
            fields: Vec::new(),
            footer: String::new(),
        },
        left: SUM_LIMIT,
    };
    sheet.left -= text::length(&sheet.sheet.title) + text::length(&sheet.sheet.description);
    if let Some(trouble) = &card.trouble {
        sheet.field(
            say(language, "card-trouble", &[]),
            inline(&trouble_in_words(trouble, language), TROUBLE_ROOM),
        );
    }
    if let Some(now) = &card.now {
        sheet.field(
            say(language, "card-now", &[]),
            text::excerpt(now, &[], NOW_ROOM, Unseen::Named, Addresses::Defused, language),
        );
    }
    if let Some(raid) = &card.raid {
        sheet.field(say(language, "card-raid", &[]), all_of(raid, language));
        sheet.field(say(language, "card-raid-latest", &[]), latest_of(raid));
    }
    sheet.field(say(language, "card-place", &[]), place(card, language));
    for (name, value) in rules {
        sheet.field(name, value);
    }
    sheet.field(say(language, "card-less", &[]), less(card, language));
    sheet.field(say(language, "card-files", &[]), files(&card.files, language));
    sheet.field(say(language, "card-context", &[]), context(card));
    sheet.sheet.footer = footer(card, language);
    let (content, ping) = page(card, language);
    Shown { content, sheet: Some(sheet.sheet), ping, reply_to: None }
}

/// An embed that is being filled.
struct Layout {
    sheet: Sheet,
    left: usize,
}

/// Kept back for the footer.
const FOOTER_ROOM: usize = 200;

/// What the title, the footer, the place and what stands in the way take of
/// the whole.
const AROUND_ROOM: usize = 1_400;

impl Layout {
    /// Adds a field, cut to what is left. Discord takes no empty one.
    fn field(&mut self, name: String, value: String) {
        let name = fitted(name, FIELD_NAME_LIMIT);
        let room = self.left.saturating_sub(text::length(&name) + FOOTER_ROOM).min(FIELD_LIMIT);
        let value = fitted(value, room);
        if text::length(&value) > 1 && room > 1 {
            self.left -= text::length(&name) + text::length(&value);
            self.sheet.fields.push((name, value));
        }
    }
}

/// Where a case stands, in words.
fn standing(standing: Standing, language: Language) -> String {
    use crate::domain::card::Standing::*;
    let key = match standing {
        Open => "standing-open",
        TakingDown => "standing-taking-down",
        Held => "standing-held",
        NotTakenDown => "standing-not-taken-down",
        Removed => "standing-removed",
        Withdrawn => "standing-withdrawn",
        RemovedElsewhere => "standing-removed-elsewhere",
        Released => "standing-released",
        Escalated => "standing-escalated",
    };
    say(language, key, &[])
}

fn title(card: &Card, language: Language) -> String {
    let disposition = say(language, &format!("disposition-{}", card.disposition), &[]);
    if let Some(raid) = &card.raid {
        let args: &[(&str, Value<'_>)] = &[
            ("count", raid.cases.into()),
            ("venue", inline(&card.venue_name, NAME_ROOM).into()),
            ("authors", raid.authors.into()),
            ("disposition", disposition.into()),
        ];
        return fitted(say(language, "card-title-raid", args), TITLE_LIMIT);
    }
    let args: &[(&str, Value<'_>)] = &[
        ("case", card.case.to_string().into()),
        ("standing", standing(card.standing, language).into()),
        ("disposition", disposition.into()),
    ];
    let title = say(language, "card-title", args);
    match card.urgent {
        true => fitted(say(language, "card-urgent", &[("title", title.into())]), TITLE_LIMIT),
        false => fitted(title, TITLE_LIMIT),
    }
}

/// When many like cases came, and how many of them stand where.
fn all_of(raid: &Raid, language: Language) -> String {
    let args: &[(&str, Value<'_>)] =
        &[("since", when(raid.since).into()), ("until", when(raid.until).into())];
    let mut lines = vec![say(language, "card-raid-between", args)];
    lines.extend(raid.standings.iter().map(|(at, count)| {
        let args: &[(&str, Value<'_>)] =
            &[("count", (*count).into()), ("standing", standing(*at, language).into())];
        format!("• {}", say(language, "card-raid-standing", args))
    }));
    lines.join("\n")
}

/// The last few of many like cases.
fn latest_of(raid: &Raid) -> String {
    let lines = raid.latest.iter().map(|member| {
        let author = inline(&member.author, NAME_ROOM / 2);
        format!("• {}, {author}: {}", member.case, inline_quote(&member.text, MEMBER_ROOM))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Beside the words, never instead of them.
fn colour(disposition: Disposition) -> u32 {
    match disposition {
        Disposition::None => 0x5B_6B_7B,
        Disposition::Notify => 0x1F_6F_B2,
        Disposition::Review => 0xB8_86_0B,
        Disposition::Hold => 0xC8_5A_11,
        Disposition::Remove => 0xA6_1E_1E,
    }
}

/// What stands outside the card: a page, which has to be read on a locked
/// screen, and therefore holds nothing of the message.
fn page(card: &Card, language: Language) -> (String, Ping) {
    if card.desk != Some(Desk::Threat) {
        return (String::new(), Ping::Nobody);
    }
    let said = say(language, "page", &[("case", card.case.to_string().into())]);
    match (&card.page, card.page_role) {
        (Some(_), Some(role)) => (format!("<@&{role}> {said}"), Ping::Role(role)),
        (Some(name), None) => {
            let args: &[(&str, Value<'_>)] =
                &[("role", inline(&format!("@{name}"), NAME_ROOM).into()), ("text", said.into())];
            (say(language, "page-role-missing", args), Ping::Nobody)
        }
        (None, _) => (said, Ping::Nobody),
    }
}

fn description(card: &Card, room: usize, language: Language) -> String {
    let mut lines = Vec::new();
    if let Some(desk) = card.desk {
        let office = match card.office.trim() {
            "" => say(language, "office-unnamed", &[]),
            office => inline(office, NAME_ROOM),
        };
        let args: &[(&str, Value<'_>)] = &[("office", office.into()), ("when", when(card.at).into())];
        lines.push(say(language, &format!("desk-{desk}"), args));
        lines.push(say(language, &format!("desk-{desk}-advice"), args));
    }
    if card.raid.is_some() {
        lines.push(say(language, "card-raid-first", &[("case", card.case.to_string().into())]));
    }
    let used: usize = lines.iter().map(|line| text::length(line) + 1).sum();
    lines.push(texts(card, room - used.min(room / 2), language));
    lines.join("\n")
}

/// The texts in which something was found, the words it rests on marked.
fn texts(card: &Card, room: usize, language: Language) -> String {
    if card.texts.iter().all(|(_, text)| text.trim().is_empty()) {
        return say(language, "card-no-text", &[]);
    }
    let share = room / card.texts.len().max(1);
    let mut left = room;
    let mut out = Vec::new();
    for (part, body) in &card.texts {
        let mut marks = Vec::new();
        for span in card.reasons.iter().flat_map(|reason| &reason.spans) {
            if span.part == *part {
                marks.push((span.start, span.end));
            }
        }
        let label = label(part, language);
        // The first text takes what it needs; each after it at least a share.
        let others = share * (card.texts.len() - 1 - out.len().min(card.texts.len() - 1));
        let mut own = left.saturating_sub(others).saturating_sub(text::length(&label) + 1);
        let mut shown;
        loop {
            let body = text::excerpt(body, &marks, own, Unseen::Named, Addresses::Defused, language);
            shown = body.lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n");
            let over = text::length(&shown).saturating_sub(text::length(&body));
            if text::length(&shown) <= own || own <= over {
                break;
            }
            own -= over;
        }
        if !label.is_empty() {
            shown = format!("{label}:\n{shown}");
        }
        left = left.saturating_sub(text::length(&shown) + 1);
        out.push(shown);
    }
    fitted(out.join("\n"), room)
}

/// Which part of a message a text stands in; what was typed needs no label.
fn label(part: &str, language: Language) -> String {
    if part == crate::domain::message::CONTENT {
        return String::new();
    }
    let head = part.split(['[', '.']).next().unwrap_or(part);
    let key = format!("part-{head}");
    if words::knows(&key) {
        say(language, &key, &[])
    } else {
        say(language, "part-other", &[("part", inline(part, NAME_ROOM).into())])
    }
}

/// The rules that held, each with its clauses word for word. A clause that is
/// quoted above is only named, and one that does not fit beside its rule gets
/// a field of its own.
fn rules(card: &Card, language: Language) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let mut quoted: Vec<&str> = Vec::new();
    for reason in card.reasons.iter().take(RULES_SHOWN) {
        let (name, mut value) = rule(reason, language);
        let mut apart = Vec::new();
        let cited = reason.citations.iter().map(|citation| (citation, false));
        for (Citation { id, text, .. }, draft) in cited.chain(reason.drafts.iter().map(|draft| (draft, true)))
        {
            let mut shown = inline(id, NAME_ROOM);
            if draft {
                shown = say(language, "card-draft", &[("clause", shown.into())]);
            }
            let args: &[(&str, Value<'_>)] = &[("clause", shown.as_str().into())];
            if quoted.contains(&id.as_str()) {
                value = value + "\n" + &say(language, "card-clause-above", args);
                continue;
            }
            quoted.push(id);
            let words = format!("“{}”", inline(text, FIELD_LIMIT - 2));
            let line = format!("\n{shown}: {words}");
            if text::length(&value) + text::length(&line) <= FIELD_LIMIT {
                value += &line;
            } else {
                apart.push((say(language, "card-clause", args), words));
            }
        }
        fields.push((name, value));
        fields.extend(apart);
    }
    fields
}

/// A rule's name, and what it found.
fn rule(reason: &Reason, language: Language) -> (String, String) {
    let args: &[(&str, Value<'_>)] = &[
        ("rule", inline(&reason.rule, NAME_ROOM).into()),
        ("category", say(language, &format!("category-{}", reason.category), &[]).into()),
    ];
    let name = say(language, "card-rule", args);
    let args: &[(&str, Value<'_>)] = &[
        ("found", words::found(language, reason.category, reason.evidence).into()),
        ("evidence", say(language, &format!("evidence-{}", reason.evidence), &[]).into()),
    ];
    (name, say(language, "card-evidence", args))
}

/// Which policy the clauses are from, and how many rules are not shown.
fn footer(card: &Card, language: Language) -> String {
    let mut parts = Vec::new();
    if !card.policy.trim().is_empty() {
        // A footer knows no formatting, so nothing in it is escaped.
        parts.push(fitted(card.policy.split_whitespace().collect::<Vec<_>>().join(" "), POLICY_ROOM));
    }
    let more = card.reasons.len().saturating_sub(RULES_SHOWN);
    if more > 0 {
        parts.push(say(language, "card-more-rules", &[("count", more.into())]));
    }
    fitted(parts.join(" · "), FOOTER_ROOM)
}

/// What holds the decision back, one sentence each.
fn less(card: &Card, language: Language) -> String {
    let guards = card.guards.iter().map(|guard| format!("guard-{guard}"));
    // That a guard caps is said by the guard itself.
    let caps = card.caps.iter().filter(|cap| card.guards.is_empty() || cap.word() != "guard");
    let keys = guards.chain(caps.map(|cap| format!("cap-{cap}")));
    keys.map(|key| say(language, &key, &[])).collect::<Vec<_>>().join("\n")
}

fn context(card: &Card) -> String {
    // The last before it, oldest first.
    let skip = card.context.len().saturating_sub(CONTEXT_SHOWN);
    let lines = card.context.iter().skip(skip).map(|neighbour| {
        let author = inline(&neighbour.author, NAME_ROOM / 2);
        format!("• {author}: {}", inline_quote(&neighbour.text, CONTEXT_LINE_ROOM))
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn files(files: &[FileNote], language: Language) -> String {
    let mut lines: Vec<String> = files.iter().take(FILES_SHOWN).map(|note| file(note, language)).collect();
    if files.len() > FILES_SHOWN {
        lines.push(format!("• +{}", files.len() - FILES_SHOWN));
    }
    lines.join("\n")
}

fn file(note: &FileNote, language: Language) -> String {
    let kind = match note.kind.trim() {
        "" => say(language, "card-file-unknown-kind", &[]),
        kind => inline(kind, NAME_ROOM),
    };
    let why = note.missing.as_deref().map(|why| {
        let key = format!("missing-{why}");
        if words::knows(&key) { say(language, &key, &[]) } else { inline(why, NAME_ROOM) }
    });
    let key = match (&why, note.unread) {
        (Some(_), _) => "card-file-missing",
        (None, Some(_)) => "card-file-unread",
        (None, None) => "card-file",
    };
    let args: &[(&str, Value<'_>)] = &[
        ("name", inline(&note.name, NAME_ROOM).into()),
        ("kind", kind.into()),
        ("size", size(note.size).into()),
        ("why", why.unwrap_or_default().into()),
        ("unread", size(note.unread.unwrap_or_default()).into()),
    ];
    format!("• {}", say(language, key, args))
}

fn size(bytes: u64) -> String {
    const KIB: u64 = 1_024;
    match bytes {
        0..KIB => format!("{bytes} B"),
        KIB..0x10_0000 => format!("{} KiB", bytes.div_ceil(KIB)),
        _ => format!("{} MiB", bytes.div_ceil(KIB * KIB)),
    }
}

fn place(card: &Card, language: Language) -> String {
    let mut lines = Vec::new();
    let args: &[(&str, Value<'_>)] =
        &[("venue", inline(&card.venue_name, NAME_ROOM).into()), ("when", when(card.at).into())];
    lines.push(say(language, "card-where", args));
    let purpose = inline(&card.purpose, PURPOSE_ROOM);
    if !purpose.is_empty() {
        lines.push(say(language, "card-purpose", &[("purpose", purpose.into())]));
    }
    let args: &[(&str, Value<'_>)] =
        &[("author", inline(&card.author_name, NAME_ROOM).into()), ("id", card.author.to_string().into())];
    lines.push(match card.author_unknown {
        true => say(language, "card-author-unknown", &[]),
        false if card.author_name.trim().is_empty() => say(language, "card-author-number", args),
        false => say(language, "card-author", args),
    });
    match (card.guild, card.message) {
        (Some(guild), Some(message)) => {
            let link = format!("https://discord.com/channels/{guild}/{}/{message}", card.venue);
            lines.push(say(language, "card-link", &[("link", link.into())]));
        }
        (None, Some(message)) => {
            lines.push(say(language, "card-message-id", &[("message", message.to_string().into())]));
        }
        (_, None) => {}
    }
    if let Some(at) = card.release_at {
        lines.push(say(language, "card-release", &[("when", when(at).into())]));
    }
    lines.join("\n")
}

/// What stands in the way: keys of words, as in `desk-unreachable: gave-up`.
/// Anything else is said as it is.
fn trouble_in_words(trouble: &str, language: Language) -> String {
    let keys = trouble.split(": ").map(|part| format!("trouble-{part}"));
    let said: Option<Vec<String>> =
        keys.map(|key| words::knows(&key).then(|| say(language, &key, &[]))).collect();
    said.map_or_else(|| trouble.to_owned(), |said| said.join(" "))
}
