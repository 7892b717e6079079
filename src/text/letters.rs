//! Which Latin letter a character stands for in the eyes of a reader.
//!
//! `letters.txt` names for every letter the characters that look like it:
//! accented and styled forms, letters of other scripts, letters in circles and
//! squares. It is drawn from Unicode (NFKD, and the confusables of UTS #39) and
//! from a list of our own; a test makes it anew. ASCII stands for itself and is
//! not in it: UTS #39 takes an `m` for `rn`.

use std::sync::LazyLock;

const TABLE: &str = include_str!("letters.txt");

/// The letters that a character may be read as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// A bit for each of `a` to `z`, and [`ENYE`].
    pub letters: u32,
    /// Whether it takes goodwill to read it so: a pictogram, a far script.
    pub is_guess: bool,
}

/// The bit of `ñ`.
pub const ENYE: u32 = 26;

/// The bit of a letter as it stands in folded words.
pub fn bit_of(letter: char) -> Option<u32> {
    match letter {
        'a'..='z' => Some(letter as u32 - 'a' as u32),
        'ñ' => Some(ENYE),
        _ => None,
    }
}

/// Pages of 256 characters; page 0 says nothing of any.
struct Pages {
    of: Vec<u8>,
    pages: Vec<[Reading; 256]>,
}

/// No character beyond this one is read as a letter.
const LAST: u32 = 0x1_ffff;

static PAGES: LazyLock<Pages> = LazyLock::new(|| {
    let nothing = [Reading::default(); 256];
    let mut table = Pages { of: vec![0; (LAST as usize >> 8) + 1], pages: vec![nothing] };
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let Some((letter, alike)) = line.split_once(' ') else { continue };
        let is_guess = letter.ends_with('?');
        let Some(bit) = letter.chars().next().and_then(bit_of) else { continue };
        for character in alike.chars() {
            let code = character as u32;
            let Some(page) = table.of.get_mut(code as usize >> 8) else { continue };
            if *page == 0 {
                *page = table.pages.len() as u8;
                table.pages.push(nothing);
            }
            let reading = &mut table.pages[usize::from(*page)][code as usize & 0xff];
            reading.letters |= 1 << bit;
            reading.is_guess |= is_guess;
        }
    }
    table
});

/// What a character beyond ASCII may be read as.
pub fn read(character: char) -> Reading {
    let code = character as u32;
    let pages = &*PAGES;
    match pages.of.get(code as usize >> 8) {
        Some(&page) => pages.pages[usize::from(page)][code as usize & 0xff],
        None => Reading::default(),
    }
}

/// Whether nothing is seen of it: joiners, directions, variation selectors,
/// tags (Unicode, `Default_Ignorable_Code_Point`).
pub fn is_invisible(character: char) -> bool {
    matches!(character as u32,
        0xad | 0x34f | 0x61c | 0x17b4..=0x17b5 | 0x180b..=0x180f | 0x200b..=0x200f | 0x202a..=0x202e
        | 0x2060..=0x206f | 0xfe00..=0xfe0f | 0xfeff | 0xfff0..=0xfff8 | 0x1bca0..=0x1bca3
        | 0x1d173..=0x1d17a | 0xe0000..=0xe0fff)
}

/// Whether it is a letter to Unicode, of which one sees a blank.
pub fn is_blank_letter(character: char) -> bool {
    matches!(character as u32, 0x115f..=0x1160 | 0x2800 | 0x3164 | 0xffa0)
}

/// Whether it is drawn over, under or around the character before it.
pub fn is_mark(character: char) -> bool {
    matches!(character as u32,
        0x300..=0x36f | 0x483..=0x489 | 0x1ab0..=0x1aff | 0x1dc0..=0x1dff | 0x20d0..=0x20ff | 0xfe20..=0xfe2f)
}

/// Whether it comes from a script that people of a US city may write whole
/// words in, besides the Latin one.
pub fn is_of_other_script(character: char) -> bool {
    matches!(character as u32, 0x370..=0x58f | 0x10a0..=0x10ff | 0x13a0..=0x167f | 0x1f00..=0x1fff
        | 0x2c80..=0x2cff | 0xa4d0..=0xa4ff | 0xab70..=0xabbf)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alikes_are_read() {
        for (character, letter) in [
            ('а', 'a'),
            ('ｋ', 'k'),
            ('𝖏', 'j'),
            ('ø', 'o'),
            ('🅚', 'k'),
            ('🇯', 'j'),
            ('ᴀ', 'a'),
            ('ᗪ', 'd'),
            ('É', 'e'),
        ] {
            let reading = read(character);
            assert_eq!(reading.letters, 1 << bit_of(letter).unwrap(), "{character}");
            assert!(!reading.is_guess, "{character}");
        }
        assert!(read('💲').is_guess);
        assert_eq!(read('图'), Reading::default());
        assert_eq!(read('ñ').letters, 1 << ENYE | 1 << 13, "an ñ may stand for an n");
        assert_eq!(read('\u{10ffff}'), Reading::default());
    }
}
