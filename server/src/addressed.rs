//! Which initiative an address names: that of its page here, `/i/ID`.

/// The identifier in the path of an address, which may have more behind it (`/i/ID/poster?lang=fr`); `None` where none is named.
pub fn identifier(address: &str) -> Option<String> {
    let (_, rest) = address.split_once("/i/")?;
    rest.split(['/', '?', '#']).next().map(decoded)
}

/// A piece of a path, decoded. It is like a query's value, but for what means something there alone.
pub fn decoded(piece: &str) -> String {
    let piece = piece.replace('+', "%2B").replace('=', "%3D").replace('&', "%26");
    let mut pieces = url::form_urlencoded::parse(piece.as_bytes());
    pieces.next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_of_a_path_is_no_value_of_a_query() {
        assert_eq!(decoded("a%20b+c&d=e%26"), "a b+c&d=e&");
        assert_eq!(decoded(""), "");
    }

    #[test]
    fn the_page_of_an_initiative_names_it() {
        for (address, id) in [
            ("https://agir.example.org/i/atelier?lang=fr", Some("atelier")),
            ("https://agir.example.org/alentour/i/un%20atelier/report#a", Some("un atelier")),
            ("https://agir.example.org/near", None),
        ] {
            assert_eq!(identifier(address).as_deref(), id, "{address}");
        }
    }
}
