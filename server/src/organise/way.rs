//! The way back to the page that was asked for by somebody who was not signed in: it goes with the form for a link and with the mailed link, as
//! what follows `/organise` in an address.

use axum::http::Uri;
use serde::Deserialize;

use super::{ROUTES, encoded};

/// Bytes of it at most.
const LONGEST: usize = 300;
/// Where all pages begin.
const START: &str = "/organise";

/// What an address has of it.
#[derive(Default, Deserialize)]
pub struct Way {
    /// As whoever sent it says it: [`back`] reads it.
    #[serde(default)]
    pub to: String,
}

/// The page that a request asks for. Of its query there is the date alone: what was looked for may be a name, and goes into no mail.
pub fn asked(uri: &Uri) -> Option<String> {
    let path = uri.path().strip_prefix(START)?;
    let mut query = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let session = query.find(|(name, _)| name == "session").map(|(_, session)| session);
    let to = match session.filter(|session| !session.is_empty()) {
        Some(session) => format!("{path}?session={}", encoded(&session)),
        None => path.to_owned(),
    };
    back(&to).map(str::to_owned)
}

/// What somebody sends, if it leads to one of our pages and nowhere else.
pub fn back(given: &str) -> Option<&str> {
    let (path, query) = given.split_once('?').unwrap_or((given, "session="));
    // Neither is one that a browser reads otherwise: `..` however it is written, `\`, a fragment.
    let is_plain = |c: u8| c.is_ascii_alphanumeric() || b"-._~/%:@!$'()*,;=+".contains(&c);
    let is_good = given.len() <= LONGEST
        && path.bytes().all(is_plain)
        && query.strip_prefix("session=").is_some_and(|session| session.bytes().all(is_plain));
    (is_good && is_page(path)).then_some(given)
}

fn is_page(path: &str) -> bool {
    ROUTES.iter().filter_map(|route| route.path.strip_prefix(START)).any(|route| {
        // Whoever follows a link that signs in is on the way already.
        !route.is_empty()
            && !route.starts_with("/in/")
            && route.split('/').count() == path.split('/').count()
            && route.split('/').zip(path.split('/')).all(|(known, given)| match known.starts_with('{') {
                true => !given.is_empty() && !given.replace("%2e", ".").replace("%2E", ".").starts_with('.'),
                false => known == given,
            })
    })
}

/// It as a value in a query, with what separates it from what goes before.
pub fn query(to: &str) -> String {
    back(to).map(|to| format!("&to={}", encoded(to))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_page_of_ours_is_gone_back_to() {
        for good in
            ["/account", "/i/atelier", "/i/a%20b/door?session=2099-05-02T14%3A00%2B02%3A00", "/i/x/people/a1"]
        {
            assert_eq!(back(good), Some(good));
        }
        for bad in [
            "",
            "/",
            "//evil.example",
            "https://evil.example/",
            "/\\evil.example",
            "/i/..",
            "/i/%2E%2e/people",
            "/i/../../v1",
            "/i/a/people?words=zoe",
            "/i/a/people#x",
            "/i/a\r\nSet-Cookie: x",
            "/in/0",
            "/i//people",
            "/i/a/nothing",
            &format!("/i/{}", "a".repeat(300)),
        ] {
            assert_eq!(back(bad), None, "{bad}");
        }
        let asked = |uri: &str| asked(&uri.parse().unwrap());
        assert_eq!(
            asked("/organise/i/a/people?words=zoe&session=le%201&lang=fr"),
            Some("/i/a/people?session=le+1".into())
        );
        assert_eq!((asked("/organise"), asked("/organise/in/0")), (None, None));
    }
}
