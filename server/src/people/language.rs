//! The language of a page.

use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;

/// The languages that the pages are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// French.
    French,
    /// English.
    English,
    /// Spanish.
    Spanish,
    /// Arabic.
    Arabic,
}

impl Language {
    /// All of them, the one for everybody else first.
    pub const ALL: [Self; 4] = [Self::French, Self::English, Self::Spanish, Self::Arabic];

    /// Its tag (BCP 47).
    pub fn tag(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::English => "en",
            Self::Spanish => "es",
            Self::Arabic => "ar",
        }
    }

    /// Which way it is written, as HTML says it.
    pub fn direction(self) -> &'static str {
        if self == Self::Arabic { "rtl" } else { "ltr" }
    }

    /// The language of a tag, whatever its region.
    pub fn parse(tag: &str) -> Option<Self> {
        let main = tag.trim().split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(main))
    }

    /// The language that a request names (`?lang=`), else the one of ours that its browser likes best, else French.
    pub fn of(request: &Request) -> Self {
        let query = request.uri().query().unwrap_or_default();
        let named = query.split('&').find_map(|part| Self::parse(part.strip_prefix("lang=")?));
        named.or_else(|| liked(request.headers())).unwrap_or(Self::French)
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
        Language::of(&Request::get(uri).header("accept-language", accepted).body(Body::empty()).unwrap())
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
