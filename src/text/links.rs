//! Links: where they stand, which host they lead to, what they pretend.
//!
//! Hosts are parsed as browsers do (WHATWG URL, through the `url` crate, IDNA
//! included). A masked link `[text](address)` shows one thing and leads to
//! another place; where its text names a host of its own, the two are compared.

use url::Url;

use super::letters;

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

/// Reads the links of a text; `found` are their places, as the tokens tell.
pub fn read(text: &str, found: &[(usize, usize)]) -> Vec<Link> {
    found.iter().filter_map(|&(start, end)| read_one(text, start, end)).collect()
}

fn read_one(text: &str, start: usize, end: usize) -> Option<Link> {
    let (host, path, has_userinfo) = parse(&text[start..end])?;
    let shown = masked_text(text, start);
    let shown_host = shown.and_then(|(from, to)| host_named_in(&text[from..to]));
    Some(Link { start, end, host, path, shown, shown_host, has_userinfo })
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
    let word = shown.split_whitespace().find(|word| word.contains('.'))?;
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let address = if word.contains("://") { word.to_owned() } else { format!("http://{word}") };
    let host = Url::parse(&address).ok()?.host_str()?.trim_start_matches("www.").to_ascii_lowercase();
    // Only what could be a public host: `v2.1` and `e.g` are none.
    let suffix = psl::suffix(host.as_bytes()).filter(|s| s.is_known())?;
    (host.len() > suffix.as_bytes().len() + 1).then_some(host)
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

/// Hosts that others imitate, taken apart once.
#[derive(Debug, Default)]
pub struct Brands(Vec<Brand>);

#[derive(Debug)]
struct Brand {
    registered: String,
    name: Name,
    /// As it looks at a glance.
    looks: String,
    /// As it stands before the host that a false one leads to in truth, and at
    /// the beginning of a name of its own: `paypal.com.`, `paypal-com-`.
    before: String,
    inside: String,
}

/// The first label of a registered host, with what tells quickly that another
/// one is too far from it.
#[derive(Debug)]
struct Name {
    text: String,
    letters: Vec<char>,
    /// Which letters occur, a bit for each or for several.
    present: u64,
}

impl Name {
    fn of(registered: &str) -> Name {
        let text = registered.split('.').next().unwrap_or(registered).to_owned();
        let letters: Vec<char> = text.chars().collect();
        let present = letters.iter().fold(0, |bits, letter| bits | 1 << (*letter as u32 % 64));
        Name { text, letters, present }
    }

    fn is_near(&self, other: &Name, limit: usize) -> bool {
        // An edit takes at most one letter away and brings at most one.
        (self.present ^ other.present).count_ones() as usize <= 2 * limit
            && distance_at_most(&self.letters, &other.letters, limit)
    }
}

impl<'b> FromIterator<&'b str> for Brands {
    fn from_iter<I: IntoIterator<Item = &'b str>>(hosts: I) -> Brands {
        let brand = |host: &str| {
            let host = host.to_ascii_lowercase();
            let registered = registrable(&host).to_owned();
            Brand {
                name: Name::of(&registered),
                looks: look(first_label(&registered)),
                before: format!("{registered}."),
                inside: registered.replace('.', "-") + "-",
                registered,
            }
        };
        Brands(hosts.into_iter().map(brand).collect())
    }
}

impl Brands {
    /// Whether a link's host imitates one of them without being any: one or
    /// two letters off in the registered name, or a brand's name inside
    /// another one.
    pub fn are_imitated_by(&self, link: &Link) -> bool {
        let registered = registrable(&link.host);
        if self.0.iter().any(|brand| brand.registered == registered) {
            return false;
        }
        if link.mixes_scripts() {
            return true;
        }
        let name = Name::of(registered);
        let looks = look(first_label(registrable(&link.host_shown())));
        let above = link.host.strip_suffix(registered).unwrap_or("");
        self.0.iter().any(|brand| {
            brand.is_imitated_by(&name)
                || (brand.looks == looks && brand.name.text != name.text)
                // `paypal.com.secure-login.example`: the brand's host, and then the real one.
                || (!above.is_empty() && above.contains(&brand.before))
                || registered.starts_with(&brand.inside)
        })
    }

