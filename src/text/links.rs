//! Links: where they stand, which host they lead to, what they pretend.
//!
//! Hosts are parsed as browsers do (WHATWG URL, through the `url` crate, IDNA
//! included). A masked link `[text](address)` shows one thing and leads to
//! another place; where its text names a host of its own, the two are compared.
//! A host that is merely named (`evil.example/gift`) is no link to click on, but
//! readers copy it: it is read too, as a bare one.

use url::Url;

use super::letters;
use super::tokens::Tokens;

/// Longest address that is looked at, in bytes; Discord's messages hold 4,000
/// characters, and no host name is longer than 253.
pub const LONGEST_LINK: usize = 2_048;

/// A link in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Byte offsets of the address.
    pub start: usize,
    pub end: usize,
    /// The host, as a browser would ask for it, in ASCII.
    pub host: String,
    /// Everything after the host.
    pub path: String,
    /// What a masked link shows instead of its address.
    pub shown: Option<(usize, usize)>,
    /// The host that the shown text names, where it names one.
    pub shown_host: Option<String>,
    /// The address carries a user name before the host, to deceive.
    pub has_userinfo: bool,
    /// It begins with its host: nothing opens where somebody clicks on it.
    pub is_bare: bool,
}

/// If a link begins at `at`, where it ends.
pub fn end_of_link(text: &str, at: usize) -> Option<usize> {
    let rest = &text.as_bytes()[at..];
    let starts = |prefix: &str| {
        rest.len() > prefix.len() && rest[..prefix.len()].eq_ignore_ascii_case(prefix.as_bytes())
    };
    if !starts("http://") && !starts("https://") && !starts("www.") {
        return None;
    }
    if at > 0 && text[..at].chars().next_back().is_some_and(char::is_alphanumeric) {
        return None;
    }
    let mut end = at;
    let mut open_brackets = 0i32;
    for (offset, letter) in text[at..].char_indices() {
        match letter {
            '(' => open_brackets += 1,
            ')' if open_brackets == 0 => break,
            ')' => open_brackets -= 1,
            '<' | '>' | '"' | '`' | '|' | '\\' | ']' => break,
            _ if letter.is_whitespace() || letter.is_control() => break,
            _ => {}
        }
        end = at + offset + letter.len_utf8();
        if end - at >= LONGEST_LINK {
            break;
        }
    }
    // What ends a sentence does not belong to the address before it.
    let trimmed = text[at..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_', '\'', '…', '”']);
    Some(at + trimmed.len())
}

/// Reads the links of a text, and the hosts that it names without a link.
pub fn read(text: &str, tokens: &Tokens) -> Vec<Link> {
    let mut links: Vec<Link> =
        tokens.links.iter().filter_map(|&(start, end)| read_one(text, start, end)).collect();
    if tokens.has_inner_dot {
        links.extend(bare(text, &tokens.links));
    }
    links
}

fn read_one(text: &str, start: usize, end: usize) -> Option<Link> {
    let (host, path, has_userinfo) = parse(&text[start..end])?;
    let shown = masked_text(text, start);
    let shown_host = shown.and_then(|(from, to)| host_named_in(&text[from..to]));
    Some(Link { start, end, host, path, shown, shown_host, has_userinfo, is_bare: false })
}

/// The hosts that stand in a text outside its links. A missing space behind a
/// full stop can look like one (`thanks.so`), so little may rest on them.
fn bare<'t>(text: &'t str, links: &'t [(usize, usize)]) -> impl Iterator<Item = Link> + 't {
    const APART: &str = "<>()[]{}\"`|,;*~=";
    let is_apart = |c: char| c.is_whitespace() || APART.contains(c);
    let mut links = links.iter().peekable();
    text.split(is_apart).filter_map(move |piece| {
        // Whatever scheme it has, and what is glued before it: `go:evil.example`.
        let piece = piece.rsplit("://").next().unwrap_or(piece);
        let piece = match piece.split_once(':') {
            Some((before, after)) if !before.contains(['.', '/']) => after,
            _ => piece,
        };
        let piece = piece.trim_start_matches(|c: char| !c.is_alphanumeric());
        let piece = piece.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '/');
        let start = piece.as_ptr().addr() - text.as_ptr().addr();
        let end = start + piece.len();
        while links.next_if(|(_, end)| *end <= start).is_some() {}
        let host = &piece[..piece.find(['/', '?', ':', '#']).unwrap_or(piece.len())];
        let is_taken = links.peek().is_some_and(|(from, _)| *from < end);
        if is_taken
            || host.contains('@')
            || piece.len() > LONGEST_LINK
            || !is_public(&host.to_ascii_lowercase())
        {
            return None;
        }
        let (host, path, has_userinfo) = parse(&format!("http://{piece}"))?;
        is_public(&host).then_some(Link {
            start,
            end,
            host,
            path,
            shown: None,
            shown_host: None,
            has_userinfo,
            is_bare: true,
        })
    })
}

