//! What holds for any bytes: the fixtures of every format, damaged as files are, so that their readers are reached and not only
//! the first look at them.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

use alentour_formats::{Options, ReadError, Reading, names, read, read_with};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{TestCaseResult, TestRunner};
use serde_json::Value;

/// Every fixture that is a feed, in the order of its path.
fn fixtures() -> Vec<Vec<u8>> {
    let mut all: Vec<_> = files(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests")));
    all.push(concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/seeds/alentour/feed.json").into());
    all.retain(|path| path.extension().is_some_and(|extension| extension != "rs"));
    all.sort();
    all.iter().map(|path| std::fs::read(path).unwrap()).filter(|bytes| read(bytes).is_ok()).collect()
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// What happens to files on their way, and what people type into them.
#[derive(Clone, Debug)]
enum Damage {
    /// Another byte.
    Byte(Index, u8),
    /// Further bytes.
    Insert(Index, Vec<u8>),
    /// A word of some format in place of as many bytes.
    Word(Index, &'static str),
    /// Bytes that are gone.
    Remove(Index, usize),
    /// Bytes that are there again, elsewhere.
    Repeat(Index, Index, usize),
    /// Bytes of another fixture.
    Splice(Index, Index, Index, usize),
    /// The end is gone.
    Cut(Index),
    /// Text in UTF-16.
    Wide,
}

const WORDS: &[&str] = &[
    "null",
    "true",
    "-1",
    "1e308",
    "NaN",
    "[]",
    "{}",
    "\"",
    "\\u0000",
    "\\ud800",
    "\u{202e}",
    "\u{feff}",
    "<p>",
    "<![CDATA[",
    "&#0;",
    "&lt;",
    "9999-12-31T23:59:59Z",
    "0001-01-01",
    "20261201T100000Z",
    "29/11/2026",
    "javascript:",
    "//example.org",
    "Europe/Paris",
    "UTC+2",
    "FREQ=SECONDLY",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "P1W",
    "P-1D",
    "48.85,2.35",
    "97400",
    "@id",
    "@graph",
    "\nBEGIN:VEVENT\n",
    ";;;",
    "\r\n",
    "BY",
    "https://",
    "mailto:",
    "\u{0}",
    "é",
    "\u{1f600}",
];

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        3 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Byte(at, byte)),
        1 => (any::<Index>(), proptest::collection::vec(any::<u8>(), 1..40)).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        6 => (any::<Index>(), prop::sample::select(WORDS)).prop_map(|(at, word)| Damage::Word(at, word)),
        2 => (any::<Index>(), 1..200_usize).prop_map(|(at, length)| Damage::Remove(at, length)),
        2 => (any::<Index>(), any::<Index>(), 1..400_usize).prop_map(|(from, to, length)| Damage::Repeat(from, to, length)),
        1 => (any::<Index>(), any::<Index>(), any::<Index>(), 1..400_usize)
            .prop_map(|(which, from, to, length)| Damage::Splice(which, from, to, length)),
        1 => any::<Index>().prop_map(Damage::Cut),
        1 => Just(Damage::Wide),
    ]
}

fn apply(bytes: &mut Vec<u8>, damage: &Damage, fixtures: &[Vec<u8>]) {
    let place = |at: &Index, bytes: &[u8]| at.index(bytes.len() + 1);
    let piece =
        |bytes: &[u8], from: usize, length: usize| bytes[from..(from + length).min(bytes.len())].to_vec();
    let insert = |bytes: &mut Vec<u8>, at: usize, more: Vec<u8>| drop(bytes.splice(at..at, more));
    match damage {
        Damage::Byte(at, byte) => {
            let at = place(at, bytes);
            bytes.get_mut(at).into_iter().for_each(|found| *found = *byte);
        }
        Damage::Insert(at, more) => insert(bytes, place(at, bytes), more.clone()),
        Damage::Word(at, word) => {
            let at = place(at, bytes);
            let end = (at + word.len()).min(bytes.len());
            bytes.splice(at..end, word.bytes());
        }
        Damage::Remove(at, length) => {
            let at = place(at, bytes);
            bytes.drain(at..(at + length).min(bytes.len()));
        }
        Damage::Repeat(from, to, length) => {
            let more = piece(bytes, place(from, bytes), *length);
            insert(bytes, place(to, bytes), more);
        }
        Damage::Splice(which, from, to, length) => {
            let other = which.get(fixtures);
            insert(bytes, place(to, bytes), piece(other, place(from, other), *length));
        }
        Damage::Cut(at) => bytes.truncate(place(at, bytes)),
        Damage::Wide => {
            let text = String::from_utf8_lossy(bytes).into_owned();
            *bytes = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        }
    }
}

/// What holds of every reading.
fn is_good(reading: &Reading) -> TestCaseResult {
    prop_assert!(names().any(|name| name == reading.format));
    let lost = reading.findings.iter().filter(|finding| finding.problem.costs_the_item()).count();
    prop_assert_eq!(lost, reading.left_out(), "each item that is left out is said to be, once");
    for finding in &reading.findings {
        prop_assert!(finding.value.chars().count() <= 80, "{:?}", finding);
        prop_assert!(finding.item.is_none_or(|item| item < reading.items), "{:?}", finding);
    }
    prop_assert!(reading.next.as_ref().is_none_or(|next| next.starts_with("http")));
    let written = serde_json::to_value(&reading.feed).unwrap();
    is_harmless(&written)?;
    let again = read(written.to_string().as_bytes()).unwrap();
    prop_assert_eq!(&again.findings, &vec![], "what was written is good");
    prop_assert_eq!(&again.feed, &reading.feed);
    Ok(())
}

/// No control character, and no mark that reorders text.
fn is_harmless(value: &Value) -> TestCaseResult {
    match value {
        Value::String(text) => {
            let is_harmful = |c: char| {
                (c.is_control() && !matches!(c, '\n' | '\t'))
                    || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            };
            prop_assert!(!text.contains(is_harmful), "{:?}", text);
        }
        Value::Array(values) => values.iter().try_for_each(is_harmless)?,
        Value::Object(map) => map.values().try_for_each(is_harmless)?,
        _ => {}
    }
    Ok(())
}

#[test]
fn any_bytes_are_read_or_refused() {
    let fixtures = fixtures();
    assert!(fixtures.len() > 20, "{}", fixtures.len());
    let (read_as, refused) = (RefCell::new(BTreeMap::<&str, usize>::new()), RefCell::new(0));
    // As many for each format as shows that none is left out, whatever the dice say.
    let config = ProptestConfig { cases: 1600, failure_persistence: None, ..ProptestConfig::default() };
    let bytes = prop_oneof![
        12 => (0..fixtures.len(), proptest::collection::vec(damage(), 0..5)).prop_map(|(which, damages)| {
            let mut bytes = fixtures[which].clone();
            damages.iter().for_each(|damage| apply(&mut bytes, damage, &fixtures));
            bytes
        }),
        1 => proptest::collection::vec(any::<u8>(), 0..3000),
    ];
    let result = TestRunner::new(config).run(&bytes, |bytes| {
        let mut options = Options::at(1_795_420_800);
        options.base = "https://example.org/feed?offset=3".into();
        match read_with(&bytes, &options) {
            Ok(reading) => {
                *read_as.borrow_mut().entry(reading.format).or_default() += 1;
                is_good(&reading)
            }
            Err(error) => {
                *refused.borrow_mut() += 1;
                prop_assert!(!error.to_string().is_empty());
                if let ReadError::NotJson { line, column, .. } = error {
                    prop_assert!(line > 0 && column > 0);
                }
                Ok(())
            }
        }
    });
    result.unwrap_or_else(|why| panic!("{why}"));
    let read_as = read_as.into_inner();
    for name in names() {
        assert!(read_as.get(name).is_some_and(|count| *count > 2), "{name} was hardly reached: {read_as:?}");
    }
    assert!(refused.into_inner() > 100);
}

#[test]
fn days_overseas_that_no_hour_is_said_of_are_the_same_once_they_are_written() {
    let table =
        "titre;début;fin;code postal;ville\nSoutien scolaire;01/09/2026;30/06/2027;97400;Saint-Denis\n";
    let reading = read(table.as_bytes()).unwrap();
    let initiative = &reading.feed.initiatives[0];
    assert_eq!((initiative.time_zone.as_str(), initiative.sessions.len()), ("Indian/Reunion", 0));
    is_good(&reading).unwrap();
}
