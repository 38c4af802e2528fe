//! The merged feed as text: how it is written one initiative at a time, and how some of them are read again.

use std::io::{self, Write};

use alentour_formats::TzDatabase;
use alentour_model::feed::Unnoted;
use alentour_model::read::read_document;
use alentour_model::{Feed, Initiative};
use serde::Serialize;

use super::node::Node;

/// What comes after the initiatives.
const END: &[u8] = b"]}";

/// A merged feed that is being written, one initiative after the other.
pub struct Writer<W> {
    out: W,
    /// Bytes so far.
    length: u64,
    separator: &'static [u8],
}

impl<W: Write> Writer<W> {
    /// Begins with all that the feed says of itself.
    ///
    /// # Errors
    /// The system's.
    pub fn begin(feed: &Feed, out: W) -> io::Result<Self> {
        let Feed { version, name, language, time_zone, initiatives: _ } = feed;
        let [version, name, language, time_zone] = [version, name, language, time_zone].map(String::clone);
        let mut text =
            serde_json::to_vec(&Feed { version, name, language, time_zone, initiatives: Vec::new() })?;
        // The list is its last field, and stays open.
        text.truncate(text.len() - END.len());
        let mut writer = Self { out, length: 0, separator: b"" };
        writer.put(&text)?;
        Ok(writer)
    }

    /// Adds an initiative that has been written alone, with the pages on which other feeds announce the same one (schema.org's `sameAs`).
    /// Gives where it begins, and its length.
    ///
    /// # Errors
    /// The system's.
    pub fn add(&mut self, initiative: &[u8], same_as: &[impl Serialize]) -> io::Result<(u64, u32)> {
        let separator = std::mem::replace(&mut self.separator, b",");
        self.put(separator)?;
        let start = self.length;
        match initiative.strip_suffix(b"}").filter(|_| !same_as.is_empty()) {
            Some(open) => {
                let pages = serde_json::to_vec(same_as)?;
                [open, b",\"sameAs\":", &pages, b"}"].into_iter().try_for_each(|bytes| self.put(bytes))?;
            }
            None => self.put(initiative)?,
        }
        Ok((start, u32::try_from(self.length - start).map_err(io::Error::other)?))
    }

    /// Ends it.
    ///
    /// # Errors
    /// The system's.
    pub fn end(mut self) -> io::Result<W> {
        self.put(END)?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.length += bytes.len() as u64;
        self.out.write_all(bytes)
    }
}

/// Reads initiatives of a feed in that time zone, each of which has been written by [`Writer::add`]: a whole day is written without its offset.
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
            let mut writer = Writer::begin(&feed, Vec::new()).unwrap();
            let mut stretches = Vec::new();
            for initiative in &initiatives {
                stretches.push(writer.add(&serde_json::to_vec(initiative).unwrap(), &[""; 0]).unwrap());
            }
            let text = writer.end().unwrap();
            for ((start, length), initiative) in stretches.into_iter().zip(&initiatives) {
                let stretch = &text[start as usize..][..length as usize];
                assert_eq!(read([stretch], "").unwrap(), std::slice::from_ref(initiative));
            }
            feed.initiatives = initiatives;
            assert_eq!(text, serde_json::to_vec(&feed).unwrap());
            feed.initiatives.clear();
        }
    }

    #[test]
    fn pages_of_the_same_one_stand_with_it_and_are_not_in_the_way() {
        let initiative = Initiative::new("a", "A");
        let mut writer = Writer::begin(&Feed::default(), Vec::new()).unwrap();
        let json = serde_json::to_vec(&initiative).unwrap();
        let (start, length) = writer.add(&json, &["https://example.org/\"a"]).unwrap();
        let feed = writer.end().unwrap();
        let text = &feed[start as usize..][..length as usize];
        let value: serde_json::Value = serde_json::from_slice(text).unwrap();
        assert_eq!(value["sameAs"][0], "https://example.org/\"a");
        assert_eq!(read([text], "").unwrap(), [initiative]);
        assert!(read([&b"{\"id\":\"a\"}"[..]], "").is_err());
    }
}