/// Whether a name could be that of a public host: `v2.1` and `e.g` are none.
fn is_public(host: &str) -> bool {
    let suffix = psl::suffix(host.as_bytes()).filter(psl::Suffix::is_known);
    suffix.is_some_and(|suffix| host.len() > suffix.as_bytes().len() + 1)
}

fn parse(address: &str) -> Option<(String, String, bool)> {
    let with_scheme;
    let address = if address.len() > 4 && address.as_bytes()[..4].eq_ignore_ascii_case(b"www.") {
        with_scheme = format!("http://{address}");
        &with_scheme
    } else {
        address
    };
    let url = Url::parse(address).ok()?;
    let host = url.host_str()?.trim_end_matches('.').to_ascii_lowercase();
    let mut path = url.path().to_owned();
    if let Some(query) = url.query() {
        path.push('?');
        path.push_str(query);
    }
    Some((host, path, !url.username().is_empty() || url.password().is_some()))
}

/// The text of a masked link whose address begins at `address`: what stands
/// between the brackets of `[text](` right before it.
fn masked_text(text: &str, address: usize) -> Option<(usize, usize)> {
    /// A masked text longer than this is not looked back for.
    const FARTHEST: usize = 256;
    let before = text[..address].strip_suffix('<').unwrap_or(&text[..address]);
    let before = before.strip_suffix("](")?;
    let close = before.len();
    let floor = before.ceil_char_boundary(close.saturating_sub(FARTHEST));
    let open = before[floor..].rfind('[')? + floor;
    Some((open + 1, close))
}

/// The host that a text names, as a reader would take it: `paypal.com`,
/// `www.city.example/pay`.
fn host_named_in(shown: &str) -> Option<String> {
    let host_of = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        let address = if word.contains("://") { word.to_owned() } else { format!("http://{word}") };
        let host = Url::parse(&address).ok()?.host_str()?.trim_start_matches("www.").to_ascii_lowercase();
        is_public(&host).then_some(host)
    };
    shown.split_whitespace().filter(|word| word.contains('.')).find_map(host_of)
}

/// The host that an entry of a list means: a host, an address, or a line of a
/// hosts file; in ASCII, as links are asked for it. `None` where there is none.
pub fn listed_host(entry: &str) -> Option<String> {
    let mut words = entry.split([' ', '\t', ',']).filter(|word| !word.is_empty());
    let first = words.next()?;
    let entry = if first.bytes().all(|b| b.is_ascii_hexdigit() || matches!(b, b'.' | b':')) {
        words.next().unwrap_or(first)
    } else {
        first
    };
    let entry = entry.rsplit("://").next().unwrap_or(entry);
    let end = entry.find(['/', '?', ':', '#']).unwrap_or(entry.len());
    let host = entry[..end].trim_start_matches("*.").trim_end_matches('.');
    let host = if host.is_ascii() { host.to_ascii_lowercase() } else { idna::domain_to_ascii(host).ok()? };
    let is_host =
        host.contains('.') && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
    is_host.then_some(host)
}

/// The part of a host that is registered: `a.b.city.co.uk` → `city.co.uk`.
pub fn registrable(host: &str) -> &str {
    psl::domain_str(host).unwrap_or(host)
}

impl Link {
    /// Whether its text names another registered host than it leads to.
    pub fn is_masked(&self) -> bool {
        self.shown_host.as_deref().is_some_and(|shown| registrable(shown) != registrable(&self.host))
            || self.has_userinfo
    }

