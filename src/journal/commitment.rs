//! Commitments: what `entry` says of a field of evidence without saying it.
//!
//! A text is committed to in pieces, so that some of them can be withheld
//! when the record is released and the rest can still be checked. Every piece
//! has a salt of its own, made from the entry's seed; without seed or salt a
//! short word could be found by trying words. The seed therefore stands in
//! the evidence and goes with it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::entry::Field;

/// The 32 bytes from which an entry's salts are made.
pub type Seed = [u8; 32];

/// A piece is at most this long.
pub const PIECE_LIMIT_BYTES: usize = 32;

const PIECE: u8 = 0x00;
const SALT: u8 = 0x01;
const FIELD: u8 = 0x02;

/// The pieces of a text, in order: a word with the white space after it, at
/// most [`PIECE_LIMIT_BYTES`] long, cut between characters. An empty text is
/// one empty piece, so that even emptiness is salted.
pub fn pieces(text: &str) -> Pieces<'_> {
    Pieces { rest: Some(text) }
}

/// See [`pieces`].
pub struct Pieces<'a> {
    rest: Option<&'a str>,
}

/// White space, as far as pieces are concerned: space, tab, line feed,
/// carriage return.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest?;
        let bytes = rest.as_bytes();
        let limit = bytes.len().min(PIECE_LIMIT_BYTES);
        let mut end = 0;
        while end < limit && !is_space(bytes[end]) {
            end += 1;
        }
        while end < limit && is_space(bytes[end]) {
            end += 1;
        }
        let (piece, after) = rest.split_at(rest.floor_char_boundary(end));
        self.rest = (!after.is_empty()).then_some(after);
        Some(piece)
    }
}

/// The salt of the `index`-th piece of a field.
pub fn salt(seed: &Seed, field: Field, index: u32) -> [u8; 16] {
    let mut input = [0; 41];
    input[0] = SALT;
    input[1..33].copy_from_slice(seed);
    input[33..37].copy_from_slice(&field.number().to_be_bytes());
    input[37..].copy_from_slice(&index.to_be_bytes());
    let mut salt = [0; 16];
    salt.copy_from_slice(&digest_short(&input)[..16]);
    salt
}

/// The hash of a piece under its salt.
pub fn piece_hash(salt: &[u8; 16], piece: &[u8]) -> [u8; 32] {
    if piece.len() <= PIECE_LIMIT_BYTES {
        let mut input = [0; 17 + PIECE_LIMIT_BYTES];
        input[0] = PIECE;
        input[1..17].copy_from_slice(salt);
        input[17..17 + piece.len()].copy_from_slice(piece);
        digest_short(&input[..17 + piece.len()])
    } else {
        Sha256::new().chain_update([PIECE]).chain_update(salt).chain_update(piece).finalize().into()
    }
}

/// SHA-256 of at most 55 bytes: they are one block with their padding, which
/// spares the buffering that would cost as much as the hash.
fn digest_short(input: &[u8]) -> [u8; 32] {
    const LIMIT: usize = 64 - 1 - 8;
    assert!(input.len() <= LIMIT, "a short input is one block");
    // FIPS 180-4, section 5.3.3.
    let mut state: [u32; 8] = [
        0x6a09_e667,
        0xbb67_ae85,
        0x3c6e_f372,
        0xa54f_f53a,
        0x510e_527f,
        0x9b05_688c,
        0x1f83_d9ab,
        0x5be0_cd19,
    ];
    let mut block = [0; 64];
    block[..input.len()].copy_from_slice(input);
    block[input.len()] = 0x80;
    block[56..].copy_from_slice(&(8 * input.len() as u64).to_be_bytes());
    sha2::compress256(&mut state, &[block.into()]);
    let mut digest = [0; 32];
    for (bytes, word) in digest.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    digest
}

/// The commitment to a field: the hash over its piece hashes, in order.
pub fn over(piece_hashes: impl Iterator<Item = [u8; 32]>) -> [u8; 32] {
    // In stretches: the hash is quicker on several blocks at once.
    let mut stretch = [0; 16 * 32];
    let mut filled = 0;
    let mut hash = Sha256::new_with_prefix([FIELD]);
    for piece in piece_hashes {
        stretch[filled..filled + 32].copy_from_slice(&piece);
        filled += 32;
        if filled == stretch.len() {
            hash.update(stretch);
            filled = 0;
        }
    }
    hash.update(&stretch[..filled]);
    hash.finalize().into()
}

/// The commitment to a text, in pieces. A raw frame is one piece even where
/// it is no JSON and so is kept as words: it is never redacted in part.
pub fn of_text(seed: &Seed, field: Field, text: &str) -> [u8; 32] {
    if field == Field::Frame {
        return of_bytes(seed, field, text.as_bytes());
    }
    over((0..).zip(pieces(text)).map(|(i, piece)| piece_hash(&salt(seed, field, i), piece.as_bytes())))
}

/// The commitment to a value that is never redacted in part.
pub fn of_bytes(seed: &Seed, field: Field, bytes: &[u8]) -> [u8; 32] {
    over(std::iter::once(piece_hash(&salt(seed, field, 0), bytes)))
}

/// How long 32 bytes are as they are written.
pub const WRITTEN_BYTES: usize = 43;

/// 32 bytes as [`written`] does, in a place of the caller's.
pub fn written_to<'t>(bytes: &[u8; 32], to: &'t mut [u8; WRITTEN_BYTES]) -> &'t str {
    let length = URL_SAFE_NO_PAD.encode_slice(bytes, to).expect("there is room for 43 characters");
    std::str::from_utf8(&to[..length]).expect("base64 is ASCII")
}

/// 32 bytes as they are written: unpadded base64url, 43 characters.
pub fn written(bytes: &[u8; 32]) -> String {
    written_to(bytes, &mut [0; WRITTEN_BYTES]).to_owned()
}

/// Reads what [`written`] wrote.
pub fn read(text: &str) -> Option<[u8; 32]> {
    // The decoder wants room for its guess of the length, which is one more.
    let mut bytes = [0; 33];
    match URL_SAFE_NO_PAD.decode_slice(text, &mut bytes) {
        Ok(32) if text.len() == WRITTEN_BYTES => bytes[..32].try_into().ok(),
        _ => None,
    }
}
