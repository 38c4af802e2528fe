//! Where the next page of a feed is.

use serde_json::Value;

use crate::platform::Address;
use crate::reading::Reading;

/// How the pages of a format follow each other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pages {
    /// The address of the page after this document, which came from an address (empty where it is not known).
    pub next: fn(&Value, &str) -> Option<String>,
    /// Whether what is newest comes first: a deletion then stands before what it deletes.
    pub newest_first: bool,
    /// Adds what only the address of a document tells.
    pub complete: fn(&mut Reading, &Value, &str),
}

impl Pages {
    /// A feed that is one document.
    pub const ONE: Self = Self { next: |_, _| None, newest_first: false, complete: |_, _, _| {} };
    /// A feed whose documents name the next one in one of the usual places; see [`linked`].
    pub const LINKED: Self = Self { next: linked, ..Self::ONE };
}

/// The address that a page gives, completed where it is relative to the page's own. `http` becomes `https` where
/// the page itself came so: software behind a proxy does not know that it is reached by `https`.
pub(crate) fn resolve(base: &str, address: &str) -> Option<String> {
    let base = Address::parse(base);
    let mut found = match &base {
        Some(base) => base.join(address.trim())?,
        None => Address::parse(address.trim())?,
    };
    if !is_web(&found) || found.has_login() {
        return None;
    }
    if base.is_some_and(|base| base.scheme() == "https" && base.host() == found.host()) {
        found = found.secured()?;
    }
    Some(found.text())
}

fn is_web(address: &Address) -> bool {
    matches!(address.scheme().as_str(), "http" | "https")
}

/// The address with its query's parameters of these names replaced.
pub(crate) fn with_query(base: &str, parameters: &[(&str, String)]) -> Option<String> {
    let is_kept = |name: &str| !parameters.iter().any(|(replaced, _)| *replaced == name);
    with_parameters(base, is_kept, parameters.iter().cloned())
}

/// The address with its query's parameters of this name replaced by these.
pub(crate) fn with_list(base: &str, name: &str, values: impl Iterator<Item = String>) -> Option<String> {
    // Services count the members of a list, too: `after[0]`.
    let bare = name.trim_end_matches("[]");
    with_parameters(base, |key| key.split('[').next() != Some(bare), values.map(|value| (name, value)))
}

fn with_parameters<'a>(
    base: &str,
    is_kept: impl Fn(&str) -> bool,
    more: impl Iterator<Item = (&'a str, String)>,
) -> Option<String> {
    let address = Address::parse(base).filter(is_web)?;
    let kept = address.parameters().into_iter().filter(|(name, _)| is_kept(name));
    let all: Vec<_> = kept.chain(more.map(|(name, value)| (name.to_owned(), value))).collect();
    Some(address.with_parameters(&all).text())
}

/// The records that a data portal of Opendatasoft serves: of its API's second version (`results`), of the first
/// (`records`, each with its `fields`), or an export (a list).
pub(crate) fn records(document: &Value) -> Option<Vec<&Value>> {
    let list = ["results", "records"].iter().find_map(|name| document.get(*name));
    let list = list.unwrap_or(document).as_array()?;
    Some(
        list.iter()
            .map(|record| record.get("fields").filter(|fields| fields.is_object()).unwrap_or(record))
            .collect(),
    )
}

/// The next page of such a portal.
pub(crate) fn records_next(document: &Value, base: &str) -> Option<String> {
    let items = records(document)?.len();
    if let Some(total) = document.get("total_count").and_then(Value::as_u64) {
        return after_offset(base, "offset", items, total);
    }
    after_offset(base, "start", items, document.get("nhits")?.as_u64()?)
}

