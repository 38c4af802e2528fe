//! Whose page a form was sent from.

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};
use url::Url;

use crate::settings::Settings;

/// Whether a form was sent from a page of this server's. Browsers say so; where one says too little, it is not.
pub fn is_own_form(headers: &HeaderMap, settings: &Settings) -> bool {
    let said = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    match (said("sec-fetch-site"), said(ORIGIN.as_str())) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => match &settings.public_url {
            Some(url) => is_same_origin(origin, url),
            // Without a public address the one that was called is all there is to compare with.
            None => said(HOST.as_str()).is_some_and(|host| {
                is_same_origin(origin, &format!("http://{host}"))
                    || is_same_origin(origin, &format!("https://{host}"))
            }),
        },
        (None, None) => false,
    }
}

/// Whether scheme, host and port are the same (RFC 6454); of an opaque origin (`null`) they are not.
fn is_same_origin(one: &str, other: &str) -> bool {
    match (Url::parse(one), Url::parse(other)) {
        (Ok(one), Ok(other)) => one.origin().is_tuple() && one.origin() == other.origin(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_own(public_url: Option<&str>, headers: &[(&'static str, &str)]) -> bool {
        let settings = Settings { public_url: public_url.map(str::to_owned), ..Settings::default() };
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        is_own_form(&map, &settings)
    }

    #[test]
    fn an_origin_is_scheme_host_and_port_of_the_public_address() {
        let own = |origin: &str| is_own(Some("https://agir.example.org/sous/chemin"), &[("origin", origin)]);
        assert!(own("https://agir.example.org") && own("https://AGIR.example.org:443"));
        for foreign in [
            "http://agir.example.org",
            "https://agir.example.org:8443",
            "https://agir.example.org.evil.example",
            "https://evil.example/agir.example.org",
            "null",
            "",
        ] {
            assert!(!own(foreign), "{foreign}");
        }
    }

    #[test]
    fn the_host_that_was_called_counts_only_where_no_public_address_is_set() {
        let called = [("origin", "http://intranet:8080"), ("host", "intranet:8080")];
        assert!(is_own(None, &called));
        assert!(!is_own(Some("https://agir.example.org"), &called));
        assert!(!is_own(None, &[("origin", "http://intranet:8081"), ("host", "intranet:8080")]));
        assert!(!is_own(None, &[("origin", "http://intranet:8080")]));
    }
}