    /// Adds hosts, such as the city's own.
    pub fn add<'b>(&mut self, hosts: impl Iterator<Item = &'b str>) {
        self.0.extend(hosts.collect::<Brands>().0);
    }
}

fn first_label(host: &str) -> &str {
    host.split('.').next().unwrap_or(host)
}

/// What a name looks like at a glance: letters of other scripts and digits as
/// the letters they resemble, `rn` as `m`.
fn look(name: &str) -> String {
    let mut seen = String::new();
    for character in name.chars() {
        let letter = match character {
            '0' => 'o',
            '1' | 'i' | 'I' | '|' => 'l',
            '3' => 'e',
            '5' => 's',
            other if other.is_ascii() => other.to_ascii_lowercase(),
            other => {
                let bits = letters::read(other).letters;
                if bits == 0 { other } else { (b'a' + (bits.trailing_zeros() as u8).min(25)) as char }
            }
        };
        seen.push(if letter == 'i' { 'l' } else { letter });
    }
    seen.replace("rn", "m").replace("vv", "w").replace("cl", "d")
}

impl Brand {
    fn is_imitated_by(&self, other: &Name) -> bool {
        let ours = &self.name.text;
        if other.text == *ours {
            // The same name under another ending may be a namesake.
            return ours.len() >= 6;
        }
        let allowed = if ours.len() >= 8 { 2 } else { 1 };
        (ours.len() >= 5 && other.is_near(&self.name, allowed))
            || (ours.len() >= 6
                && other.text.len() > ours.len()
                && other.text.split('-').any(|word| word == ours))
    }
}

/// Whether two names differ by at most `limit` insertions, deletions,
/// replacements or swaps of neighbours.
pub fn edit_distance_at_most(a: &str, b: &str, limit: usize) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    distance_at_most(&a, &b, limit)
}

fn distance_at_most(a: &[char], b: &[char], limit: usize) -> bool {
    /// No label of a host is longer (RFC 1035, section 2.3.4).
    const LONGEST: usize = 63;
    if a.len().abs_diff(b.len()) > limit || a.len().max(b.len()) > LONGEST {
        return false;
    }
    let width = b.len() + 1;
    let mut before = [0u8; LONGEST + 1];
    let mut last: [u8; LONGEST + 1] = std::array::from_fn(|at| at as u8);
    for i in 1..=a.len() {
        let mut row = [i as u8; LONGEST + 1];
        for j in 1..width {
            let replaced = last[j - 1] + u8::from(a[i - 1] != b[j - 1]);
            row[j] = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    usize::from(last[b.len()]) <= limit
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokens::Tokens;

    fn links(text: &str) -> Vec<Link> {
        let mut tokens = Tokens::default();
        tokens.read(text);
        read(text, &tokens.links)
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
    fn masked_links_are_seen_through() {
        assert!(links("[paypal.com](https://evil.example/login)")[0].is_masked());
        assert!(!links("[our site](https://city.example/pay)")[0].is_masked());
        assert!(links("[www.paypal.com](https://paypal.com/x)").iter().all(|l| !l.is_masked()));
        assert!(links("https://paypal.com@evil.example/")[0].is_masked());
    }

    #[test]
    fn look_alikes() {
        let imitates = |address: &str, brand: &str| {
            let brands: Brands = [brand].into_iter().collect();
            brands.are_imitated_by(&links(address)[0])
        };
        assert!(imitates("https://discrod.com/gift", "discord.com"));
        assert!(imitates("https://steamcomrnunity.com/x", "steamcommunity.com"));
        assert!(imitates("https://paypal-secure.com", "paypal.com"));
        assert!(!imitates("https://cdn.discord.com", "discord.com"));
        assert!(!imitates("https://monroe.gov", "discord.com"));
        // Letters of another script, and digits in letters' places.
        assert!(imitates("https://pаypal.com/login", "paypal.com"), "a Cyrillic letter");
        assert!(imitates("https://xn--pypal-4ve.com/login", "paypal.com"), "the same, as it is sent");
        assert!(imitates("https://arnazon.com", "amazon.com"));
        assert!(imitates("https://paypal.com.account-check.example/x", "paypal.com"));
        assert!(!imitates("https://www.paypal.com/paypal.com", "paypal.com"));
        assert!(!imitates("https://münchen.de", "paypal.com"), "an honest name of its own");
    }
}
