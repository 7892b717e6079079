//! Which of the bot's languages somebody writes.
//!
//! Discord tells a member's language only when they click something. Until
//! then a notice is in the language of the message it is about, as far as its
//! small words tell; in doubt, English.

use super::tokens::Tokens;

/// Words that are frequent in Spanish and rare or absent in English.
const SPANISH: [&str; 58] = [
    "el", "los", "las", "una", "unos", "del", "al", "que", "qué", "por", "para", "con", "sin", "como",
    "pero", "más", "mas", "muy", "ya", "es", "son", "está", "esta", "estan", "esto", "este", "ese", "eso",
    "hay", "fue", "ser", "su", "sus", "mi", "mis", "tu", "nos", "les", "le", "lo", "se", "porque", "cuando",
    "donde", "quien", "yo", "usted", "ustedes", "gracias", "hola", "ciudad", "calle", "quiero", "puede",
    "tiene", "todo", "todos", "señor",
];

/// Words that are frequent in English and rare or absent in Spanish.
const ENGLISH: [&str; 40] = [
    "the", "and", "is", "are", "was", "you", "your", "i", "my", "we", "our", "they", "of", "to", "in", "on",
    "for", "with", "this", "that", "it", "not", "be", "have", "has", "do", "does", "at", "by", "from",
    "what", "who", "how", "please", "will", "can", "if", "so", "about", "there",
];

/// Whether a text is Spanish rather than English.
pub fn is_spanish(text: &str) -> bool {
    let mut tokens = Tokens::default();
    tokens.read(text);
    let (mut spanish, mut english) = (0usize, 0usize);
    for token in &tokens.tokens {
        let word = tokens.word(token);
        spanish += usize::from(SPANISH.contains(&word) || word.contains('ñ'));
        english += usize::from(ENGLISH.contains(&word));
    }
    spanish += usize::from(text.contains(['¿', '¡']));
    spanish > english
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_small_words_tell() {
        assert!(is_spanish("¿Dónde está la oficina del alcalde?"));
        assert!(is_spanish("gracias por todo"));
        assert!(!is_spanish("Where is the mayor's office on Calle Ocho?"));
        assert!(!is_spanish("lol"));
        assert!(!is_spanish(""));
    }
}
