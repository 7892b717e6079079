//! "These very words, by this author, in this place": by what a message is
//! known again that was released, or that comes a second time.
//!
//! It is everything that its author put into it, so that a release of some
//! words is none of a poll or a file beside them. What Discord adds by itself
//! is left out: the preview of a link, and what we read out of a file.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::domain::card::FileNote;
use crate::domain::id::{MemberId, VenueId};
use crate::domain::message::{CONTENT, Message, TITLE};
use crate::journal::entry::{Entry, Field};

/// Of a message.
pub fn words_of(message: &Message) -> Option<u64> {
    let others = message.parts.iter().filter(|part| part.name != CONTENT);
    let texts = others.map(|part| (&*part.name, part.text.as_str()));
    let files = message.attachments.iter().map(|file| (file.filename.as_str(), file.size));
    hash(message.author.id, message.venue, message.content(), texts, files)
}

/// Of the message that an entry records: `parts` are the names of its texts
/// besides what was typed.
pub fn words_in(entry: &Entry, venue: VenueId, parts: &[String], files: &[FileNote]) -> Option<u64> {
    let author = MemberId::new(entry.evidence.text(Field::Author)?.parse().ok()?)?;
    let typed = entry.evidence.text(Field::Content).unwrap_or_default();
    let texts =
        (0..).zip(parts).filter_map(|(k, name)| Some((&**name, entry.evidence.text(Field::Part(k))?)));
    let files = files.iter().map(|file| (file.name.as_str(), file.size));
    hash(author, venue, typed, texts, files)
}

/// Of a title, whoever it is put down to.
pub fn title_words(author: MemberId, venue: VenueId, title: &str) -> Option<u64> {
    hash(author, venue, "", std::iter::once((TITLE, title)), std::iter::empty())
}

/// `None` where there is nothing to know it by.
fn hash<'m>(
    author: MemberId,
    venue: VenueId,
    typed: &str,
    texts: impl Iterator<Item = (&'m str, &'m str)>,
    files: impl Iterator<Item = (&'m str, u64)>,
) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    (author, venue, typed.trim()).hash(&mut hasher);
    let mut any = !typed.trim().is_empty();
    for (name, text) in texts.filter(|(name, _)| is_the_authors(name)) {
        (name, text).hash(&mut hasher);
        any = true;
    }
    for file in files {
        file.hash(&mut hasher);
        any = true;
    }
    any.then(|| hasher.finish())
}

/// Whether a text was put there by the author, and is not a link's preview or
/// what stands in a file.
pub fn is_the_authors(part: &str) -> bool {
    let in_a_file = part.starts_with("attachments[") && part.ends_with(']');
    !in_a_file && !part.starts_with("unfurled[")
}
