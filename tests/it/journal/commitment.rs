//! Commitments, against values worked out by hand from the specification.

use gavel::journal::commitment::{
    PIECE_LIMIT_BYTES, of_bytes, of_text, over, piece_hash, pieces, read, salt, written,
};
use gavel::journal::entry::Field;
use proptest::prelude::*;
use sha2::{Digest, Sha256};

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(pieces(text).collect::<Vec<_>>(), expected);
}

#[test]
fn a_piece_is_a_word_with_the_space_after_it() {
    check("the mayor is wrong", &["the ", "mayor ", "is ", "wrong"]);
}

#[test]
fn white_space_stays_with_the_word_before_it() {
    check("  a \t\n b\r\n", &["  ", "a \t\n ", "b\r\n"]);
}

#[test]
fn an_empty_text_is_one_empty_piece() {
    check("", &[""]);
}

#[test]
fn a_long_word_is_cut_at_32_bytes() {
    check(&"x".repeat(70), &[&"x".repeat(32), &"x".repeat(32), "xxxxxx"]);
}

#[test]
fn a_cut_falls_between_characters() {
    // 31 bytes, then one of two.
    let text = format!("{}éé", "x".repeat(31));
    check(&text, &[&"x".repeat(31), "éé"]);
    // Other scripts' spaces are not white space here.
    check("一\u{3000}二\u{a0}三", &["一\u{3000}二\u{a0}三"]);
}

/// The specification again, with nothing of ours.
fn by_the_book(seed: &[u8; 32], field: u32, pieces: &[&[u8]]) -> [u8; 32] {
    let mut all = vec![2];
    for (i, piece) in pieces.iter().enumerate() {
        let salt = Sha256::digest(
            [&[1][..], seed, &field.to_be_bytes(), &u32::try_from(i).expect("few").to_be_bytes()].concat(),
        );
        all.extend(Sha256::digest([&[0][..], &salt[..16], piece].concat()));
    }
    Sha256::digest(all).into()
}

#[test]
fn commitments_are_as_specified() {
    let seed: [u8; 32] = std::array::from_fn(|i| i as u8);
    let text = "the mayor is wrong";
    assert_eq!(
        of_text(&seed, Field::Content, text),
        by_the_book(&seed, 3, &[b"the ", b"mayor ", b"is ", b"wrong"])
    );
    assert_eq!(of_text(&seed, Field::Part(2), ""), by_the_book(&seed, 66, &[b""]));
    let long = "x".repeat(1000);
    assert_eq!(of_bytes(&seed, Field::Frame, long.as_bytes()), by_the_book(&seed, 1, &[long.as_bytes()]));
    assert_eq!(of_text(&seed, Field::Frame, "a b"), by_the_book(&seed, 1, &[b"a b"]));
    // Worked out with another program in another language.
    assert_eq!(written(&of_text(&seed, Field::Content, text)), VECTOR);
}

const VECTOR: &str = "8AhfpIjh110ol9vG7_ZKBDnDoW8um-9UAmu7BkT2euU";

proptest! {
    #[test]
    fn pieces_make_the_text(text in "(?s)[ -~éあ🙂\t\n]{0,200}") {
        let all: Vec<_> = pieces(&text).collect();
        prop_assert_eq!(all.concat(), text.clone());
        prop_assert!(all.iter().all(|piece| piece.len() <= PIECE_LIMIT_BYTES));
        prop_assert!(text.is_empty() || all.iter().all(|piece| !piece.is_empty()));
    }

    #[test]
    fn a_withheld_piece_leaves_the_commitment_checkable(text in "[a-z ]{1,80}", seed: [u8; 32], hide: prop::sample::Index) {
        // What a redacted release gives: the hash of one piece, the salts and words of the rest.
        let all: Vec<_> = pieces(&text).collect();
        let hidden = hide.index(all.len());
        let hidden_hash = piece_hash(&salt(&seed, Field::Content, hidden as u32), all[hidden].as_bytes());
        let given = all.iter().enumerate().map(|(i, piece)| {
            if i == hidden { hidden_hash } else { piece_hash(&salt(&seed, Field::Content, i as u32), piece.as_bytes()) }
        });
        prop_assert_eq!(over(given), of_text(&seed, Field::Content, &text));
    }

    #[test]
    fn thirty_two_bytes_read_back(bytes: [u8; 32]) {
        prop_assert_eq!(read(&written(&bytes)), Some(bytes));
    }
}

#[test]
fn only_one_spelling_is_read() {
    let good = written(&[0; 32]);
    assert_eq!(read(&good), Some([0; 32]));
    for bad in [format!("{good}="), format!("{}B", &good[..42]), good[..42].to_owned(), format!("{good}A")] {
        assert_eq!(read(&bad), None, "{bad}");
    }
}
