//! Feeds in every encoding that associations' software writes: read, and said.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use alentour_formats::read;
use alentour_model::Problem;

const TABLE: &str = "Évènement;Date;Lieu\nRepas d’été à 5 €;05/12/2026;Café des Œuvres\n";
const RSS: &str = "<rss version=\"2.0\"><channel><title>Été</title><item><title>Repas d’été à 5 €</title><link>https://example.org/a</link>\
                   <description>Café des Œuvres</description></item></channel></rss>";
const CALENDAR: &str = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Repas d’été à 5 €\r\nLOCATION:Café des Œuvres\r\n\
                        DTSTART:20261205T120000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

/// What windows-1252 has otherwise than Latin-1, of what stands above.
fn windows_1252(text: &str) -> Vec<u8> {
    let byte = |c| match c {
        '’' => 0x92,
        '€' => 0x80,
        'Œ' => 0x8c,
        c => u8::try_from(u32::from(c)).unwrap(),
    };
    text.chars().map(byte).collect()
}

/// And ISO-8859-15, which has no typographic apostrophe.
fn latin_9(text: &str) -> Vec<u8> {
    let byte = |c| match c {
        '’' => b'\'',
        '€' => 0xa4,
        'Œ' => 0xbc,
        c => u8::try_from(u32::from(c)).unwrap(),
    };
    text.chars().map(byte).collect()
}

fn utf_16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(to_bytes).collect()
}

/// The title, apostrophe aside, and what was said of the feed's characters.
fn title(bytes: &[u8]) -> (String, Vec<(Problem, String)>) {
    let reading = read(bytes).unwrap();
    let about = |problem| matches!(problem, Problem::Repaired | Problem::BrokenText);
    let said =
        reading.findings.into_iter().filter(|finding| finding.item.is_none() && about(finding.problem));
    let said = said.map(|finding| (finding.problem, finding.value)).collect();
    (reading.feed.initiatives[0].name.replace('’', "'"), said)
}

#[test]
fn tables_calendars_and_news_are_read_in_every_encoding_and_it_is_said() {
    for feed in [TABLE, RSS, CALENDAR] {
        for (bytes, said) in [
            (windows_1252(feed), "Windows-1252 or Latin-1"),
            (utf_16(feed, u16::to_le_bytes), "UTF-16"),
            (utf_16(feed, u16::to_be_bytes), "UTF-16"),
            (utf_16(&format!("\u{feff}{feed}"), u16::to_le_bytes), "UTF-16"),
            (utf_16(&format!("\u{feff}{feed}"), u16::to_be_bytes), "UTF-16"),
        ] {
            let expected = ("Repas d'été à 5 €".to_owned(), vec![(Problem::Repaired, said.to_owned())]);
            assert_eq!(title(&bytes), expected, "{feed}");
        }
        assert_eq!(title(feed.as_bytes()).1, vec![]);
    }
}

#[test]
fn news_in_the_encoding_that_they_declare_are_read_in_it() {
    let declared = |encoding: &str| format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?>\n{RSS}");
    let said = |what: &str| vec![(Problem::Repaired, what.to_owned())];
    let title_is =
        |bytes: &[u8], what: &str| assert_eq!(title(bytes), ("Repas d'été à 5 €".into(), said(what)));
    title_is(&latin_9(&declared("ISO-8859-15")), "ISO-8859-15");
    title_is(&windows_1252(&declared("ISO-8859-1")), "Windows-1252 or Latin-1");
    title_is(&windows_1252(&declared("windows-1252")), "Windows-1252 or Latin-1");
    title_is(&utf_16(&declared("UTF-16"), u16::to_be_bytes), "UTF-16");
    title_is(declared("ISO-8859-1").as_bytes(), "UTF-8, and says iso-8859-1");
}

#[test]
fn a_nul_in_a_text_is_taken_out_and_said() {
    for feed in [TABLE, RSS, CALENDAR] {
        let damaged = format!("{}\0", feed.replace("Repas", "\0Re\0pas"));
        assert_eq!(
            title(damaged.as_bytes()),
            ("Repas d'été à 5 €".into(), vec![(Problem::BrokenText, "NUL".into())]),
            "{feed}"
        );
    }
}
