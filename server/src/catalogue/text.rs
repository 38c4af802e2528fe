//! The merged feed as text: how it is written one initiative at a time, and how some of them are read again.

use std::io::{self, Write};

use alentour_formats::TzDatabase;
use alentour_model::feed::Unnoted;
use alentour_model::read::read_document;
use alentour_model::{Feed, Initiative};

use super::node::Node;

/// Writes what comes before the initiatives: all that the feed says of itself.
pub fn begin(feed: &Feed, out: &mut impl Write) -> io::Result<()> {
    let empty = Feed { initiatives: Vec::new(), ..feed.clone() };
    let mut text = serde_json::to_vec(&empty)?;
    // The list is its last field, and stays open.
    text.truncate(text.len() - END.len());
    out.write_all(&text)
}

/// What comes after them.
pub const END: &[u8] = b"]}";

/// Writes an initiative that has been written alone, with the pages on which other feeds announce the same one (schema.org's `sameAs`).
pub fn add(initiative: &[u8], same_as: &[String], out: &mut impl Write) -> io::Result<()> {
    let Some(open) = initiative.strip_suffix(b"}").filter(|_| !same_as.is_empty()) else {
        return out.write_all(initiative);
    };
    out.write_all(open)?;
    out.write_all(b",\"sameAs\":")?;
    serde_json::to_writer(&mut *out, same_as)?;
    out.write_all(b"}")
}

/// Reads initiatives of a feed in that time zone, each of which has been written by [`add`]: a whole day is written without its offset.
/// All of them, or an error.
pub fn read<'a>(
    initiatives: impl IntoIterator<Item = &'a [u8]>,
    time_zone: &str,
) -> io::Result<Vec<Initiative>> {
    let list = initiatives.into_iter().map(serde_json::from_slice).collect::<Result<Vec<Node<'_>>, _>>()?;
    let expected = list.len();
    let zone = Node::Text(time_zone.into());
    let document = Node::Object(vec![("timeZone".into(), zone), ("initiatives".into(), Node::List(list))]);
    let feed = read_document(&&document, &TzDatabase, &mut Unnoted);
    let feed = feed.map_err(|why| io::Error::other(format!("{why:?}")))?;
    match feed.initiatives.len() == expected {
        true => Ok(feed.initiatives),
        false => Err(io::Error::other("an initiative of the catalogue cannot be read again")),
    }
}

#[cfg(test)]
mod tests {
    use alentour_model::Initiative;

    use super::*;

    #[test]
    fn what_is_written_one_by_one_is_the_feed() {
        let mut feed = Feed {
            version: "1".into(),
            name: "Là".into(),
            time_zone: "Indian/Reunion".into(),
            ..Feed::default()
        };
        for initiatives in [vec![], vec![Initiative::new("a", "A"), Initiative::new("b", "B")]] {
            let mut text = Vec::new();
            begin(&feed, &mut text).unwrap();
            for (position, initiative) in initiatives.iter().enumerate() {
                text.extend(if position > 0 { &b","[..] } else { b"" });
                add(&serde_json::to_vec(initiative).unwrap(), &[], &mut text).unwrap();
            }
            text.extend(END);
            feed.initiatives = initiatives;
            assert_eq!(text, serde_json::to_vec(&feed).unwrap());
            feed.initiatives.clear();
        }
    }

    #[test]
    fn pages_of_the_same_one_stand_with_it_and_are_not_in_the_way() {
        let mut text = Vec::new();
        let initiative = Initiative::new("a", "A");
        add(&serde_json::to_vec(&initiative).unwrap(), &["https://example.org/\"a".to_owned()], &mut text)
            .unwrap();
        let value: serde_json::Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(value["sameAs"][0], "https://example.org/\"a");
        assert_eq!(read([text.as_slice()], "").unwrap(), [initiative]);
        assert!(read([&b"{\"id\":\"a\"}"[..]], "").is_err());
    }
}
