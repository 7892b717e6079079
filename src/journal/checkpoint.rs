//! Checkpoints: the head of the log, signed.
//!
//! The text is a C2SP tlog-checkpoint (origin, size, root), the signature a
//! C2SP signed note with Ed25519. Whoever keeps one can tell later whether the
//! log still holds, unchanged, what it held then.

use std::fmt;

use rand_core::CryptoRngCore;
use signed_note::{Note, Signer, StandardSigner, StandardVerifier, Verifier, VerifierList};
use tlog_tiles::Hash;

/// The log's signing key.
pub struct Key {
    signer: StandardSigner,
    /// What the key file holds: the secret key and the verifier key, a line each.
    secret: String,
    verifier: String,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("verifier", &self.verifier).finish_non_exhaustive()
    }
}

/// What is wrong with a key or a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The log's name cannot stand in a key.
    Origin(String),
    /// It is not a signing key, or its two lines do not belong together.
    Secret,
    /// It is not a verifier key.
    Verifier(String),
    /// It is not a signed checkpoint.
    Checkpoint,
    /// No signature on it is by this key.
    Signature,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Origin(name) => {
                write!(f, "`{name}` cannot name a log: it is empty, or has white space or `+` in it")
            }
            Problem::Secret => f.write_str("it does not hold a signing key with its verifier key"),
            Problem::Verifier(why) => write!(f, "it is not a verifier key: {why}"),
            Problem::Checkpoint => f.write_str("it is not a signed checkpoint"),
            Problem::Signature => f.write_str("it is not signed with the log's key"),
        }
    }
}

impl std::error::Error for Problem {}

impl Key {
    /// Makes a new key for the log called `origin`.
    pub fn generate(origin: &str, random: &mut impl CryptoRngCore) -> Result<Key, Problem> {
        if !signed_note::is_key_name_valid(origin) || origin.chars().any(char::is_control) {
            return Err(Problem::Origin(origin.to_owned()));
        }
        let (secret, verifier) = signed_note::generate_key(random, origin);
        Key::parse(&format!("{secret}\n{verifier}\n"))
    }

    /// Reads a key file.
    pub fn parse(text: &str) -> Result<Key, Problem> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let (Some(secret), Some(verifier), None) = (lines.next(), lines.next(), lines.next()) else {
            return Err(Problem::Secret);
        };
        let signer = StandardSigner::new(secret).map_err(|_| Problem::Secret)?;
        let known = parse_verifier(verifier)?;
        let probe = b"gavel\n";
        let signature = signer.sign(probe).map_err(|_| Problem::Secret)?;
        if known.name() != signer.name() || !known.verify(probe, &signature) {
            return Err(Problem::Secret);
        }
        let key = Key { secret: format!("{secret}\n{verifier}\n"), verifier: verifier.to_owned(), signer };
        Ok(key)
    }

    /// What the key file holds. A secret.
    pub fn secret_text(&self) -> &str {
        &self.secret
    }

    /// The C2SP verifier key, to be given to everyone.
    pub fn verifier(&self) -> &str {
        &self.verifier
    }

    /// The log's name, which stands in the key.
    pub fn origin(&self) -> &str {
        self.signer.name()
    }

    /// Signs the head of the log.
    pub fn sign(&self, size: u64, root: Hash) -> Result<String, Problem> {
        let text = tlog_tiles::Checkpoint::new(self.origin(), size, root, "")
            .map_err(|_| Problem::Origin(self.origin().to_owned()))?;
        let mut note = Note::new(&text.to_bytes(), &[]).map_err(|_| Problem::Checkpoint)?;
        note.add_sigs(&[&self.signer]).map_err(|_| Problem::Checkpoint)?;
        String::from_utf8(note.to_bytes()).map_err(|_| Problem::Checkpoint)
    }
}

fn parse_verifier(key: &str) -> Result<StandardVerifier, Problem> {
    StandardVerifier::new(key).map_err(|e| Problem::Verifier(e.to_string()))
}

/// The log's name in a verifier key.
pub fn origin_of(verifier: &str) -> Result<String, Problem> {
    Ok(parse_verifier(verifier)?.name().to_owned())
}

/// The head of the log as a checkpoint states it.
#[derive(Debug, PartialEq)]
pub struct Checkpoint {
    pub origin: String,
    pub size: u64,
    pub root: Hash,
}

/// Reads a checkpoint that is signed with this verifier key.
pub fn open(text: &str, verifier: &str) -> Result<Checkpoint, Problem> {
    let known = parse_verifier(verifier)?;
    let origin = known.name().to_owned();
    let note = Note::from_bytes(text.as_bytes()).map_err(|_| Problem::Checkpoint)?;
    note.verify(&VerifierList::new(vec![Box::new(known)])).map_err(|_| Problem::Signature)?;
    let said = tlog_tiles::Checkpoint::from_bytes(note.text()).map_err(|_| Problem::Checkpoint)?;
    if said.origin() != origin {
        return Err(Problem::Signature);
    }
    Ok(Checkpoint { origin, size: said.size(), root: *said.hash() })
}
