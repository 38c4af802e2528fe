//! From bytes to text: feeds should be UTF-8, and are not always.

use alentour_model::{Finding, Problem};

use crate::MAX_BYTES;
use crate::error::ReadError;

/// A feed as text.
pub(crate) struct Decoded {
    pub text: String,
    /// What was done to get there, if anything.
    pub repaired: Option<Finding>,
}

/// Reads UTF-8 and UTF-16, with or without a byte order mark. Bytes that are not UTF-8 are taken as
/// Windows-1252 (of which Latin-1 is a part): what French software writes when it writes something else.
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded, ReadError> {
    if bytes.len() > MAX_BYTES {
        return Err(ReadError::TooLarge { bytes: bytes.len() });
    }
    if let Some(what) = MAGIC.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err(ReadError::NotText { what: what.1 });
    }
    let (text, encoding) = match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => lenient(rest),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        // JSON begins with an ASCII character, so the first zero byte tells (RFC 4627, section 3).
        [first, 0, ..] if first.is_ascii() => utf16(bytes, u16::from_le_bytes)?,
        [0, second, ..] if second.is_ascii() => utf16(bytes, u16::from_be_bytes)?,
        _ => lenient(bytes),
    };
    let repaired = (!encoding.is_empty()).then(|| Finding {
        item: None,
        id: String::new(),
        field: String::new(),
        problem: Problem::Repaired,
        value: encoding.into(),
    });
    Ok(Decoded { text, repaired })
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
];

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<(String, &'static str), ReadError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let text: Result<String, _> = char::decode_utf16(pairs.iter().copied().map(unit)).collect();
    match text {
        Ok(text) if rest.is_empty() => Ok((text, "UTF-16")),
        _ => Err(ReadError::NotText { what: "UTF-16 that breaks off, or no text at all" }),
    }
}

fn lenient(bytes: &[u8]) -> (String, &'static str) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (text.to_owned(), "");
    }
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|byte| windows_1252(*byte)));
    }
    (text, "Windows-1252 or Latin-1")
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

#[cfg(test)]
mod tests {
    use super::*;

    const FEED: &str = r#"{"initiatives": [{"id": "é", "name": "Œuvre d’été — 5 €"}]}"#;

    fn repaired(bytes: &[u8]) -> (String, Option<String>) {
        let decoded = decode(bytes).unwrap();
        (decoded.text, decoded.repaired.map(|finding| finding.value))
    }

    #[test]
    fn utf_8_is_read_as_it_is_with_or_without_a_byte_order_mark() {
        assert_eq!(repaired(FEED.as_bytes()), (FEED.into(), None));
        assert_eq!(repaired(format!("\u{feff}{FEED}").as_bytes()), (FEED.into(), None));
    }

    #[test]
    fn utf_16_is_recognised_in_both_orders_with_and_without_a_mark() {
        for mark in ["", "\u{feff}"] {
            let units: Vec<u16> = format!("{mark}{FEED}").encode_utf16().collect();
            let expected = (FEED.to_owned(), Some("UTF-16".to_owned()));
            let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
            let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
            assert_eq!((repaired(&little), repaired(&big)), (expected.clone(), expected));
        }
    }

    #[test]
    fn windows_1252_and_a_mixture_with_utf_8_are_repaired() {
        let (text, said) = repaired(b"\"\x9cuvre d\x92\xe9t\xe9 \x97 5 \x80, d\xc3\xa9j\xc3\xa0\"");
        assert_eq!(text, "\"œuvre d’été — 5 €, déjà\"");
        assert!(said.unwrap().contains("1252"));
    }

    #[test]
    fn files_that_are_no_text_are_named() {
        for (bytes, word) in [
            (&b"\x1f\x8b\x08\0\0"[..], "gzip"),
            (b"PK\x03\x04xl/", "spreadsheet"),
            (b"\xff\xfe{\0\"", "UTF-16"),
            (b"\xff\xfe\0\xd8", "UTF-16"),
        ] {
            let error = decode(bytes).err().unwrap().to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
