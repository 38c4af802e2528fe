//! Which of the stored encodings a client gets (RFC 9110, section 12.5.3).

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_ENCODING;

/// A way in which the bytes were compressed in advance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Brotli.
    Brotli,
    /// Gzip.
    Gzip,
    /// As they are.
    Identity,
}

impl Encoding {
    /// All of them, smallest result first: this decides between equal weights.
    pub const ALL: [Self; 3] = [Self::Brotli, Self::Gzip, Self::Identity];

    /// The word of `Content-Encoding`; none for identity.
    pub fn token(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }

    /// What a file's name ends in when it holds this encoding.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Identity => "",
        }
    }
}

/// The encodings that the client takes, the one it likes best first. Never empty: a client that refuses even
/// identity gets it all the same, which RFC 9110 allows and which serves people better than a 406.
pub fn accepted(headers: &HeaderMap) -> Vec<Encoding> {
    let weights: Vec<(String, u16)> = headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(weighted)
        .collect();
    let weight_of =
        |names: &[&str]| weights.iter().find(|(name, _)| names.contains(&name.as_str())).map(|(_, q)| *q);
    let any = weight_of(&["*"]);

    let mut accepted: Vec<(Encoding, u16)> = Encoding::ALL
        .into_iter()
        .filter_map(|encoding| {
            let weight = match encoding {
                Encoding::Brotli => weight_of(&["br"]).or(any).unwrap_or(0),
                Encoding::Gzip => weight_of(&["gzip", "x-gzip"]).or(any).unwrap_or(0),
                // Acceptable unless refused, and liked less than anything that was asked for.
                Encoding::Identity => weight_of(&["identity"]).or(any).unwrap_or(1),
            };
            (weight > 0).then_some((encoding, weight))
        })
        .collect();
    // Stable, so that equal weights keep the order of `ALL`.
    accepted.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    if !accepted.iter().any(|(encoding, _)| *encoding == Encoding::Identity) {
        accepted.push((Encoding::Identity, 0));
    }
    accepted.into_iter().map(|(encoding, _)| encoding).collect()
}

/// Reads `gzip;q=0.5` into the name and thousandths. A weight that cannot be read makes the entry void.
fn weighted(entry: &str) -> Option<(String, u16)> {
    let mut parts = entry.split(';');
    let name = parts.next()?.trim().to_ascii_lowercase();
    let mut weight = 1000;
    for parameter in parts {
        let (key, value) = parameter.split_once('=')?;
        if key.trim().eq_ignore_ascii_case("q") {
            let value: f32 = value.trim().parse().ok()?;
            if !(0.0..=1.0).contains(&value) {
                return None;
            }
            weight = (value * 1000.0).round() as u16;
        }
    }
    (!name.is_empty()).then_some((name, weight))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(value: &str) -> Encoding {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, value.parse().unwrap());
        accepted(&headers)[0]
    }

    #[test]
    fn what_browsers_send_gets_brotli() {
        assert_eq!(first("gzip, deflate, br, zstd"), Encoding::Brotli);
        assert_eq!(first("gzip, deflate"), Encoding::Gzip);
    }

    #[test]
    fn weights_decide() {
        assert_eq!(first("br;q=0.2, gzip;q=0.8"), Encoding::Gzip);
        assert_eq!(first("br;q=0, gzip"), Encoding::Gzip);
        assert_eq!(first("identity, br;q=0.5"), Encoding::Identity);
        assert_eq!(first("*"), Encoding::Brotli);
        assert_eq!(first("*;q=0"), Encoding::Identity);
        assert_eq!(first("BR ; Q=1.0"), Encoding::Brotli);
    }

    #[test]
    fn what_cannot_be_read_counts_for_nothing() {
        for value in ["", "br;q=banana", "br;q=7", "br;q", ";;;", "deflate"] {
            assert_eq!(first(value), Encoding::Identity, "{value:?}");
        }
        assert_eq!(accepted(&HeaderMap::new()), [Encoding::Identity]);
    }
}
