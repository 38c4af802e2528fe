//! A feed that is read some items at a time is the feed that is read whole.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use alentour_formats::{Columns, Options, ReadError, Reading, Stream, StreamError, Stretch, read};
use alentour_model::Finding;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Puts the parts together; in a second go where the end of the feed says something about its items.
fn joined(feed: &[u8], stretch: usize, chunk: usize) -> Result<Reading, StreamError> {
    joined_by(feed, stretch, chunk, parts)
}

/// The same, of so many stretches at once.
fn joined_at_once(feed: &[u8], stretch: usize, chunk: usize) -> Result<Reading, StreamError> {
    joined_by(feed, stretch, chunk, parts_at_once)
}

fn joined_by(
    feed: &[u8],
    stretch: usize,
    chunk: usize,
    parts: fn(&mut Stream<&[u8]>) -> Result<Reading, StreamError>,
) -> Result<Reading, StreamError> {
    let options = Options::default();
    let mut ending = None;
    loop {
        let mut stream = Stream::in_stretches(feed, &options, ending.clone(), stretch, chunk)?;
        match parts(&mut stream) {
            Err(StreamError::Ending(found)) if ending.is_none() => ending = Some(found),
            other => return other,
        }
    }
}

fn parts(stream: &mut Stream<&[u8]>) -> Result<Reading, StreamError> {
    let mut all = Vec::new();
    while let Some(part) = stream.next()? {
        assert!(part.items > 0 || part.feed.initiatives.is_empty());
        all.push(part);
    }
    Ok(whole(stream, all))
}

/// Three stretches are cut before any is read, and the last of them is read first. What stops the cutting is said behind what was
/// cut before.
fn parts_at_once(stream: &mut Stream<&[u8]>) -> Result<Reading, StreamError> {
    let (mut all, mut end) = (Vec::new(), None);
    while end.is_none() {
        let mut stretches = Vec::new();
        while stretches.len() < 3 && end.is_none() {
            match stream.cut() {
                Ok(Some(stretch)) => stretches.push(stretch),
                Ok(None) => end = Some(Ok(())),
                Err(why) => end = Some(Err(why)),
            }
        }
        let read: Vec<_> = stretches.into_iter().rev().map(Stretch::read).collect();
        for read in read.into_iter().rev() {
            all.push(stream.join(read)?);
        }
    }
    end.unwrap_or(Ok(())).map(|()| whole(stream, all))
}

fn whole(stream: &Stream<&[u8]>, parts: Vec<Reading>) -> Reading {
    let (mut feed, mut findings) = (stream.feed().clone(), Vec::new());
    for part in parts {
        feed.initiatives.extend(part.feed.initiatives);
        findings.extend(part.findings);
    }
    let next = stream.next_page().map(str::to_owned);
    Reading {
        format: stream.format(),
        feed,
        findings,
        items: stream.items(),
        next,
        columns: Columns::default(),
        newest_first: false,
        spent: None,
    }
}

/// Each finding in words, sorted: those of a part come after the parts before it.
fn sorted(findings: &[Finding]) -> Vec<String> {
    let mut all: Vec<_> = findings.iter().map(|finding| format!("{finding:?}")).collect();
    all.sort();
    all
}

fn is_the_same(feed: &str, stretch: usize, chunk: usize) -> Result<(), TestCaseError> {
    let by_one = joined(feed.as_bytes(), stretch, chunk);
    let at_once = joined_at_once(feed.as_bytes(), stretch, chunk);
    prop_assert_eq!(format!("{:?}", &by_one), format!("{at_once:?}"), "{}", feed);
    match (by_one, read(feed.as_bytes())) {
        // Read whole, then.
        (Err(StreamError::Whole), _) => {}
        (Ok(parts), Ok(whole)) => {
            prop_assert_eq!(parts.format, whole.format, "{}", feed);
            prop_assert_eq!(&parts.feed, &whole.feed, "{}", feed);
            prop_assert_eq!(sorted(&parts.findings), sorted(&whole.findings), "{}", feed);
            prop_assert_eq!((parts.items, parts.next), (whole.items, whole.next), "{}", feed);
        }
        (Err(StreamError::Read(parts)), Err(whole)) => prop_assert_eq!(parts, whole, "{}", feed),
        (parts, whole) => prop_assert!(false, "{feed}\n{parts:?}\n{whole:?}"),
    }
    Ok(())
}

