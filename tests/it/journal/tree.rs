//! The tree: the same root by either way, proofs that hold and only then.

use gavel::journal::checkpoint::{self, Key, Problem};
use gavel::journal::tree::{self, Hash, Hashes, Peaks};
use rand_core::OsRng;

fn leaf(n: u64) -> Hash {
    tree::leaf(format!("entry {n}").as_bytes())
}

#[test]
fn the_roots_are_those_of_rfc_6962() {
    let (mut peaks, mut hashes) = (Peaks::default(), Hashes::default());
    assert_eq!(Some(peaks.root()), hashes.root(0));
    for n in 0..300 {
        peaks.push(leaf(n));
        hashes.push(leaf(n));
        assert_eq!(Some(peaks.root()), hashes.root(n + 1));
        let seal = peaks.seal(0).expect("there are entries");
        assert_eq!(Peaks::from_seal(&seal).as_ref(), Some(&peaks));
    }
    // RFC 6962: MTH({}) is SHA-256 of nothing; a leaf is SHA-256(0x00 ‖ data).
    assert_eq!(Peaks::default().root().to_string(), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    assert_eq!(tree::leaf(b"").to_string(), "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=");
}

#[test]
fn a_seal_that_does_not_add_up_is_refused() {
    let mut peaks = Peaks::default();
    (0..5).for_each(|n| peaks.push(leaf(n)));
    let good = peaks.seal(0).expect("there are entries");
    let mut other = good.clone();
    other.last = 6;
    assert!(Peaks::from_seal(&other).is_none());
    let mut other = good.clone();
    other.peaks.swap(0, 1);
    assert!(Peaks::from_seal(&other).is_none());
    let mut other = good;
    other.last = u64::MAX;
    assert!(Peaks::from_seal(&other).is_none());
}

#[test]
fn proofs_hold_for_what_they_prove_and_nothing_else() {
    let mut hashes = Hashes::default();
    (0..77).for_each(|n| hashes.push(leaf(n)));
    let root = hashes.root(77).expect("it is that large");
    for n in 0..77 {
        let proof = hashes.inclusion(77, n).expect("it is in there");
        assert!(tree::is_included(&proof, 77, root, n, leaf(n)));
        assert!(!tree::is_included(&proof, 77, root, n, leaf(n + 1)));
        let earlier = hashes.root(n + 1).expect("it is that large");
        let proof = hashes.consistency(77, n + 1).expect("it went on from there");
        assert!(tree::is_consistent(&proof, 77, root, n + 1, earlier));
        assert!(!tree::is_consistent(&proof, 77, root, n + 1, leaf(n + 500)));
    }
    assert!(hashes.inclusion(77, 77).is_none() && hashes.inclusion(78, 0).is_none());
    assert!(hashes.consistency(77, 0).is_none() && hashes.consistency(70, 71).is_none());
}

#[test]
fn a_checkpoint_is_read_with_the_key_that_signed_it_only() {
    let key = Key::generate("log.city.example", &mut OsRng).expect("a good name");
    let other = Key::generate("log.city.example", &mut OsRng).expect("a good name");
    let text = key.sign(42, leaf(0)).expect("it signs");
    assert!(text.starts_with(&format!("log.city.example\n42\n{}\n\n— log.city.example ", leaf(0))));
    let said = checkpoint::open(&text, key.verifier()).expect("its own key");
    assert_eq!((said.size, said.root, said.origin.as_str()), (42, leaf(0), "log.city.example"));
    assert_eq!(checkpoint::open(&text, other.verifier()), Err(Problem::Signature));
    let forged = text.replacen("\n42\n", "\n41\n", 1);
    assert_eq!(checkpoint::open(&forged, key.verifier()), Err(Problem::Signature));
    assert_eq!(checkpoint::open("", key.verifier()), Err(Problem::Checkpoint));
}

#[test]
fn a_key_file_reads_back_and_keeps_its_secret() {
    let key = Key::generate("log", &mut OsRng).expect("a good name");
    let back = Key::parse(key.secret_text()).expect("our own file");
    assert_eq!(back.verifier(), key.verifier());
    let secret = key.secret_text().lines().next().expect("a line");
    // `PRIVATE+KEY+name+hash+` and the key in base64, which may hold a plus too.
    let part = secret.splitn(5, '+').nth(4).expect("the secret part");
    assert!(part.len() > 40 && !format!("{key:?}").contains(part));
    let other = Key::generate("log", &mut OsRng).expect("a good name");
    let mixed = format!("{secret}\n{}\n", other.verifier());
    assert_eq!(Key::parse(&mixed).err(), Some(Problem::Secret));
    for name in ["", "two words", "a+b", "a\u{1}"] {
        assert_eq!(Key::generate(name, &mut OsRng).err(), Some(Problem::Origin(name.into())));
    }
}
