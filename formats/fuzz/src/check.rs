//! What must hold of every reading.

use alentour_formats::{Options, Reading, names, read, read_with};
use serde_json::Value;

/// A day on which the fixtures lie in the future: what recurs is then written out.
const NOW: i64 = 1_795_420_800;
/// Where pages that name the next one relative to themselves come from.
const BASE: &str = "https://example.org/feed?offset=3";
/// Fields that hold an address.
const ADDRESSES: &[&str] = &["url"];

/// Reads a feed and checks what was read. The format's name, if it was one.
pub fn check(bytes: &[u8]) -> Option<&'static str> {
    let mut options = Options::at(NOW);
    options.base = BASE.into();
    match read_with(bytes, &options) {
        Ok(reading) => {
            is_good(&reading);
            Some(reading.format)
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            None
        }
    }
}

fn is_good(reading: &Reading) {
    assert!(names().any(|name| name == reading.format));
    assert!(reading.feed.initiatives.len() <= reading.items, "more was read than there is");
    let lost = reading.findings.iter().filter(|finding| finding.problem.costs_the_item()).count();
    assert_eq!(lost, reading.left_out(), "each item that is left out is said to be, once");
    for finding in &reading.findings {
        assert!(finding.value.chars().count() <= 80, "a finding as long as the feed");
        assert!(finding.item.is_none_or(|item| item < reading.items), "a finding about no item: {finding:?}");
    }
    if let Some(next) = &reading.next {
        assert!(next.starts_with("http://") || next.starts_with("https://"), "{next}");
    }
    let Ok(written) = serde_json::to_value(&reading.feed) else { panic!("the feed cannot be written") };
    is_harmless("", &written);
    match read(written.to_string().as_bytes()) {
        Ok(again) => {
            assert_eq!(again.findings, vec![], "what was written is good");
            assert_eq!(again.feed, reading.feed, "reading, writing and reading again is the identity");
        }
        Err(error) => panic!("what was written cannot be read: {error}"),
    }
}

/// No control character, no mark that reorders text, no address that does anything but lead somewhere.
fn is_harmless(field: &str, value: &Value) {
    match value {
        Value::String(text) => {
            let is_harmful = |c: char| {
                (c.is_control() && !matches!(c, '\n' | '\t'))
                    || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            };
            assert!(!text.contains(is_harmful), "{field}: {text:?}");
            if ADDRESSES.contains(&field) {
                let lower = text.to_ascii_lowercase();
                let leads =
                    ["http://", "https://", "mailto:", "tel:"].iter().any(|scheme| lower.starts_with(scheme));
                assert!(leads, "{field}: {text:?}");
            }
        }
        Value::Array(values) => values.iter().for_each(|value| is_harmless(field, value)),
        Value::Object(map) => map.iter().for_each(|(field, value)| is_harmless(field, value)),
        _ => {}
    }
}
