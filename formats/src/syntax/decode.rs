//! From bytes to text: feeds should be UTF-8, and are not always.

use alentour_model::{Finding, Problem};

use crate::budget::MAX_BYTES;
use crate::error::ReadError;

/// A feed as text.
pub(crate) struct Decoded {
    pub text: String,
    /// What was done to get there, if anything.
    pub repaired: Option<Finding>,
}

/// Reads UTF-8 and UTF-16, with or without a byte order mark. Bytes that are not UTF-8 are taken for what XML or a page
/// says that it is in or, where it says nothing, as Windows-1252 (of which Latin-1 is a part): what French software
/// writes when it writes something else.
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded, ReadError> {
    if bytes.len() > MAX_BYTES {
        return Err(ReadError::TooLarge { bytes: bytes.len() });
    }
    if let Some(what) = MAGIC.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err(ReadError::NotText { what: what.1 });
    }
    let (text, said) = match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        // Of Latin letters, and of what JSON begins with, every other byte is zero (RFC 4627, section 3).
        [1..=255, 0, 1..=255, 0, ..] => utf16(bytes, u16::from_le_bytes)?,
        [0, 1..=255, 0, 1..=255, ..] => utf16(bytes, u16::from_be_bytes)?,
        _ => utf8(bytes),
    };
    let repaired = (!said.is_empty()).then(|| crate::finding::feed_finding(Problem::Repaired, &said));
    Ok(Decoded { text, repaired })
}

/// The same of bytes that nobody else needs: JSON in UTF-8, which is most that is large, is not there twice.
pub(crate) fn decode_owned(bytes: Vec<u8>) -> Result<Decoded, ReadError> {
    // Neither UTF-16 nor anything that would declare an encoding.
    let is_json = matches!(bytes.as_slice(), [b'{' | b'[', second, ..] if *second != 0);
    if !is_json || bytes.len() > MAX_BYTES {
        return decode(&bytes);
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Decoded { text, repaired: None }),
        Err(why) => decode(why.as_bytes()),
    }
}

