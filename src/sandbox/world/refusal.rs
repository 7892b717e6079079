//! How Discord says no: an HTTP status, a code, a sentence and, for a
//! malformed body, a tree of errors by field.
//!
//! People at the sandbox's hand are refused in the same words as the bot.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Map, Value, json};

/// One refusal. `code` is Discord's JSON error code, 0 where it has none.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    pub status: u16,
    pub code: u32,
    pub message: Cow<'static, str>,
    /// Errors by field, for `Invalid Form Body`.
    pub errors: Option<Value>,
}

impl Refusal {
    pub const fn new(status: u16, code: u32, message: &'static str) -> Refusal {
        Refusal { status, code, message: Cow::Borrowed(message), errors: None }
    }

    /// `Invalid Form Body`: `place` is the way to the field, such as `["embeds", "0", "title"]`.
    pub fn form(place: &[&str], code: &str, message: impl Into<String>) -> Refusal {
        let mut tree = json!({ "_errors": [{ "code": code, "message": message.into() }] });
        for step in place.iter().rev() {
            let mut above = Map::new();
            above.insert((*step).to_owned(), tree);
            tree = Value::Object(above);
        }
        Refusal { errors: Some(tree), ..Refusal::new(400, 50035, "Invalid Form Body") }
    }

    /// A required field is missing.
    pub fn missing(place: &[&str]) -> Refusal {
        Refusal::form(place, "BASE_TYPE_REQUIRED", "This field is required")
    }

    /// A text or list is too long.
    pub fn too_long(place: &[&str], most: usize) -> Refusal {
        Refusal::form(place, "BASE_TYPE_MAX_LENGTH", format!("Must be {most} or fewer in length."))
    }

    /// The body as it goes over the wire.
    pub fn body(&self) -> Value {
        let mut body = json!({ "message": self.message, "code": self.code });
        if let Some(errors) = &self.errors {
            body["errors"] = errors.clone();
        }
        body
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}, status {})", self.message, self.code, self.status)?;
        match &self.errors {
            Some(errors) => write!(f, ": {errors}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Refusal {}

/// What most of the world answers with.
pub type Answer<T> = Result<T, Refusal>;

macro_rules! refusals {
    ($($name:ident = $status:literal, $code:literal, $message:literal;)*) => {
        $(pub const $name: Refusal = Refusal::new($status, $code, $message);)*
    };
}

refusals! {
    UNAUTHORIZED = 401, 0, "401: Unauthorized";
    NO_SUCH_ROUTE = 404, 0, "404: Not Found";
    WRONG_METHOD = 405, 0, "405: Method Not Allowed";
    NOT_JSON = 400, 50109, "The request body contains invalid JSON.";
    BODY_TOO_LARGE = 413, 40005, "Request entity too large";
    UNKNOWN_CHANNEL = 404, 10003, "Unknown Channel";
    UNKNOWN_GUILD = 404, 10004, "Unknown Guild";
    UNKNOWN_MEMBER = 404, 10007, "Unknown Member";
    UNKNOWN_MESSAGE = 404, 10008, "Unknown Message";
    UNKNOWN_OVERWRITE = 404, 10009, "Unknown Permission Overwrite";
    UNKNOWN_ROLE = 404, 10011, "Unknown Role";
    UNKNOWN_USER = 404, 10013, "Unknown User";
    UNKNOWN_WEBHOOK = 404, 10015, "Unknown Webhook";
    UNKNOWN_INTERACTION = 404, 10062, "Unknown interaction";
    UNKNOWN_APPLICATION = 404, 10002, "Unknown Application";
    SLOWMODE = 400, 20016, "This action cannot be performed due to slowmode rate limit";
    TOO_MANY_PINS = 400, 30003, "Maximum number of pins reached (250)";
    OPENING_TOO_FAST = 400, 40003, "You are opening direct messages too fast";
    CROSSPOSTED_ALREADY = 400, 40033, "This message has already been crossposted";
    ACKNOWLEDGED_ALREADY = 400, 40060, "Interaction has already been acknowledged.";
    MISSING_ACCESS = 403, 50001, "Missing Access";
    NOT_ON_A_DM = 403, 50003, "Cannot execute action on a DM channel";
    NOT_YOUR_MESSAGE = 403, 50005, "Cannot edit a message authored by another user";
    EMPTY_MESSAGE = 400, 50006, "Cannot send an empty message";
    CANNOT_MESSAGE_USER = 403, 50007, "Cannot send messages to this user";
    NOT_A_TEXT_CHANNEL = 400, 50008, "Cannot send messages in a non-text channel";
    MISSING_PERMISSIONS = 403, 50013, "Missing Permissions";
    TOO_FEW_OR_MANY = 400, 50016, "Provided too few or too many messages to delete. Must provide at least 2 and fewer than 100 messages to delete";
    SYSTEM_MESSAGE = 403, 50021, "Cannot execute action on a system message";
    WRONG_CHANNEL_TYPE = 400, 50024, "Cannot execute action on this channel type";
    INVALID_WEBHOOK_TOKEN = 401, 50027, "Invalid Webhook Token";
    TOO_OLD_TO_BULK_DELETE = 400, 50034, "You can only bulk delete messages that are under 14 days old.";
    THREAD_ARCHIVED = 400, 50083, "Thread is archived";
    THREAD_EXISTS = 400, 160004, "A thread has already been created for this message";
    THREAD_LOCKED = 403, 160005, "Thread is locked";
    CANNOT_FORWARD = 403, 160014, "You cannot forward a message whose content you cannot read";
    BLOCKED_BY_AUTOMOD = 400, 200000, "Message was blocked by automatic moderation";
    TITLE_BLOCKED_BY_AUTOMOD = 400, 200001, "Title was blocked by automatic moderation";
}