/// The value of one of the parameters of an address' query.
pub(crate) fn query(base: &str, name: &str) -> Option<String> {
    Address::parse(base)?.parameters().into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// The next page of a service that is asked for items from the `parameter`-th on, and says that there are `total`.
pub(crate) fn after_offset(base: &str, parameter: &str, items: usize, total: u64) -> Option<String> {
    let from: u64 = query(base, parameter).and_then(|from| from.parse().ok()).unwrap_or_default();
    let next = from.checked_add(u64::try_from(items).ok()?)?;
    if items == 0 || next >= total {
        return None;
    }
    with_query(base, &[(parameter, next.to_string())])
}

/// The next page where documents usually say it: `next`, `_links.next` (HAL), `links.next` (JSON:API), a list
/// `links` with the relation `next` (OGC API, Atom's way), `next_page_url`. Each may be an address, or an object
/// or a list with its `href` or `id`.
pub(crate) fn linked(document: &Value, base: &str) -> Option<String> {
    let named = ["next", "next_page_url", "next_url"].iter().find_map(|name| address(document.get(*name)?));
    let within = || ["_links", "links"].iter().find_map(|name| address(document.get(*name)?.get("next")?));
    let related = || {
        let is_next = |link: &&Value| link.get("rel").and_then(Value::as_str) == Some("next");
        address(document.get("links")?.as_array()?.iter().find(is_next)?)
    };
    resolve(base, named.or_else(within).or_else(related)?)
}

/// The address that a value is or holds.
pub(crate) fn address(value: &Value) -> Option<&str> {
    let text = match value {
        Value::String(text) => text,
        Value::Array(values) => return values.first().and_then(address),
        Value::Object(map) => {
            ["href", "@id", "id", "url"].iter().find_map(|name| map.get(*name)?.as_str())?
        }
        _ => return None,
    };
    Some(text).map(|text| text.trim()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn addresses_are_completed_by_that_of_their_page() {
        let base = "https://example.org/api/events?page=1";
        for (given, resolved) in [
            ("?page=2", "https://example.org/api/events?page=2"),
            ("/api/events?page=2", "https://example.org/api/events?page=2"),
            ("//other.example/x", "https://other.example/x"),
            ("http://example.org/api?page=2#top", "https://example.org/api?page=2"),
            ("http://other.example/x", "http://other.example/x"),
        ] {
            assert_eq!(resolve(base, given).as_deref(), Some(resolved), "{given}");
        }
        for given in
            ["javascript:alert(1)", "file:///etc/passwd", "https://a:b@example.org/", "mailto:a@example.org"]
        {
            assert_eq!(resolve(base, given), None, "{given}");
        }
        assert_eq!(resolve("", "?page=2"), None);
        assert_eq!(resolve("", "https://example.org/2").as_deref(), Some("https://example.org/2"));
    }

    #[test]
    fn an_offset_goes_on_until_the_total() {
        let first = "https://example.org/records?where=a%20b&limit=2";
        let second = after_offset(first, "offset", 2, 3).unwrap();
        assert_eq!(second, "https://example.org/records?where=a+b&limit=2&offset=2");
        assert_eq!(after_offset(&second, "offset", 1, 3), None);
        assert_eq!(after_offset(first, "offset", 0, 3), None, "an empty page would be followed by itself");
        assert_eq!(after_offset("", "offset", 2, 3), None);
        assert_eq!(
            after_offset("https://example.org/?offset=99999999999999999999", "offset", 2, 3).as_deref(),
            Some("https://example.org/?offset=2")
        );
    }

    #[test]
    fn the_next_page_is_found_where_it_usually_is() {
        for document in [
            json!({"next": "/2"}),
            json!({"next": {"href": "/2"}}),
            json!({"_links": {"next": {"href": "/2"}}}),
            json!({"_links": {"next": [{"href": "/2"}]}}),
            json!({"links": {"next": "/2", "prev": null}}),
            json!({"links": [{"rel": "self", "href": "/1"}, {"rel": "next", "href": "/2"}]}),
            json!({"next_page_url": "/2"}),
        ] {
            assert_eq!(
                linked(&document, "https://example.org/1").as_deref(),
                Some("https://example.org/2"),
                "{document}"
            );
        }
        for document in
            [json!({"next": null}), json!({"next": ""}), json!({"next": 2}), json!([]), json!({"links": []})]
        {
            assert_eq!(linked(&document, "https://example.org/1"), None, "{document}");
        }
    }
}