/// How files that are no text begin.
const MAGIC: &[(&[u8], &str)] = &[
    (&[0x1f, 0x8b], "a gzip archive"),
    (b"PK\x03\x04", "a ZIP archive, perhaps a spreadsheet (xlsx, ods)"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "an image"),
    (&[0xff, 0xd8, 0xff], "an image"),
    (&[0xd0, 0xcf, 0x11, 0xe0], "an old Office document (xls, doc)"),
    (b"SQLite format 3\0", "a database"),
    (&[0xff, 0xfe, 0, 0], "UTF-32, an encoding that hardly any software reads"),
    (&[0, 0, 0xfe, 0xff], "UTF-32, an encoding that hardly any software reads"),
];

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<(String, String), ReadError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut broken = rest.len();
    let units = char::decode_utf16(pairs.iter().copied().map(unit));
    let text: String = units
        .map(|unit| {
            unit.unwrap_or_else(|_| {
                broken += 1;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    // A few halves of characters are damage; many are no text.
    if broken * 50 > pairs.len() {
        return Err(ReadError::NotText { what: "UTF-16 that breaks off, or no text at all" });
    }
    let said =
        if broken == 0 { "UTF-16".into() } else { format!("UTF-16 with {broken} halves of characters") };
    Ok((text, said))
}

/// UTF-8, what is nearly that, and what is none.
fn utf8(bytes: &[u8]) -> (String, String) {
    let declared = declared(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        // What is good UTF-8 and has accents is nothing else, whatever it says; others would read it wrongly.
        let is_wrong = declared.as_deref().is_some_and(|label| !is_utf8(label)) && !text.is_ascii();
        let said = if is_wrong {
            format!("UTF-8, and says {}", declared.unwrap_or_default())
        } else {
            String::new()
        };
        return (text.to_owned(), said);
    }
    let (table, name) = match declared.as_deref() {
        Some("iso-8859-15" | "latin-9" | "latin9" | "iso8859-15" | "l9") => {
            (latin_9 as fn(u8) -> char, "ISO-8859-15".to_owned())
        }
        None
        | Some(
            "windows-1252" | "cp1252" | "iso-8859-1" | "iso8859-1" | "latin1" | "latin-1" | "l1" | "us-ascii"
            | "ascii",
        ) => (windows_1252 as fn(u8) -> char, "Windows-1252 or Latin-1".to_owned()),
        Some(label) => (windows_1252 as fn(u8) -> char, format!("Windows-1252, and says {label}")),
    };
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    let (mut rest, mut others) = (bytes, 0);
    while let Err(error) = std::str::from_utf8(rest) {
        let (valid, invalid) = rest.split_at(error.valid_up_to());
        text.push_str(std::str::from_utf8(valid).unwrap_or_default());
        let length = match surrogates(invalid) {
            Some((character, length)) => {
                text.push(character);
                length
            }
            None => {
                let length = error.error_len().unwrap_or(invalid.len());
                text.extend(invalid.iter().take(length).map(|byte| table(*byte)));
                others += 1;
                length
            }
        };
        rest = invalid.get(length..).unwrap_or_default();
    }
    text.push_str(std::str::from_utf8(rest).unwrap_or_default());
    (text, if others == 0 { "CESU-8: characters written as two halves".into() } else { name })
}

/// Halves of UTF-16 pairs written as if they were characters (CESU-8, Unicode TR 26), which old databases and Java do; a
/// lone one is lost. The character and its bytes.
fn surrogates(bytes: &[u8]) -> Option<(char, usize)> {
    let half = |bytes: &[u8]| match bytes {
        [0xed, second @ 0xa0..=0xbf, third @ 0x80..=0xbf, ..] => {
            Some(0xd000 | u16::from(second & 0x3f) << 6 | u16::from(third & 0x3f))
        }
        _ => None,
    };
    let first = half(bytes)?;
    let second = bytes.get(3..).and_then(half);
    match char::decode_utf16([first, second.unwrap_or_default()]).next() {
        Some(Ok(character)) => Some((character, 6)),
        _ => Some((char::REPLACEMENT_CHARACTER, 3)),
    }
}

/// The encoding that XML says it is in (`<?xml … encoding="…"?>`), or a web page (`<meta charset=…>`), in lower case.
fn declared(bytes: &[u8]) -> Option<String> {
    // As far as browsers look (WHATWG HTML, "prescan a byte stream").
    let head: String = bytes.iter().take(1024).map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    let head = head.trim_start_matches(|c: char| c.is_whitespace() || "ï»¿".contains(c));
    let label = match head.strip_prefix("<?xml") {
        Some(declaration) => declaration.split_once("?>")?.0.split_once("encoding")?.1,
        None if head.starts_with('<') => head.split_once("charset")?.1,
        None => return None,
    };
    let label = label.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let end = label.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.:".contains(c))).unwrap_or(label.len());
    let label = label.get(..end).unwrap_or_default().replace('_', "-");
    (!label.is_empty()).then_some(label)
}

/// Whether a label is that of UTF-8, or of what cannot be declared in bytes that are not it already.
fn is_utf8(label: &str) -> bool {
    matches!(label, "utf-8" | "utf8" | "unicode" | "utf-16" | "utf16" | "utf-16le" | "utf-16be")
}

/// The character of a byte above 0x7F (WHATWG Encoding, index windows-1252; below 0xA0 it differs from Latin-1).
fn windows_1252(byte: u8) -> char {
    const FROM_80: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => FROM_80[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// The same for ISO-8859-15, Latin-1 with the euro and what French lacked.
fn latin_9(byte: u8) -> char {
    match byte {
        0xa4 => '€',
        0xa6 => 'Š',
        0xa8 => 'š',
        0xb4 => 'Ž',
        0xb8 => 'ž',
        0xbc => 'Œ',
        0xbd => 'œ',
        0xbe => 'Ÿ',
        _ => windows_1252(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FEED: &str = r#"{"initiatives": [{"id": "é", "name": "Œuvre d’été — 5 €"}]}"#;

    fn repaired(bytes: &[u8]) -> (String, Option<String>) {
        let [shared, owned] = [decode(bytes), decode_owned(bytes.to_vec())]
            .map(|decoded| decoded.map(|d| (d.text, d.repaired.map(|finding| finding.value))).unwrap());
        assert_eq!(shared, owned);
        shared
    }

    /// A text of Latin letters, a byte each.
    fn bytes(text: &str) -> Vec<u8> {
        text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
    }

    #[test]
    fn utf_8_is_read_as_it_is_with_or_without_a_byte_order_mark() {
        assert_eq!(repaired(FEED.as_bytes()), (FEED.into(), None));
        assert_eq!(repaired(format!("\u{feff}{FEED}").as_bytes()), (FEED.into(), None));
    }

    #[test]
    fn utf_16_is_recognised_in_both_orders_with_and_without_a_mark() {
        for text in
            [FEED, "<?xml version='1.0' encoding='UTF-16'?><a>é</a>", "Évènement;Début\nRepas;1/12/2026\n"]
        {
            for mark in ["", "\u{feff}"] {
                let units: Vec<u16> = format!("{mark}{text}").encode_utf16().collect();
                let expected = (text.to_owned(), Some("UTF-16".to_owned()));
                let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
                let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
                assert_eq!((repaired(&little), repaired(&big)), (expected.clone(), expected));
            }
        }
    }

    #[test]
    fn a_half_of_a_character_in_utf_16_costs_that_character() {
        let mut units: Vec<u16> = FEED.repeat(3).encode_utf16().collect();
        units[20] = 0xd83d;
        let mut bytes: Vec<u8> =
            [0xff, 0xfe].into_iter().chain(units.iter().flat_map(|unit| unit.to_le_bytes())).collect();
        let (text, said) = repaired(&bytes);
        assert_eq!(
            (text.matches('\u{fffd}').count(), said.as_deref()),
            (1, Some("UTF-16 with 1 halves of characters"))
        );
        // Cut off in the middle of a character.
        bytes.pop();
        assert!(repaired(&bytes).1.unwrap().contains("2 halves"));
    }

    #[test]
    fn a_nul_does_not_make_utf_16_of_utf_8() {
        assert_eq!(repaired(b"{\0\"a\": 1}"), ("{\0\"a\": 1}".into(), None));
    }

    #[test]
    fn windows_1252_and_a_mixture_with_utf_8_are_repaired() {
        let (text, said) = repaired(b"\"\x9cuvre d\x92\xe9t\xe9 \x97 5 \x80, d\xc3\xa9j\xc3\xa0\"");
        assert_eq!(text, "\"œuvre d’été — 5 €, déjà\"");
        assert!(said.unwrap().contains("1252"));
    }

    #[test]
    fn xml_and_pages_are_read_in_the_encoding_that_they_declare() {
        for (start, expected, said) in [
            ("<?xml version='1.0' encoding='ISO-8859-15'?>", "été €", "ISO-8859-15"),
            ("\n<?xml version=\"1.0\" encoding = \"iso_8859-15\" ?>", "été €", "ISO-8859-15"),
            ("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>", "été ¤", "Windows-1252 or Latin-1"),
            ("<!doctype html><META CHARSET=iso-8859-15>", "été €", "ISO-8859-15"),
            (
                "<html><meta http-equiv='Content-Type' content='text/html; charset=windows-1252'>",
                "été ¤",
                "Windows-1252 or Latin-1",
            ),
            ("<?xml version='1.0' encoding='KOI8-R'?>", "été ¤", "Windows-1252, and says koi8-r"),
            ("<?xml version='1.0' encoding='UTF-8'?>", "été ¤", "Windows-1252, and says utf-8"),
            ("<?xml version='1.0'?>", "été ¤", "Windows-1252 or Latin-1"),
        ] {
            let (text, repair) = repaired(&bytes(&format!("{start}<a>été ¤</a>")));
            assert_eq!((text, repair), (format!("{start}<a>{expected}</a>"), Some(said.into())));
        }
    }

    #[test]
    fn utf_8_that_says_to_be_something_else_is_read_as_what_it_is() {
        let wrong = "<?xml version='1.0' encoding='ISO-8859-1'?><a>été</a>";
        assert_eq!(repaired(wrong.as_bytes()), (wrong.into(), Some("UTF-8, and says iso-8859-1".into())));
        for right in [
            "<?xml encoding='UTF-8'?><a>é</a>",
            "<?xml encoding='ISO-8859-1'?><a>e</a>",
            "<?xml encoding='utf-16'?><a>é</a>",
            "charset=latin1 é",
        ] {
            assert_eq!(repaired(right.as_bytes()), (right.into(), None));
        }
    }

    #[test]
    fn halves_of_characters_in_utf_8_are_joined_or_replaced() {
        let (text, said) = repaired(b"a\xed\xa0\xbd\xed\xb8\x80b\xed\xa0\xbdc\xc3\xa9");
        assert_eq!(text, "a\u{1f600}b\u{fffd}cé");
        assert!(said.unwrap().contains("CESU-8"));
        assert_eq!(repaired(b"caf\xe9 \xed\xa0").0, "café í\u{a0}");
    }

    #[test]
    fn files_that_are_no_text_are_named() {
        for (bytes, word) in [
            (&b"\x1f\x8b\x08\0\0"[..], "gzip"),
            (b"PK\x03\x04xl/", "spreadsheet"),
            (b"\xff\xfe{\0\"", "UTF-16"),
            (b"\xff\xfe\0\xd8", "UTF-16"),
            (b"\xff\xfe\0\0{\0\0\0", "UTF-32"),
        ] {
            let error = decode(bytes).err().unwrap().to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
