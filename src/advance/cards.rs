//! Cards and notices, made from a decision and what is known at that moment.

use crate::domain::action::CaseId;
use crate::domain::card::{
    Card, Citation, FileNote, Language, Neighbour, Notice, NoticeKind, Reason, Standing,
};
use crate::domain::decision::{Decision, Desk, Finding, Span};
use crate::domain::message::{CONTENT, Message, TITLE};
use crate::policy::Policy;
use crate::text::formats::{self, Masked};
use crate::text::language;

use super::State;
use super::known::is_the_authors;

/// How many messages of context a card shows.
const CONTEXT: usize = 5;

/// How many bytes of one text a card carries; the record holds all of it.
const TEXT_LIMIT: usize = 4_096;

/// How many texts of a message a card shows; more, if more was found in them.
const TEXTS: usize = 6;

/// How many bytes of a message of context a card carries.
const CONTEXT_LIMIT: usize = 300;

/// Responses that concern the author alone are sent to the author alone.
pub fn is_private(response: &str) -> bool {
    response == "self-harm"
}

/// The office that answers at a desk: the deployment's, else the one that the
/// policy names.
pub fn office(policy: &Policy, state: &State, desk: Desk) -> String {
    let set = state.deployment.desk(desk).map(|d| d.office.clone()).filter(|office| !office.is_empty());
    set.unwrap_or_else(|| policy.office(desk).to_owned())
}

/// The authority that holds the rules for everyone who comments.
const COMMENT_STANDARD: &str = "comment-standard";

/// Where the rules for everyone are published: the standard as it was adopted,
/// else the page that the deployment names.
fn rules_link(state: &State) -> String {
    let adopted = state.deployment.adopted.iter().find(|adopted| adopted.id == COMMENT_STANDARD);
    let published = adopted.map(|adopted| adopted.published.clone()).filter(|page| !page.is_empty());
    published.unwrap_or_else(|| state.deployment.city.rules_url.clone())
}

/// How a message's texts are masked.
pub type Mask = fn(&str) -> Masked;

/// The card for the review channel.
pub fn card(
    policy: &Policy,
    state: &State,
    message: &Message,
    decision: &Decision,
    case: CaseId,
    standing: Standing,
    mask: Mask,
) -> Card {
    let mut extracts: Vec<Extract> = Vec::new();
    let mut reasons = Vec::new();
    for finding in &decision.findings {
        let mut spans = Vec::new();
        for span in &finding.spans {
            let known = extracts.iter().position(|extract| extract.part == span.part);
            let extract = match known {
                Some(at) => &extracts[at],
                None => {
                    let Some(text) = message.part(&span.part) else { continue };
                    extracts.push(Extract::around(&span.part, mask(text), span));
                    &extracts[extracts.len() - 1]
                }
            };
            spans.extend(extract.span(span));
        }
        reasons.push(Reason {
            rule: finding.rule.clone(),
            category: finding.category,
            evidence: finding.evidence,
            disposition: finding.disposition,
            citations: citations(policy, &finding.clauses),
            drafts: drafts(policy, finding),
            spans,
        });
    }
    let mut texts: Vec<(String, String)> = extracts.into_iter().map(Extract::into_text).collect();
    let is_there = |texts: &[(String, String)], name: &str| texts.iter().any(|(part, _)| part == name);
    if !message.content().is_empty() && !is_there(&texts, CONTENT) {
        texts.insert(0, (CONTENT.to_owned(), shown(mask, message.content())));
    }
    // The rest of what its author put there, so that a poll is not one answer.
    for part in message.parts.iter().filter(|part| is_the_authors(&part.name) && !part.text.is_empty()) {
        if texts.len() < TEXTS && !is_there(&texts, &part.name) {
            texts.push((part.name.to_string(), shown(mask, &part.text)));
        }
    }
    let approval = state.approval(message.venue);
    Card {
        case,
        standing,
        desk: None,
        office: decision.routes.first().map(|desk| office(policy, state, *desk)).unwrap_or_default(),
        page: None,
        page_role: None,
        guild: state.server.guild,
        policy: policy.title.clone(),
        urgent: decision.urgent,
        disposition: decision.disposition,
        venue: message.venue,
        venue_name: place_name(state, message),
        purpose: approval.map(|a| a.purpose.clone()).unwrap_or_default(),
        message: Some(message.id),
        author: message.author.id,
        author_name: name_of(message),
        author_unknown: false,
        at: message.id.made_at(),
        texts,
        reasons,
        guards: decision.guards.clone(),
        caps: decision.caps.clone(),
        context: context(state, message, decision.is_crisis()),
        files: message
            .attachments
            .iter()
            .map(|file| FileNote {
                id: Some(file.id),
                name: file.filename.clone(),
                kind: file.content_type.clone().unwrap_or_default(),
                size: file.size,
                missing: None,
                unread: None,
            })
            .collect(),
        now: None,
        rules_link: rules_link(state),
        appeal_office: office(policy, state, Desk::Communications),
        trouble: None,
        release_at: None,
        part_of: None,
        raid: None,
    }
}

