//! How a person can be reached: addresses, telephone numbers, postcodes.

use crate::text::is_letter;

/// An e-mail address that mail can be sent to: RFC 5321's shape, without comments, quotes or spaces.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Reads an address. Whether somebody reads its mail only a mail can tell.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        // No part has a second one, see below.
        let (local, domain) = text.split_once('@')?;
        // 64 and 254: RFC 5321, section 4.5.3.1, and its erratum 1690.
        // Where it is kept, by Unicode's own tables; the widget has them not, and is told.
        let is_letter = |c: char| is_letter(c) && (cfg!(target_arch = "wasm32") || c.is_alphanumeric());
        // Byte by byte: what `contains` of a text brings along is 0.6 % of the widget's download.
        let is_sign = |c: char| "!#$%&'*+-/=?^_`{|}~.".bytes().any(|sign| char::from(sign) == c);
        let dotted = |part: &str| part.split('.').all(|label| !label.is_empty());
        let fits = !local.is_empty()
            && local.len() <= 64
            && text.len() <= 254
            && dotted(local)
            && local.chars().all(|c| is_letter(c) || is_sign(c))
            && domain.as_bytes().contains(&b'.')
            && dotted(domain)
            && domain.split('.').all(|label| !label.starts_with('-') && !label.ends_with('-'))
            && domain.chars().all(|c| is_letter(c) || c == '-' || c == '.')
            // Of the last one. Forwards: what looks from the end is 0.3 % of the widget's download.
            && !domain.split('.').fold(false, |_, top| top.bytes().all(|b| b.is_ascii_digit()));
        fits.then(|| Self(text.to_owned()))
    }

    /// The address as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address by which a person is recognised: lower case, of ASCII alone before the `@`. Strictly that part tells cases apart; no
    /// mail system in use does. Beyond ASCII lower case makes one letter of two: the sign of a kelvin (U+212A) would become a `k`, and
    /// whoever has the mailbox with the one would be taken for who has that with the other.
    pub fn normalised(&self) -> String {
        match self.0.split_once('@') {
            Some((local, domain)) => [&local.to_ascii_lowercase(), "@", &domain.to_lowercase()].concat(),
            None => self.0.clone(),
        }
    }
}

/// 6 to 15 digits (ITU-T E.164 allows 15), with the signs that people put between them.
pub(crate) fn is_telephone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (6..=15).contains(&digits)
        && text
            .chars()
            .all(|c| matches!(c, '0'..='9' | ' ' | '+' | '-' | '.' | '/' | '(' | ')' | '\u{a0}' | '\u{202f}'))
}

/// 3 to 10 letters, digits, spaces and hyphens: the world's postcodes (UPU, "Postal addressing systems").
pub(crate) fn is_postcode(text: &str) -> bool {
    let text = text.trim();
    (3..=10).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ' || c == '-')
}
