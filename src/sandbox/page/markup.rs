//! What Discord makes of a text, as far as cards, notices and people use it:
//! bold, underline, code, quotes, small print, mentions and times.
//!
//! Addresses are shown and never linked: the tour is full of false ones.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, PreEscaped, html};

use crate::domain::card::Language;
use crate::text::language::is_spanish;

/// Who and what a mention stands for.
pub trait Names {
    fn user(&self, id: u64) -> Option<String>;
    fn role(&self, id: u64) -> Option<String>;
    fn channel(&self, id: u64) -> Option<String>;
    fn zone(&self) -> &TimeZone;
    /// In which language times are said.
    fn language(&self) -> Language {
        Language::En
    }
}

/// The same names, for whoever reads a text in its own language: Discord says
/// times as its reader's Discord does.
struct In<'n>(Language, &'n dyn Names);

impl Names for In<'_> {
    fn user(&self, id: u64) -> Option<String> {
        self.1.user(id)
    }
    fn role(&self, id: u64) -> Option<String> {
        self.1.role(id)
    }
    fn channel(&self, id: u64) -> Option<String> {
        self.1.channel(id)
    }
    fn zone(&self) -> &TimeZone {
        self.1.zone()
    }
    fn language(&self) -> Language {
        self.0
    }
}

/// A whole text, block by block.
pub fn blocks(text: &str, names: &dyn Names) -> Markup {
    let language = if is_spanish(text) { Language::Es } else { Language::En };
    let names: &dyn Names = &In(language, names);
    let mut out = String::new();
    let mut quote: Vec<&str> = Vec::new();
    let mut plain: Vec<&str> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(rest) = line.strip_prefix("```") {
            flush(&mut out, &mut quote, &mut plain, names);
            let mut code: Vec<&str> = (!rest.is_empty()).then_some(rest).into_iter().collect();
            code.extend(lines.by_ref().take_while(|line| !line.starts_with("```")));
            out.push_str(&html! { pre tabindex="0" { code { (code.join("\n")) } } }.into_string());
        } else if let Some(quoted) = line.strip_prefix("> ").or_else(|| line.strip_prefix('>')) {
            if !plain.is_empty() {
                flush(&mut out, &mut quote, &mut plain, names);
            }
            quote.push(quoted);
        } else if let Some(small) = line.strip_prefix("-# ") {
            flush(&mut out, &mut quote, &mut plain, names);
            out.push_str(&html! { p { small { (inline(small, names)) } } }.into_string());
        } else if line.trim().is_empty() {
            flush(&mut out, &mut quote, &mut plain, names);
        } else {
            if !quote.is_empty() {
                flush(&mut out, &mut quote, &mut plain, names);
            }
            plain.push(line);
        }
    }
    flush(&mut out, &mut quote, &mut plain, names);
    PreEscaped(out)
}

fn flush(out: &mut String, quote: &mut Vec<&str>, plain: &mut Vec<&str>, names: &dyn Names) {
    let lines = |lines: &[&str]| {
        html! {
            @for (at, line) in lines.iter().enumerate() {
                @if at > 0 { br; }
                (inline(line, names))
            }
        }
    };
    if !quote.is_empty() {
        out.push_str(&html! { blockquote { (lines(quote)) } }.into_string());
        quote.clear();
    }
    if !plain.is_empty() {
        out.push_str(&html! { p { (lines(plain)) } }.into_string());
        plain.clear();
    }
}

/// The marks that open and close a style, longest first, and their elements.
const STYLES: &[(&str, &str)] =
    &[("**", "strong"), ("__", "u"), ("~~", "s"), ("||", "span"), ("*", "em"), ("_", "em")];

/// One line.
pub fn inline(text: &str, names: &dyn Names) -> Markup {
    let mut out = String::new();
    let mut open: Vec<(&str, &str)> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some(escaped) = rest.strip_prefix('\\')
            && let Some(c) = escaped.chars().next().filter(char::is_ascii_punctuation)
        {
            push(&mut out, c);
            rest = &escaped[c.len_utf8()..];
            continue;
        }
        if let Some(after) = rest.strip_prefix('`')
            && let Some(end) = after.find('`')
        {
            out.push_str(&html! { code { (&after[..end]) } }.into_string());
            rest = &after[end + 1..];
            continue;
        }
        if first == '<'
            && let Some((said, length)) = mention(rest, names)
        {
            out.push_str(&said.into_string());
            rest = &rest[length..];
            continue;
        }
        if first == '['
            && let Some((said, length)) = masked_link(rest)
        {
            out.push_str(&said.into_string());
            rest = &rest[length..];
            continue;
        }
        let inside_word = first == '_' && out.ends_with(|c: char| c.is_alphanumeric());
        let style = STYLES.iter().find(|(mark, _)| rest.starts_with(mark));
        let before_space = |text: &str| text.starts_with(char::is_whitespace);
        if let Some(&(mark, element)) = style {
            let after = &rest[mark.len()..];
            if open.last().is_some_and(|(last, _)| *last == mark) {
                open.pop();
                out.push_str(&format!("</{element}>"));
                rest = after;
                continue;
            }
            let closes = after.find(mark).is_some_and(|at| at > 0);
            if closes && !inside_word && !before_space(after) && !open.iter().any(|(other, _)| *other == mark)
            {
                open.push((mark, element));
                out.push_str(&format!("<{element}>"));
                rest = after;
                continue;
            }
        }
        push(&mut out, first);
        rest = &rest[first.len_utf8()..];
    }
    for (_, element) in open.into_iter().rev() {
        out.push_str(&format!("</{element}>"));
    }
    PreEscaped(out)
}

