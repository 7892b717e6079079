//! Which of the bot's languages somebody writes.
//!
//! Discord tells a member's language only when they click something. Until
//! then a notice is in the language of the message it is about, as far as its
//! words tell; in doubt, English.

use super::tokens::Tokens;

/// Words that are frequent in Spanish and hardly ever English, those that a
/// furious message consists of among them.
const SPANISH: [&str; 100] = [
    "el",
    "los",
    "las",
    "una",
    "unos",
    "del",
    "al",
    "que",
    "qué",
    "por",
    "para",
    "con",
    "sin",
    "como",
    "cómo",
    "pero",
    "más",
    "muy",
    "ya",
    "es",
    "está",
    "están",
    "estan",
    "estoy",
    "esto",
    "este",
    "esta",
    "ese",
    "esa",
    "eso",
    "hay",
    "fue",
    "ser",
    "soy",
    "eres",
    "somos",
    "su",
    "sus",
    "mi",
    "mis",
    "tu",
    "tus",
    "te",
    "nos",
    "les",
    "lo",
    "se",
    "si",
    "sí",
    "porque",
    "cuando",
    "cuándo",
    "donde",
    "dónde",
    "quien",
    "quién",
    "yo",
    "usted",
    "ustedes",
    "ellos",
    "nosotros",
    "gracias",
    "hola",
    "ciudad",
    "calle",
    "quiero",
    "puede",
    "puedo",
    "tiene",
    "tengo",
    "vete",
    "váyanse",
    "vayan",
    "todo",
    "todos",
    "nada",
    "nunca",
    "siempre",
    "señor",
    "señora",
    "alcalde",
    "alcaldesa",
    "basura",
    "agua",
    "mierda",
    "puta",
    "puto",
    "putos",
    "pendejo",
    "pendejos",
    "cabrón",
    "cabron",
    "cabrones",
    "chinga",
    "chinguen",
    "joder",
    "culo",
    "asco",
    "también",
    "aquí",
];

/// Words that are frequent in Spanish, and stand in English names and phrases
/// too: El Camino de la Paz, de facto.
const SPANISH_PERHAPS: [&str; 10] = ["la", "de", "en", "un", "y", "o", "le", "son", "ve", "mas"];

/// Words that are frequent in English and hardly ever Spanish.
const ENGLISH: [&str; 60] = [
    "the", "and", "is", "are", "was", "were", "you", "your", "i", "my", "we", "our", "they", "their", "he",
    "she", "his", "her", "of", "to", "in", "on", "for", "with", "this", "that", "it", "not", "be", "have",
    "has", "do", "does", "did", "don't", "at", "by", "from", "what", "when", "where", "who", "why", "how",
    "please", "will", "can", "if", "so", "about", "there", "here", "just", "all", "get", "go", "fuck",
    "fucking", "shit", "an",
];

/// What a word of each kind weighs.
const SURE: usize = 2;
const PERHAPS: usize = 1;

/// Whether a text is Spanish rather than English.
pub fn is_spanish(text: &str) -> bool {
    let mut tokens = Tokens::default();
    tokens.read(text);
    let mut words: Vec<&str> = tokens.tokens.iter().map(|token| tokens.word(token)).collect();
    // Said once or ten times, a word tells the same.
    words.sort_unstable();
    words.dedup();
    let (mut spanish, mut english) = (0, 0);
    for word in words {
        if SPANISH.contains(&word) || word.contains('ñ') || word.ends_with("ción") {
            spanish += SURE;
        } else if SPANISH_PERHAPS.contains(&word) {
            spanish += PERHAPS;
        } else if ENGLISH.contains(&word) {
            english += SURE;
        }
    }
    if text.contains(['¿', '¡']) {
        spanish += SURE;
    }
    // One doubtful word is a name as easily as a language.
    spanish > english && spanish > PERHAPS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_small_words_tell() {
        for spanish in [
            "¿Dónde está la oficina del alcalde?",
            "gracias por todo",
            "Soy Mateo, vete a la mierda",
            "vete a la mierda",
            "Chinga tu madre",
            "Pinche alcalde de mierda",
            "La oficina de agua no contesta y el recibo sube",
            "Mi número es 734-555-0182",
            "No sirven para nada",
        ] {
            assert!(is_spanish(spanish), "{spanish}");
        }
        for english in [
            "Where is the mayor's office on Calle Ocho?",
            "lol",
            "",
            "fuck you",
            "de facto",
            "La La La",
            "Turn left at El Camino de la Paz and go to the church",
            "asshole",
            "MAGA 2024",
            "My number is 734-555-0182",
            "Taco Bell on Monroe Street y'all",
        ] {
            assert!(!is_spanish(english), "{english}");
        }
    }
}
