//! Addresses that a feed may send a visitor to.

use serde::Serialize;

use crate::text::{clean, is_letter};

/// A link that does nothing but lead somewhere: `https`, `http`, `mailto` or `tel`.
///
/// Nothing else passes: not `javascript:`, not `data:`, nothing relative, nothing with a control character, which
/// browsers skip while they look for the scheme (WHATWG URL, "basic URL parser", step 1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Link(#[cfg_attr(feature = "schema", schemars(extend("format" = "iri")))] String);

impl Link {
    /// Reads a link. One without a scheme that begins with a host name (`www.example.org/a`) is taken as `https`.
    pub fn parse(text: &str) -> Option<Self> {
        // Marks that reorder text would show another address than it is.
        let text = clean(text);
        let text = text.as_str();
        if text.is_empty() || text.len() > 2000 || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return None;
        }
        let scheme = text.find(':').map(|end| text[..end].to_ascii_lowercase());
        let rest = |scheme: &str| text.get(scheme.len() + 1..).unwrap_or_default();
        match scheme.as_deref() {
            Some(scheme @ ("https" | "http")) => {
                let host = rest(scheme).strip_prefix("//")?.split(['/', '?', '#']).next()?;
                is_host(host).then(|| Self(text.to_owned()))
            }
            Some(scheme @ ("mailto" | "tel")) => (!rest(scheme).is_empty()).then(|| Self(text.to_owned())),
            _ => {
                let host = text.split(['/', '?', '#']).next()?;
                (is_host(host) && host.as_bytes().contains(&b'.')).then(|| Self(format!("https://{text}")))
            }
        }
    }

    /// Whose it is: the host of a page, the address of a mailbox, a number.
    pub fn host(&self) -> &str {
        let rest = self.0.split_once(':').map_or("", |(_, rest)| rest);
        rest.trim_start_matches('/').split(['/', '?', '#']).next().unwrap_or_default()
    }

    /// The link, with its scheme.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A host name or IPv4 address with an optional port; no user name, which makes `https://bank.example@evil.example` deceive.
fn is_host(host: &str) -> bool {
    let name = host
        .split_once(':')
        .map_or(host, |(name, port)| if port.bytes().all(|b| b.is_ascii_digit()) { name } else { "" });
    !name.is_empty()
        && !name.starts_with(['.', '-'])
        && name.chars().all(|c| is_letter(c) || matches!(c, '.' | '-' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::select;

    const SCHEMES: &[&str] = &[
        "https://",
        "HTTP://",
        "mailto:",
        "Tel:",
        "",
        "javascript:",
        "JavaScript://",
        "data:",
        "vbscript:",
        "file:///",
        "blob:",
        "ftp://",
        "//",
        "/",
        "https:",
        "#",
    ];

    #[test]
    fn only_links_that_lead_somewhere_pass() {
        for text in [
            "https://example.org/a?b#c",
            "HTTP://example.org:8080",
            "mailto:a@example.org",
            "tel:+33100000000",
        ] {
            assert_eq!(Link::parse(text).map(|l| l.0), Some(text.to_owned()));
        }
        assert_eq!(Link::parse("https://example.org/\u{202e}a").unwrap().as_str(), "https://example.org/a");
        assert_eq!(Link::parse(" www.example.org/x ").unwrap().as_str(), "https://www.example.org/x");
        for text in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\nscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "//example.org",
            "/path",
            "#x",
            "",
            "https:",
            "https://",
            "https://a@evil.example",
            "file:///etc/passwd",
            "blob:x",
        ] {
            assert_eq!(Link::parse(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_passes_has_an_allowed_scheme(
            scheme in select(SCHEMES.to_vec()),
            rest in "[a-z]{1,9}\\.[a-z]{2,3}([/?#][a-z0-9/?#=:;%-]{0,9})?",
            text in "\\PC*|(java)?script:.*|https?:.*",
        ) {
            let link = Link::parse(&format!("{scheme}{rest}"));
            let is_allowed = |text: &str| {
                let lower = text.to_ascii_lowercase();
                ["https://", "http://", "mailto:", "tel:"].iter().any(|allowed| lower.starts_with(allowed))
            };
            // Without a scheme it is a host's name.
            prop_assert_eq!(link.is_some(), scheme.is_empty() || is_allowed(scheme), "{}{}", scheme, rest);
            for link in link.into_iter().chain(Link::parse(&text)) {
                prop_assert!(is_allowed(link.as_str()), "{:?}", link);
            }
        }
    }
}