fn push(out: &mut String, c: char) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        c => out.push(c),
    }
}

/// `<@1>`, `<@&1>`, `<#1>`, `<t:1:f>`: what it says, and how long it is.
fn mention(text: &str, names: &dyn Names) -> Option<(Markup, usize)> {
    let end = text.find('>')?;
    let inside = &text[1..end];
    let is_address = inside.starts_with("https://") || inside.starts_with("http://");
    if is_address && !inside.contains(char::is_whitespace) {
        // The brackets only tell Discord to show no preview.
        return Some((html! { span class="link" { (inside) } }, end + 1));
    }
    let said = if let Some(id) = inside.strip_prefix("@&") {
        format!("@{}", names.role(id.parse().ok()?)?)
    } else if let Some(id) = inside.strip_prefix('@') {
        format!("@{}", names.user(id.trim_start_matches('!').parse().ok()?)?)
    } else if let Some(id) = inside.strip_prefix('#') {
        format!("#{}", names.channel(id.parse().ok()?)?)
    } else {
        let stamp = inside.strip_prefix("t:")?;
        let seconds = stamp.split(':').next()?.parse().ok()?;
        let at = Timestamp::from_second(seconds).ok()?.to_zoned(names.zone().clone());
        let said = match names.language() {
            Language::En => at.strftime("%B %-d, %-I:%M %p").to_string(),
            Language::Es => {
                let month = MONTHS_ES[at.month() as usize - 1];
                format!("{} de {month}, {}", at.day(), at.strftime("%-H:%M"))
            }
        };
        return Some((html! { time datetime=(at.timestamp().to_string()) { (said) } }, end + 1));
    };
    Some((html! { span class="mention" { (said) } }, end + 1))
}

/// As Discord names them to somebody whose Discord speaks Spanish.
const MONTHS_ES: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];

/// `[shown](address)`: both are shown, the false face and where it leads.
fn masked_link(text: &str) -> Option<(Markup, usize)> {
    let middle = text.find("](")?;
    let end = middle + text[middle..].find(')')?;
    let (shown, address) = (&text[1..middle], &text[middle + 2..end]);
    if !address.starts_with("http") || shown.contains('\n') {
        return None;
    }
    let said = html! {
        span class="link" { (shown) } " " span class="leads" { "(leads to " (address) ")" }
    };
    Some((said, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nobody(TimeZone);

    impl Names for Nobody {
        fn user(&self, id: u64) -> Option<String> {
            (id == 7).then(|| "Rosa".to_owned())
        }
        fn role(&self, _: u64) -> Option<String> {
            None
        }
        fn channel(&self, _: u64) -> Option<String> {
            None
        }
        fn zone(&self) -> &TimeZone {
            &self.0
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(inline(text, &Nobody(TimeZone::UTC)).into_string(), expected);
    }

    #[test]
    fn styles_nest_and_always_close() {
        check("__**word**__ and", "<u><strong>word</strong></u> and");
        check("**a __b** c__", "<strong>a <u>b** c</u></strong>");
        check("2 * 3 * 4", "2 * 3 * 4");
        check("snake_case_name", "snake_case_name");
    }

    #[test]
    fn nothing_that_was_written_becomes_markup() {
        check("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;");
        check("\\*not\\* **<b>**", "*not* <strong>&lt;b&gt;</strong>");
        check(
            "[bank](https://x.example/\"><b>)",
            "<span class=\"link\">bank</span> <span class=\"leads\">(leads to https://x.example/&quot;&gt;&lt;b&gt;)</span>",
        );
    }

    #[test]
    fn mentions_and_times_are_named() {
        check("<@7>", "<span class=\"mention\">@Rosa</span>");
        check("<@8>", "&lt;@8&gt;");
        check("<t:0:f>", "<time datetime=\"1970-01-01T00:00:00Z\">January 1, 12:00 AM</time>");
    }
    #[test]
    fn a_time_is_said_in_the_language_of_its_text() {
        let said = |text: &str| blocks(text, &Nobody(TimeZone::UTC)).into_string();
        let english = said("If nobody has decided by <t:0:f>, we will send you the text.");
        assert!(english.contains("January 1, 12:00 AM"), "{english}");
        let spanish = said("Si nadie ha decidido antes del <t:0:f>, le enviaremos el texto del mensaje.");
        assert!(spanish.contains("1 de enero, 0:00"), "{spanish}");
    }

    #[test]
    fn an_address_stands_without_the_brackets_that_stop_its_preview() {
        check("<https://city.example/rules>", "<span class=\"link\">https://city.example/rules</span>");
    }
}
