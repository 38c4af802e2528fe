//! The language of a page, and the others that it is to be had in.

use alentour_texts::Language;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use maud::{Markup, html};

/// The language that a request names (`?lang=`), else the one of ours that its browser likes best, else the default.
pub fn of_request(request: &Request) -> Language {
    let query = request.uri().query().unwrap_or_default();
    let named = query.split('&').find_map(|part| Language::parse(part.strip_prefix("lang=")?));
    named.or_else(|| liked(request.headers())).unwrap_or(Language::DEFAULT)
}

/// Links to a page in the other languages. `query` is what its own address needs beside the language.
pub fn links(language: Language, query: &str) -> Markup {
    html! {
        nav aria-label=(language.pages().languages) {
            @for other in Language::ALL.into_iter().filter(|other| *other != language) {
                a href={ "?" (query) "lang=" (other.tag()) } lang=(other.tag()) hreflang=(other.tag()) {
                    (other.pages().name)
                }
            }
        }
    }
}

/// The best of `Accept-Language` (RFC 9110, section 12.5.4).
fn liked(headers: &HeaderMap) -> Option<Language> {
    let lines = headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|line| line.to_str().ok());
    let mut best = None;
    for entry in lines.flat_map(|line| line.split(',')) {
        let mut parts = entry.split(';');
        let Some(language) = parts.next().and_then(Language::parse) else { continue };
        let weight = match parts.next().and_then(|part| part.trim().strip_prefix("q=")) {
            Some(weight) => weight.trim().parse().unwrap_or(0.0),
            None => 1.0_f32,
        };
        // The first of equals; none that is refused.
        if weight > best.map_or(0.0, |(_, best)| best) {
            best = Some((language, weight));
        }
    }
    Some(best?.0)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn language(uri: &str, accepted: &str) -> Language {
        of_request(&Request::get(uri).header("accept-language", accepted).body(Body::empty()).unwrap())
    }

    #[test]
    fn the_address_decides_then_the_browser_then_french() {
        assert_eq!(language("/privacy?initiative=a&lang=ar", "en"), Language::Arabic);
        assert_eq!(language("/privacy?lang=xx", "en-GB,en;q=0.9"), Language::English);
        assert_eq!(language("/privacy", "de, fr;q=0.2, es-MX;q=0.7"), Language::Spanish);
        assert_eq!(language("/privacy", "en;q=0, de"), Language::French);
        assert_eq!(language("/privacy", "en;q=x"), Language::French);
        assert_eq!(language("/privacy", ""), Language::French);
    }
}