/// As much of one text as a card carries, masked. It begins so that what was
/// found first is in it: a long file is not shown without the words it is
/// about.
struct Extract {
    part: String,
    masked: Masked,
    from: usize,
    to: usize,
}

/// How many bytes before the words that were found are shown of a long text.
const LEAD: usize = 1_024;

/// Stands for what was left out before.
const CUT: &str = "…";

impl Extract {
    fn around(part: &str, masked: Masked, first: &Span) -> Extract {
        let (start, end) = masked.span(first.start, first.end);
        let from = match end <= TEXT_LIMIT {
            true => 0,
            false => cut(&masked.text, start.saturating_sub(LEAD)).len(),
        };
        let to = from + cut(&masked.text[from..], TEXT_LIMIT).len();
        Extract { part: part.to_owned(), masked, from, to }
    }

    /// Where a stretch of the original stands in it, if it does.
    fn span(&self, original: &Span) -> Option<Span> {
        let (start, end) = self.masked.span(original.start, original.end);
        let lead = if self.from > 0 { CUT.len() } else { 0 };
        (start >= self.from && end <= self.to).then(|| Span {
            part: self.part.clone(),
            start: start - self.from + lead,
            end: end - self.from + lead,
        })
    }

    fn into_text(self) -> (String, String) {
        let lead = if self.from > 0 { CUT } else { "" };
        let text = format!("{lead}{}", &self.masked.text[self.from..self.to]);
        (self.part, text)
    }
}

/// The card as a desk gets it.
pub fn for_desk(state: &State, card: &Card, desk: Desk) -> Card {
    let setting = state.deployment.desk(desk);
    let office =
        setting.map(|d| d.office.clone()).filter(|o| !o.is_empty()).unwrap_or_else(|| card.office.clone());
    let page = setting.and_then(|d| d.mention.clone()).filter(|_| card.urgent && desk == Desk::Threat);
    let page_role = page.as_ref().and_then(|role| {
        let roles = &state.server.roles;
        roles.iter().find(|(id, name)| *name == role || id.to_string() == *role).map(|(id, _)| *id)
    });
    Card { desk: Some(desk), office, page, page_role, ..card.clone() }
}

/// The name of the channel that something stands in. A title stands in the
/// channel that its thread belongs to: the thread is called by it.
fn place_name(state: &State, message: &Message) -> String {
    let thread = state.server.venues.get(&message.venue).filter(|_| message.part(TITLE).is_some());
    state.server.name(thread.and_then(|thread| thread.parent).unwrap_or(message.venue))
}

fn name_of(message: &Message) -> String {
    if message.author.display.is_empty() {
        message.author.username.clone()
    } else {
        message.author.display.clone()
    }
}