/// An item as the formats have them, `number` among which may come again.
fn item(format: usize, number: u32, text: &str) -> Value {
    let name = format!("{text} {number}");
    let link = format!("https://example.org/{number}");
    match format {
        0 => {
            json!({"id": number.to_string(), "name": name, "startDate": "2031-05-02", "url": link, "reach": text})
        }
        1 => {
            json!({"id": number, "title": name, "applicationUrl": link, "domain": "sante-soins", "city": text})
        }
        2 => json!({"type": "Feature", "properties": {"id": number, "name": name, "description": text},
                    "geometry": {"type": "Point", "coordinates": [4.8, 45.7]}}),
        3 => {
            json!({"uid": number, "title": {"fr": name}, "timings": [{"begin": text, "end": "2031-05-02T10:00:00+02:00"}]})
        }
        4 => json!({"title": name, "url": link, "description": text}),
        5 => json!({"id": number, "title": name, "start_datetime": 1_900_000_000, "tags": [text]}),
        6 => {
            json!({"id": number, "title": name, "event_type": "COMMUNITY", "timeslots": [{"id": 1, "start_date": number}]})
        }
        7 => json!({"id": link, "url": link, "title": name, "content_text": text}),
        _ => {
            json!({"id": number, "title": name, "start_date": "2031-05-02 10:00:00", "utc_start_date": text})
        }
    }
}

