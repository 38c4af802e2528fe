//! Whose pages people are led back to: the partners', by their origins.
//!
//! A form says which page it stands on, and anybody can send a form. So what it says is worth nothing unless the operator has named the
//! page's origin, and even then only as far as it can be nothing but the address of a page: no text, no address of somebody else's within it.

use serde::Deserialize;
use url::{Host, Url};

/// Bytes of a page's address.
const LONGEST: usize = 1024;
/// Bytes of its query: `page_id=1234&lang=fr`.
const LONGEST_QUERY: usize = 64;

/// The origin of a partner's pages (RFC 6454), as the operator names it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct PartnerOrigin(String);

impl TryFrom<String> for PartnerOrigin {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = |why: &str| format!("origin \"{text}\" {why}, as in \"https://asso.example.org\"");
        let url = Url::parse(&text).map_err(|_| wrong("is no address: write scheme and host"))?;
        let is_here = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        if url.scheme() != "https" && !(url.scheme() == "http" && is_here) {
            return Err(wrong("must begin with https://"));
        }
        let is_origin = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !is_origin || !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("is more than an origin: write scheme, host, and a port where there is one"));
        }
        Ok(Self(url.origin().ascii_serialization()))
    }
}

impl PartnerOrigin {
    /// Its host, and its port where it has one of its own: what a link to it is called.
    pub fn host(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, host)| host)
    }

    /// As browsers write it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether that is the address of a page there, written as browsers write addresses.
    pub fn has(&self, address: &str) -> bool {
        if address.len() > LONGEST {
            return false;
        }
        // Written otherwise (another port, `\` for `/`, a line break), it comes from no browser.
        let Some(url) = Url::parse(address).ok().filter(|url| url.as_str() == address) else { return false };
        let is_there = url.origin().ascii_serialization() == self.0;
        let is_anybodys = !url.username().is_empty() || url.password().is_some();
        is_there
            && !is_anybodys
            && url.fragment().is_none()
            && is_path(url.path())
            && url.query().is_none_or(is_query)
    }
}

/// Whether a path names a page, and holds no address that its server may send people on to: no `:`, no `//`, no ASCII that is encoded.
fn is_path(path: &str) -> bool {
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        let is_fine = match byte {
            b'%' => {
                // The first digit: 8 and more begins no ASCII.
                let first = bytes.next().is_some_and(|digit| matches!(digit, b'8' | b'9' | b'A'..=b'F'));
                first && bytes.next().is_some_and(|digit| digit.is_ascii_hexdigit())
            }
            byte => byte.is_ascii_alphanumeric() || b"/-._~,+".contains(&byte),
        };
        if !is_fine {
            return false;
        }
    }
    !path.contains("//")
}

/// Whether a query may be what a page is found by, and nothing else: neither an address to go on to nor somebody's can be written so.
fn is_query(query: &str) -> bool {
    let is_fine = |byte: u8| byte.is_ascii_alphanumeric() || b"=&-_".contains(&byte);
    !query.is_empty() && query.len() <= LONGEST_QUERY && query.bytes().all(is_fine)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> Result<PartnerOrigin, String> {
        PartnerOrigin::try_from(text.to_owned())
    }

    #[test]
    fn an_origin_is_a_scheme_and_a_host_that_a_page_can_be_trusted_from() {
        for (text, host) in [
            ("https://asso.example.org", "asso.example.org"),
            ("https://ASSO.example.org:443/", "asso.example.org"),
            ("https://asso.example.org:8443", "asso.example.org:8443"),
            ("https://école.example", "xn--cole-9oa.example"),
            ("http://localhost:8080", "localhost:8080"),
            ("http://127.0.0.1:4000", "127.0.0.1:4000"),
            ("http://[::1]:4000", "[::1]:4000"),
        ] {
            assert_eq!(origin(text).unwrap().host(), host, "{text}");
        }
        for (text, said) in [
            ("asso.example.org", "write scheme and host"),
            ("", "write scheme and host"),
            ("https://", "write scheme and host"),
            ("http://asso.example.org", "https://"),
            ("javascript:alert(1)", "https://"),
            ("file:///agir", "https://"),
            ("https://asso.example.org/agir", "more than an origin"),
            ("https://asso.example.org?a=b", "more than an origin"),
            ("https://asso.example.org#agir", "more than an origin"),
            ("https://asso@example.org", "more than an origin"),
        ] {
            let error = origin(text).unwrap_err();
            assert!(error.contains(said) && error.contains(text), "{text}: {error}");
        }
    }

    #[test]
    fn a_page_of_a_partners_is_known_as_browsers_write_its_address() {
        let asso = origin("https://asso.example.org").unwrap();
        for page in [
            "https://asso.example.org/",
            "https://asso.example.org/agir/pr%C3%A8s-de-chez-vous.html",
            "https://asso.example.org/~comit%C3%A9/a,b+c_d",
            "https://asso.example.org/?page_id=12",
            "https://asso.example.org/index.php?p=12&lang=fr",
        ] {
            assert!(asso.has(page), "{page}");
        }
        let local = origin("http://localhost:8080").unwrap();
        assert!(local.has("http://localhost:8080/agir") && !local.has("http://localhost:8081/agir"));
    }

    #[test]
    fn what_may_be_anything_else_is_no_page() {
        let asso = origin("https://asso.example.org").unwrap();
        for page in [
            "",
            "/agir",
            "https://asso.example.org",
            "https://ASSO.example.org/",
            "https://asso.example.org:443/",
            "https://asso.example.org:8443/",
            "http://asso.example.org/",
            "https://asso.example.org.evil.example/",
            "https://asso.example.org@evil.example/",
            "https://evil.example/asso.example.org",
            "https://evil.example/?https://asso.example.org/",
            "https://user@asso.example.org/",
            "https://user:secret@asso.example.org/",
            "https://:@asso.example.org/",
            "https:\\\\asso.example.org\\agir",
            "https://asso.example.org\\@evil.example/",
            "https://evil.example\\@asso.example.org/",
            "//asso.example.org/",
            "javascript:alert(1)",
            "javascript://asso.example.org/%0Aalert(1)",
            "data:text/html,https://asso.example.org/",
            "https://asso.example.org/agir\r\nBcc: all@example.org",
            "https://asso.example.org/agir\n",
            " https://asso.example.org/agir",
            "https://asso.example.org/a b",
            "https://asso.example.org/a%20b",
            "https://asso.example.org/%0D%0ABcc:all",
            "https://asso.example.org/%",
            "https://asso.example.org/%C",
            "https://asso.example.org/é",
            "https://asso.example.org/a/../b",
            "https://asso.example.org//evil.example",
            "https://asso.example.org/out/https://evil.example",
            "https://asso.example.org/out/https%3A%2F%2Fevil.example",
            "https://asso.example.org/<b>",
            "https://asso.example.org/?next=//evil.example",
            "https://asso.example.org/?next=evil.example",
            "https://asso.example.org/?mail=zoe%40example.org",
            "https://asso.example.org/?",
            "https://asso.example.org/#alentour=autre",
        ] {
            assert!(!asso.has(page), "{page}");
        }
        let long = |path: usize| format!("https://asso.example.org/{}", "a".repeat(path));
        assert!(asso.has(&long(999)) && !asso.has(&long(1000)) && !asso.has(&long(10_000)));
        let query = |bytes: usize| format!("https://asso.example.org/?{}", "a".repeat(bytes));
        assert!(asso.has(&query(64)) && !asso.has(&query(65)));
    }
}