/// The messages before it. They are bystanders: how to reach or find anybody
/// is masked in them, and a cry for help is shown only beside another.
fn context(state: &State, message: &Message, of_crisis: bool) -> Vec<Neighbour> {
    let Some(recent) = state.recent.get(&message.venue) else { return Vec::new() };
    let before = recent.iter().rev().filter(|r| r.message.id < message.id && (of_crisis || !r.crisis));
    let mut context: Vec<Neighbour> = before
        .take(CONTEXT)
        .map(|r| Neighbour {
            author: name_of(&r.message),
            at: r.at,
            text: cut(&formats::mask_bystander(r.message.content()).text, CONTEXT_LIMIT).to_owned(),
        })
        .collect();
    context.reverse();
    context
}

/// What a finding's rule rests on and may not be cited to the author.
fn drafts(policy: &Policy, finding: &Finding) -> Vec<Citation> {
    let cites = policy.rule(&finding.rule).map_or(&[][..], |rule| &rule.cites);
    let uncited: Vec<String> = cites.iter().filter(|id| !finding.clauses.contains(id)).cloned().collect();
    citations(policy, &uncited)
}

/// The clauses as they are quoted to people.
pub fn citations(policy: &Policy, ids: &[String]) -> Vec<Citation> {
    ids.iter()
        .filter_map(|id| policy.clause(id))
        .map(|clause| Citation {
            id: clause.id.clone(),
            text: clause.text.clone(),
            plain: clause.plain.clone(),
            plain_es: clause.plain_es.clone(),
        })
        .collect()
}

/// A notice about a message that stays where it is.
pub fn plain_notice(
    policy: &Policy,
    state: &State,
    message: &Message,
    decision: &Decision,
    kind: NoticeKind,
) -> Notice {
    let clauses: Vec<String> =
        decision.findings.iter().flat_map(|f| f.clauses.clone()).fold(Vec::new(), |mut all, id| {
            if !all.contains(&id) {
                all.push(id);
            }
            all
        });
    let staff_only = matches!(kind, NoticeKind::Reminder | NoticeKind::Resource);
    Notice {
        kind,
        to: message.author.id,
        language: language_of(message),
        key: None,
        case: None,
        venue: Some(message.venue),
        venue_name: place_name(state, message),
        purpose: state.approval(message.venue).map(|a| a.purpose.clone()).unwrap_or_default(),
        at: message.edited_at.unwrap_or(message.id.made_at()),
        citations: citations(policy, &clauses),
        quote: as_shown(quoted(message, decision)),
        is_title: message.part(TITLE).is_some(),
        office: decision.routes.first().map(|d| office(policy, state, *d)).unwrap_or_default(),
        rules_link: rules_link(state),
        appeal_office: office(policy, state, Desk::Communications),
        copies: 0,
        joined: Vec::new(),
        release_at: None,
        policy: policy.title.clone(),
        // A reminder or a resource line is nobody else's business, not even
        // that there was one.
        may_fall_back: !staff_only,
    }
}

/// What a notice quotes of a message: its title, or what was typed; where
/// nothing was, the first text in which something was found.
fn quoted<'m>(message: &'m Message, decision: &Decision) -> &'m str {
    let typed = message.part(TITLE).unwrap_or(message.content());
    let found = decision.findings.iter().flat_map(|finding| &finding.spans);
    match typed.trim() {
        "" => found.filter_map(|span| message.part(&span.part)).next().unwrap_or(typed),
        _ => typed,
    }
}

/// The language that an answer to a message is in: that of what was typed, or
/// of the rest where nothing was.
pub fn language_of(message: &Message) -> Language {
    let typed = message.content();
    let is_spanish = match typed.trim() {
        "" => message.parts.iter().any(|part| language::is_spanish(&part.text)),
        _ => language::is_spanish(typed),
    };
    if is_spanish { Language::Es } else { Language::En }
}

/// A text as it is shown to people: masked, and as much of it as a card carries.
pub fn as_shown(text: &str) -> String {
    shown(formats::mask, text)
}

/// The same, masked otherwise.
pub fn shown(mask: Mask, text: &str) -> String {
    cut(&mask(text).text, TEXT_LIMIT).to_owned()
}

/// A text cut at a character, at most `limit` bytes.
pub fn cut(text: &str, limit: usize) -> &str {
    &text[..text.floor_char_boundary(limit)]
}
