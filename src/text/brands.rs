//! Hosts that pretend to be another: a letter off, letters of another script, a
//! known name in front of the real one.

use super::letters;
use super::links::{Link, registrable};

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
    use crate::text::links;
    use crate::text::tokens::Tokens;

    #[test]
    fn look_alikes() {
        let imitates = |address: &str, brand: &str| {
            let brands: Brands = [brand].into_iter().collect();
            let mut tokens = Tokens::default();
            tokens.read(address);
            brands.are_imitated_by(&links::read(address, &tokens)[0])
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