/// Their envelopes: what is in front of the items, and what is behind.
const AROUND: [&[(&str, &str)]; 9] = [
    &[
        (r#"{"initiatives": ["#, "]}"),
        (r#"{"alentour": "1", "name": "Ici", "inLanguage": 7, "initiatives": ["#, r#"], "name": "Là"}"#),
        (r#"{"timeZone": "Europe/Paris", "initiatives": ["#, r#"], "timeZone": "America/Cayenne"}"#),
        (r#"{"initiatives": ["#, r#"], "initiatives": []}"#),
    ],
    &[
        ("[", "]"),
        (r#"{"ok": true, "data": ["#, r#"], "total": 9007199254740995}"#),
        (r#"{"ok": true, "facets": [{"a": [1]}], "hits": ["#, "]}"),
    ],
    &[
        (r#"{"type": "FeatureCollection", "features": ["#, "]}"),
        (r#"{"features": ["#, "] , \"next\": \"https://example.org/2\"}"),
    ],
    &[(r#"{"total": 3, "events": ["#, r#"], "after": [1]}"#)],
    &[("[", "]"), (r#"{"actions": ["#, "]}"), ("\n", "\n")],
    &[("[", "]"), (r#"{"events": ["#, "]}")],
    &[(r#"{"count": 3, "next": null, "data": ["#, "]}")],
    &[
        (r#"{"version": "https://jsonfeed.org/version/1.1", "title": "A", "items": ["#, "]}"),
        (
            r#"{"version": "https://jsonfeed.org/version/1.1", "items": ["#,
            r#"], "title": "B", "language": "br"}"#,
        ),
    ],
    &[(r#"{"events": ["#, r#"], "rest_url": "https://example.org"}"#)],
];

fn feeds() -> impl Strategy<Value = String> {
    let texts = "(a|é|],|\\[\"|\\{|\\\\|//|Lyon|yes|2031-05-02T08:00:00\\+02:00){0,4}";
    let items = proptest::collection::vec((0..30_u32, texts, 0..12_u8), 1..40);
    // Mistakes: a stray comma, a number that is none, a comment, a bracket too few, an item that is none.
    let mistakes = prop_oneof![
        6 => Just(""), 1 => Just(","), 1 => Just("NaN"), 1 => Just("// non\n"), 1 => Just("}"), 1 => Just("[\"x\"]"),
        1 => Just("{\"id\": 1, \"id\": 2}"), 1 => Just("{\"a\": [")
    ];
    (0..AROUND.len(), any::<prop::sample::Index>(), items, mistakes, any::<bool>()).prop_map(
        |(format, around, items, mistake, breaks)| {
            let (before, after) = AROUND[format][around.index(AROUND[format].len())];
            let is_lines = before == "\n";
            let break_or_none = if breaks || is_lines { "\n" } else { "" };
            let mut text = before.to_owned();
            for (position, (number, words, what)) in items.iter().enumerate() {
                if position > 0 {
                    text.push_str(if is_lines { "" } else { "," });
                    text.push_str(break_or_none);
                }
                // The first one shows what the feed is.
                match if position == 0 { &9 } else { what } {
                    // Left out, where the format needs a title and an identifier.
                    0 => text.push_str(&json!({"title": 3, "id": number}).to_string()),
                    1 => text.push_str(&json!({"name": words, "url": "https://example.org"}).to_string()),
                    2 if position == items.len() / 2 => text.push_str(mistake),
                    _ => text.push_str(&item(format, *number, words).to_string()),
                }
            }
            text + after
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_feed_in_parts_is_the_feed_as_a_whole(feed in feeds(), stretch in 1..2000_usize, chunk in 1..300_usize) {
        is_the_same(&feed, stretch, chunk)?;
    }

    #[test]
    fn a_feed_that_breaks_off_does_so_in_parts_too(feed in feeds(), end in any::<prop::sample::Index>(), stretch in 1..2000_usize) {
        let end = feed.floor_char_boundary(end.index(feed.len()));
        is_the_same(&feed[..end], stretch, 64)?;
    }
}

fn many(format: usize) -> Vec<Value> {
    (0..50).map(|number| item(format, number, "Lyon")).collect()
}

#[test]
fn every_envelope_is_read_in_parts() {
    for (format, around) in AROUND.iter().enumerate() {
        for (before, after) in *around {
            let gap = if *before == "\n" { "\n" } else { "," };
            let items = many(format).iter().map(Value::to_string).collect::<Vec<_>>().join(gap);
            let feed = format!("{before}{items}{after}");
            let parts = joined(feed.as_bytes(), 500, 64);
            match parts {
                Ok(parts) => assert_eq!(parts.feed, read(feed.as_bytes()).unwrap().feed, "{before}"),
                // A second list of the same name: which one counts is known at the end only.
                Err(StreamError::Whole) => assert!(after.contains("initiatives"), "{before}"),
                Err(why) => panic!("{before}: {why}"),
            }
        }
    }
}

#[test]
fn what_is_behind_the_items_counts_for_all_of_them() {
    let items =
        (0..50).map(|n| json!({"id": n.to_string(), "name": "Bal", "startDate": "2031-05-02T10:00:00"}));
    let items = items.map(|item| item.to_string()).collect::<Vec<_>>().join(",");
    let feed = format!(r#"{{"initiatives": [{items}], "timeZone": "Indian/Reunion"}}"#);
    let mut stream = Stream::in_stretches(feed.as_bytes(), &Options::default(), None, 500, 64).unwrap();
    assert!(matches!(parts(&mut stream), Err(StreamError::Ending(_))));
    assert_eq!(joined(feed.as_bytes(), 500, 64).unwrap().feed, read(feed.as_bytes()).unwrap().feed);
}

#[test]
fn formats_whose_items_speak_of_each_other_are_read_whole() {
    let item = |id: u32| json!({"state": "updated", "kind": "Event", "id": id, "modified": 1, "data": {"@type": "Event", "name": "A"}});
    let openactive = json!({"next": "https://example.org/2", "items": (0..30).map(item).collect::<Vec<_>>()});
    let event = json!({"@type": "Event", "name": "Bal", "startDate": "2031-05-02"});
    for feed in [openactive, json!({"@context": "https://schema.org", "@graph": vec![event; 30]})] {
        assert!(matches!(joined(feed.to_string().as_bytes(), 300, 64), Err(StreamError::Whole)));
    }
    for other in ["titre;date\nBal;2031-05-02\n".repeat(99), "<a>".repeat(99), "  ".repeat(99)] {
        assert!(matches!(joined(other.as_bytes(), 64, 64), Err(StreamError::Whole)));
    }
}

#[test]
fn an_identifier_that_comes_again_much_later_is_left_out_and_said() {
    let mut items = many(1);
    items[49]["id"] = json!(0);
    let feed = json!({"ok": true, "data": items}).to_string();
    let parts = joined(feed.as_bytes(), 300, 64).unwrap();
    assert_eq!((parts.items, parts.feed.initiatives.len()), (50, 49));
    assert_eq!(parts.findings.last(), read(feed.as_bytes()).unwrap().findings.last());
}

#[test]
fn windows_letters_are_read_as_in_a_whole_feed() {
    let mut feed =
        format!("[{}]", many(4).iter().map(Value::to_string).collect::<Vec<_>>().join(",")).into_bytes();
    for byte in feed.iter_mut().filter(|byte| **byte == b'L') {
        *byte = 0xc9;
    }
    let (parts, whole) = (joined(&feed, 300, 64).unwrap(), read(&feed).unwrap());
    assert_eq!((parts.feed, parts.findings), (whole.feed, whole.findings));
}

#[test]
fn a_mistake_in_the_middle_is_at_its_line_and_column() {
    let items = many(1).iter().map(Value::to_string).collect::<Vec<_>>();
    for gap in [",", ",\n"] {
        let mut items = items.clone();
        items[30].push_str(" \"x\"");
        let feed = format!("{{\"ok\": true,\n \"data\": [{}]}}", items.join(gap));
        match (joined(feed.as_bytes(), 300, 64), read(feed.as_bytes())) {
            (Err(StreamError::Read(parts @ ReadError::NotJson { .. })), Err(whole)) => {
                assert_eq!(parts, whole)
            }
            other => panic!("{other:?}"),
        }
    }
}
