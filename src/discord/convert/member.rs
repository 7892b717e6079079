//! Members of the server.

use serde::Deserialize;

use super::Us;
use super::message::AuthorShape;
use crate::domain::id::MemberId;
use crate::domain::message::{Author, AuthorKind};

#[derive(Deserialize)]
struct Full {
    user: AuthorShape,
    nick: Option<String>,
    roles: Option<Vec<crate::domain::id::RoleId>>,
}

/// A member and the nickname it has. Guests have a `joined_at` of `null`,
/// which is why nothing is read that is not needed.
pub(super) fn read(d: &str, us: Us) -> Result<(Author, Option<String>), serde_json::Error> {
    let full: Full = serde_json::from_str(d)?;
    let kind = full.user.plain_kind(us);
    Ok((full.user.into_author(kind, full.nick.as_deref(), full.roles), full.nick))
}

/// A member who has left.
pub(super) fn gone(d: &str) -> Result<MemberId, serde_json::Error> {
    #[derive(Deserialize)]
    struct Gone {
        user: AuthorShape,
    }
    Ok(serde_json::from_str::<Gone>(d)?.user.id)
}

/// Somebody of whom only the number is known.
pub(super) fn unnamed(id: MemberId, us: Us) -> Author {
    let kind = if Some(id) == us.me { AuthorKind::Ourselves } else { AuthorKind::Person };
    Author { id, kind, username: String::new(), display: String::new(), roles: None }
}