    /// The host as a browser may show it: the letters behind `xn--`.
    pub fn host_shown(&self) -> std::borrow::Cow<'_, str> {
        if self.host.contains("xn--") {
            return idna::domain_to_unicode(&self.host).0.into();
        }
        self.host.as_str().into()
    }

    /// Whether one of its names is made of letters of several scripts, as no
    /// honest name is: `pаypal` with a Cyrillic `а`.
    pub fn mixes_scripts(&self) -> bool {
        self.host_shown().split('.').any(|label| {
            let latin = label.chars().any(|c| c.is_ascii_alphabetic());
            latin && label.chars().any(letters::is_of_other_script)
        })
    }

    /// Whether its host, or one above it, satisfies `listed`.
    pub fn is_under(&self, listed: impl Fn(&str) -> bool) -> bool {
        let mut host = self.host.as_str();
        loop {
            if listed(host) {
                return true;
            }
            match host.split_once('.') {
                Some((_, above)) => host = above,
                None => return false,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(text: &str) -> Vec<Link> {
        let mut tokens = Tokens::default();
        tokens.read(text);
        read(text, &tokens)
    }

    #[track_caller]
    fn host(text: &str, expected: &str) {
        let found = links(text);
        assert_eq!(found.iter().map(|l| l.host.as_str()).collect::<Vec<_>>(), [expected], "{text}");
    }

    #[test]
    fn hosts_are_what_a_browser_would_ask() {
        host("go to HTTPS://Evil.Example/x.", "evil.example");
        host("(see http://a.example/b(c)d)", "a.example");
        host("<https://a.example>", "a.example");
        host("www.a.example, maybe", "www.a.example");
        host("https://paypal.com@evil.example/", "evil.example");
        assert!(links("no link in http:// alone").is_empty());
    }

    #[test]
    fn hosts_are_read_without_a_link_too() {
        let bare = |text: &str| -> Vec<String> {
            let found = links(text).into_iter().filter(|link| link.is_bare);
            found.map(|link| text[link.start..link.end].to_owned()).collect()
        };
        assert_eq!(bare("go to dlscord-gift.com/free, now"), ["dlscord-gift.com/free"]);
        assert_eq!(bare("(Bücher.example.com) y **pago-luz.net.**"), ["Bücher.example.com", "pago-luz.net"]);
        assert_eq!(
            bare("go:pago-luz.net/@x hxxps://a-b.com //c-d.com/x **e-f.com**/y"),
            ["pago-luz.net/@x", "a-b.com", "c-d.com/x", "e-f.com"]
        );
        assert_eq!(bare("éhttps://pago-luz.net/x"), ["pago-luz.net/x"]);
        assert_eq!(bare("https://a.com/b.net/c me@mail.com v2.1 e.g. 7 p.m. 3.50 and.then"), [""; 0]);
        host("see free-nitro.Gift", "free-nitro.gift");
    }

    #[test]
    fn lists_of_hosts_are_read_as_they_are_kept() {
        for entry in [
            "evil.example",
            "*.Evil.example.",
            "https://evil.example/x?y",
            "0.0.0.0 evil.example",
            "evil.example,2026",
        ] {
            assert_eq!(listed_host(entry).as_deref(), Some("evil.example"), "{entry}");
        }
        assert_eq!(listed_host("bücher.de").as_deref(), Some("xn--bcher-kva.de"));
        assert_eq!(listed_host("192.0.2.7").as_deref(), Some("192.0.2.7"));
        assert_eq!((listed_host("no host"), listed_host("")), (None, None));
    }

    #[test]
    fn masked_links_are_seen_through() {
        assert!(links("[Secure. paypal.com](https://evil.example/login)")[0].is_masked());
        assert!(links("[paypal.com](https://evil.example/login)")[0].is_masked());
        assert!(!links("[our site](https://city.example/pay)")[0].is_masked());
        assert!(links("[www.paypal.com](https://paypal.com/x)").iter().all(|l| !l.is_masked()));
        assert!(links("https://paypal.com@evil.example/")[0].is_masked());
    }
}
