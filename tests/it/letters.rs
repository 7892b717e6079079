//! `src/text/letters.txt`, held against Unicode: what it takes for a letter is
//! what Unicode says looks like one, and our own list besides.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Alike to the eye, and not to Unicode; or taken otherwise by it.
const OUR_OWN: [(&str, &str); 27] = [
    ("a", "🅰🅐ᴀɑαΑАаᗩᗅ"),
    ("b", "🅱🅑ʙƀɓßВвᗷЬь"),
    ("c", "🅲🅒ᴄƈСсϹ"),
    ("d", "🅳🅓ᴅđɗðᗪᗞԁ"),
    ("e", "🅴🅔ᴇɇεЕеєΕ"),
    ("f", "🅵🅕ꜰƒғ"),
    ("g", "🅶🅖ɢǥɠɡԌԍ"),
    ("h", "🅷🅗ʜħɦнНհһᕼΗ"),
    ("i", "🅸🅘ɪɨıіІιΙ¡"),
    ("j", "🅹🅙ᴊɉјЈϳ"),
    ("k", "🅺🅚ᴋƙкКκΚ"),
    ("l", "🅻🅛ʟłƚɫӏᒪ"),
    ("m", "🅼🅜ᴍмМΜᗰ"),
    ("n", "🅽🅝ɴηпᑎΝ"),
    ("o", "🅾🅞ᴏøоОοΟσօ⭕"),
    ("p", "🅿🅟ᴘƥрРρΡ"),
    ("q", "🆀🅠ԛ"),
    ("r", "🆁🅡ʀɍгяᖇЯ"),
    ("s", "🆂🅢ꜱѕЅʂᔕ"),
    ("t", "🆃🅣ᴛŧƭтТτΤ"),
    ("u", "🆄🅤ᴜʉυսᑌ"),
    ("v", "🆅🅥ᴠνѵᐯ"),
    ("w", "🆆🅦ᴡшщωԝᗯ"),
    ("x", "🆇🅧хХχΧ᙭"),
    ("y", "🆈🅨ʏɏуУүΥ"),
    ("z", "🆉🅩ᴢƶΖ"),
    ("ñ", "ñÑ"),
];

/// Read so only with goodwill: pictograms, and letters upside down.
const GUESSES: [(&str, &str); 18] = [
    ("a", "ɐ"),
    ("c", "ɔ©"),
    ("e", "📧ǝə"),
    ("f", "ɟ"),
    ("g", "ƃᵷ"),
    ("h", "ɥ"),
    ("i", "ℹᴉ"),
    ("k", "ʞ"),
    ("l", "ꞁ"),
    ("m", "ɯ"),
    ("o", "🔴⚪⚫⓪"),
    ("r", "ɹ®"),
    ("s", "💲"),
    ("t", "✝ʇ"),
    ("v", "ʌ"),
    ("w", "ʍ"),
    ("x", "❌✖"),
    ("y", "ʎ"),
];

/// Letters that Unicode takes for one of these are written in whole words by
/// those who live with them, or are too far from Latin to be meant as it.
fn is_left_alone(code: u32) -> bool {
    matches!(code, 0x590..=0x109f | 0x1100..=0x139f | 0x1680..=0x1c7f | 0x2d30..=0x2d7f | 0x2e80..=0xa4cf
        | 0xa500..=0xa63f | 0xa6a0..=0xa6ff | 0xa800..=0xab2f | 0xabc0..=0xfaff | 0xfb1d..=0xfe0f | 0x10000..=0x1cfff
        | 0x1e000..=0x1f0ff | 0x1f300..=0x1ffff)
}

fn is_far(code: u32) -> bool {
    matches!(code, 0x13a0..=0x13ff | 0xab70..=0xabbf | 0x10a0..=0x10ff | 0xa4d0..=0xa4ff | 0x2c80..=0x2cff | 0x2460..=0x24b5)
}

/// The letter that these characters amount to.
fn the_letter(characters: impl Iterator<Item = char>) -> Option<char> {
    let mut letters = characters.filter(|c| !is_combining_mark(*c));
    let letter = letters.next()?;
    (letters.next().is_none() && letter.is_ascii_alphabetic()).then(|| letter.to_ascii_lowercase())
}

fn drawn() -> String {
    let mut table: BTreeMap<String, String> = BTreeMap::new();
    let mut add = |letter: String, character: char| table.entry(letter).or_default().push(character);
    for code in 0x80..=0x1_ffffu32 {
        let Some(character) = char::from_u32(code) else { continue };
        let own: Vec<&str> =
            OUR_OWN.iter().filter(|(_, alike)| alike.contains(character)).map(|(l, _)| *l).collect();
        let guessed: Vec<&str> =
            GUESSES.iter().filter(|(_, alike)| alike.contains(character)).map(|(l, _)| *l).collect();
        if !own.is_empty() {
            own.iter().for_each(|letter| add((*letter).to_owned(), character));
        }
        if !guessed.is_empty() {
            guessed.iter().for_each(|letter| add(format!("{letter}?"), character));
            continue;
        }
        if (0x1f1e6..=0x1f1ff).contains(&code) {
            add(((b'a' + (code - 0x1f1e6) as u8) as char).to_string(), character);
            continue;
        }
        let decomposed: String = character.nfkd().filter(|c| !is_combining_mark(*c)).collect();
        let bare = decomposed.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
        if let Some(letter) = bare.and_then(|bare| the_letter(bare.chars())) {
            add(format!("{letter}?"), character);
        } else if let Some(letter) = the_letter(decomposed.chars()) {
            // 𝐦 and é, which are Latin letters in all but form.
            add(letter.to_string(), character);
        } else if own.is_empty() && !is_left_alone(code) && character.is_alphabetic() {
            let alike: String = unicode_security::skeleton(character.encode_utf8(&mut [0; 4])).collect();
            if let Some(letter) = the_letter(alike.nfkd()) {
                let guess = if is_far(code) { "?" } else { "" };
                add(format!("{letter}{guess}"), character);
            }
        }
    }
    let mut text = String::from(
        "# What is read as which letter: drawn by tests/it/letters.rs from Unicode and a list of our own.\n",
    );
    for (letter, alike) in table {
        writeln!(text, "{letter} {alike}").expect("a string takes everything");
    }
    text
}

#[test]
fn the_table_is_what_unicode_says() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/text/letters.txt");
    let drawn = drawn();
    if std::env::var_os("UPDATE_FACTS").is_some() {
        std::fs::write(&path, drawn).expect("the table can be written");
        return;
    }
    let written = std::fs::read_to_string(&path).expect("the table is there");
    assert!(written == drawn, "src/text/letters.txt is not what Unicode says; UPDATE_FACTS=1 draws it anew");
}
