//! Secrets: the bot's token, the mail server's password.
//!
//! They stay out of the deployment file and out of everything that is printed.

use std::fmt;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Something that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The first line of a file.
    pub fn read(file: &Path) -> Result<Secret, TokenError> {
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(TokenError::Missing { file: file.to_owned() });
            }
            Err(error) => {
                return Err(TokenError::Unreadable { file: file.to_owned(), why: error.to_string() });
            }
        };
        match text.trim() {
            "" => Err(TokenError::Empty { place: file.display().to_string() }),
            secret => Ok(Secret(secret.to_owned())),
        }
    }

    /// The secret itself, for the one who has to send it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The bot's token. It is printed nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Secret);

impl Token {
    /// Takes a token as a person pasted it; `place` says from where.
    pub fn new(pasted: &str, place: &str) -> Result<Token, TokenError> {
        let token = pasted.trim();
        // Discord's documents show it behind this word, and it is pasted so.
        let token = token.strip_prefix("Bot ").unwrap_or(token).trim();
        if token.is_empty() {
            return Err(TokenError::Empty { place: place.to_owned() });
        }
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(TokenError::NotAToken { place: place.to_owned() });
        }
        Ok(Token(Secret(token.to_owned())))
    }

    /// The token that a file holds.
    pub fn read(file: &Path) -> Result<Token, TokenError> {
        Token::new(Secret::read(file)?.reveal(), &file.display().to_string())
    }

    /// The token itself, for the one who has to send it.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Why there is no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// There is no such file.
    Missing { file: PathBuf },
    /// The file cannot be read.
    Unreadable { file: PathBuf, why: String },
    /// There is nothing in it.
    Empty { place: String },
    /// It holds characters that no token has.
    NotAToken { place: String },
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TokenError::Missing { file } => write!(f, "`{}` is not there", file.display()),
            TokenError::Unreadable { file, why } => write!(f, "cannot read `{}`: {why}", file.display()),
            TokenError::Empty { place } => write!(f, "`{place}` is empty"),
            TokenError::NotAToken { place } => {
                write!(f, "`{place}` holds characters that no token has")
            }
        }
    }
}

impl std::error::Error for TokenError {}

/// Whether others on this machine may read or write a file or directory;
/// `None` where that cannot be told.
pub fn open_to_others(path: &Path) -> Option<bool> {
    let mode = std::fs::metadata(path).ok()?.permissions().mode();
    Some(mode & 0o077 != 0)
}
