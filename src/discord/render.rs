//! Cards, notices and lines as Discord shows them.
//!
//! Facts come in, words come from [`words`], and what somebody
//! else wrote is made safe on the way ([`text`]). Nothing pings, except the
//! one member a fallback note is for and the one role a threat page names;
//! that is settled here, by type, and not by who calls.

mod card;
mod notice;
pub mod text;

use serenity::builder::{
    CreateAllowedMentions, CreateEmbed, CreateEmbedFooter, CreateInteractionResponse,
    CreateInteractionResponseMessage, CreateMessage, EditMessage,
};
use serenity::model::channel::{MessageReference, MessageReferenceKind, Nonce};
use serenity::model::id::{ChannelId, MessageId as SerenityMessage, RoleId as SerenityRole, UserId};

pub use card::card;
pub use notice::{notice, response};

use crate::domain::action::Line;
use crate::domain::card::Language;
use crate::domain::id::{MemberId, MessageId, Moment, RoleId, VenueId};
use crate::words::{self, Value, say};

/// The most that Discord takes in one message of a bot's.
pub const CONTENT_LIMIT: usize = 2_000;

/// Something to be said on Discord.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown {
    pub content: String,
    sheet: Option<Sheet>,
    ping: Ping,
    reply_to: Option<(VenueId, MessageId)>,
}

/// Whom a message pings.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Ping {
    #[default]
    Nobody,
    Member(MemberId),
    Role(RoleId),
}

/// An embed.
#[derive(Clone, Debug, PartialEq)]
struct Sheet {
    title: String,
    description: String,
    colour: u32,
    fields: Vec<(String, String)>,
    footer: String,
}

impl Shown {
    fn plain(content: String) -> Shown {
        Shown { content, ..Shown::default() }
    }

    /// The same, as an answer to a message. If that is gone it stands alone.
    pub fn replying_to(mut self, venue: VenueId, message: MessageId) -> Shown {
        self.reply_to = Some((venue, message));
        self
    }

    /// The embed's title.
    pub fn title(&self) -> Option<&str> {
        self.sheet.as_ref().map(|sheet| sheet.title.as_str())
    }

    /// The embed's main text.
    pub fn description(&self) -> Option<&str> {
        self.sheet.as_ref().map(|sheet| sheet.description.as_str())
    }

    /// The body that posts it.
    pub fn create(&self, nonce: &str) -> CreateMessage {
        let mut message = CreateMessage::new()
            .allowed_mentions(self.mentions())
            .nonce(Nonce::String(nonce.to_owned()))
            .enforce_nonce(true);
        if !self.content.is_empty() {
            message = message.content(&self.content);
        }
        if let Some(sheet) = &self.sheet {
            message = message.embed(sheet.embed());
        }
        if let Some((venue, to)) = self.reply_to {
            let reference = MessageReference::new(MessageReferenceKind::Default, ChannelId::new(venue.get()))
                .message_id(SerenityMessage::new(to.get()))
                .fail_if_not_exists(false);
            message = message.reference_message(reference);
        }
        message
    }

    /// The body that puts it in place of what stood there. Pings nobody: an
    /// edit is no news.
    pub fn edit(&self) -> EditMessage {
        let embeds = self.sheet.iter().map(Sheet::embed).collect();
        EditMessage::new()
            .content(&self.content)
            .embeds(embeds)
            .allowed_mentions(CreateAllowedMentions::new())
    }

    fn mentions(&self) -> CreateAllowedMentions {
        let nobody = CreateAllowedMentions::new().replied_user(false);
        match self.ping {
            Ping::Nobody => nobody,
            Ping::Member(member) => nobody.users([UserId::new(member.get())]),
            Ping::Role(role) => nobody.roles([SerenityRole::new(role.get())]),
        }
    }

    /// Every word of it, for the record.
    pub fn said(&self) -> String {
        let mut said = self.content.clone();
        let mut add = |text: &str| {
            if !text.is_empty() {
                if !said.is_empty() {
                    said.push('\n');
                }
                said.push_str(text);
            }
        };
        if let Some(sheet) = &self.sheet {
            add(&sheet.title);
            add(&sheet.description);
            for (name, value) in &sheet.fields {
                add(name);
                add(value);
            }
            add(&sheet.footer);
        }
        said
    }
}

impl Sheet {
    fn embed(&self) -> CreateEmbed {
        let mut embed = CreateEmbed::new()
            .title(&self.title)
            .description(&self.description)
            .colour(self.colour)
            .fields(self.fields.iter().map(|(name, value)| (name, value, false)));
        if !self.footer.is_empty() {
            embed = embed.footer(CreateEmbedFooter::new(&self.footer));
        }
        embed
    }
}

/// A public note that a member has a message, and nothing of what it says.
/// It pings that member alone. Whoever reads it is not known well enough to
/// choose a language, so it speaks both.
///
/// Without a member it is for everybody of whom many could not be written to.
pub fn fallback_note(member: Option<MemberId>) -> Shown {
    let mention = member.map_or(String::new(), |member| format!("<@{member}>"));
    let key = if member.is_some() { "fallback-note" } else { "fallback-note-many" };
    let content = [Language::En, Language::Es]
        .map(|language| say(language, key, &[("member", mention.as_str().into())]))
        .join("\n");
    let ping = member.map_or(Ping::Nobody, Ping::Member);
    Shown { ping, ..Shown::plain(content) }
}

/// One line for the moderators. What stands in it may come from anywhere.
pub fn line(line: &Line, language: Language) -> Shown {
    const ARG_LIMIT: usize = 300;
    let args: Vec<(&str, Value<'_>)> = line
        .args
        .iter()
        .map(|(name, value)| (name.as_str(), Value::from(text::inline(value, ARG_LIMIT))))
        .collect();
    let said = if words::knows(&line.key) {
        say(language, &line.key, &args)
    } else {
        say(language, "line-unknown", &[("key", text::inline(&line.key, ARG_LIMIT).into())])
    };
    Shown::plain(fitted(said, CONTENT_LIMIT))
}

/// The head of the log: in a code block, so that its bytes stay its bytes.
pub fn checkpoint(note: &str) -> Shown {
    Shown::plain(format!("```\n{}\n```", note.trim_end().replace("```", "'''")))
}

/// The answer to an interaction, seen by its maker alone.
pub fn interaction_reply(language: Language, key: &str) -> CreateInteractionResponse {
    let key = if words::knows(key) { key } else { "reply-unknown" };
    CreateInteractionResponse::Message(
        CreateInteractionResponseMessage::new()
            .content(say(language, key, &[]))
            .allowed_mentions(CreateAllowedMentions::new())
            .ephemeral(true),
    )
}

/// A moment as Discord writes it out in the reader's own zone and language.
fn when(at: Moment) -> String {
    format!("<t:{}:f>", at.0.div_euclid(1_000))
}

/// Cuts our own words; what others wrote is cut where it is escaped.
fn fitted(mut text: String, limit: usize) -> String {
    if text::length(&text) > limit {
        let mut used = 1;
        let fits = |c: &char| {
            used += c.len_utf16();
            used <= limit
        };
        text = text.chars().take_while(fits).collect::<String>() + "…";
    }
    text
}
