//! Why nothing at all of a feed can be read.

use std::fmt;

use crate::budget::MAX_BYTES;

/// Why nothing at all of a feed can be read. Its text says what to do, to somebody who keeps the feed in
/// the office and not in an editor.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadError {
    /// There is nothing in it.
    Empty,
    /// It has more than [`MAX_BYTES`].
    TooLarge {
        /// How many it has.
        bytes: usize,
    },
    /// It is no text: an archive, a spreadsheet, an image.
    NotText {
        /// What it seems to be.
        what: &'static str,
    },
    /// It is a web page: the address is that of a page, of a log-in or of an error.
    HtmlPage {
        /// The page's title, where it has one.
        title: String,
    },
    /// It is XML of a shape that no known format has.
    Xml {
        /// Name of the first element.
        root: String,
        /// The shapes that are known, a line each.
        known: &'static str,
    },
    /// It begins like JSON, or like nothing known, and breaks off or goes wrong.
    NotJson {
        /// Line of the first mistake, from 1.
        line: usize,
        /// Column of the first mistake, from 1.
        column: usize,
        /// The parser's words.
        reason: String,
        /// The text ends too early: it was cut off.
        cut_off: bool,
    },
    /// Things within things within things: no feed, but an attempt to exhaust its reader.
    TooDeep {
        /// How deep it may be.
        most: usize,
    },
    /// It is a table, of which no column is known to be the title.
    UnknownColumns {
        /// What its columns are called.
        headers: Vec<String>,
    },
    /// It is JSON, of a shape that no known format has.
    UnknownShape {
        /// What it has on top.
        found: String,
        /// The shapes that are known, a line each.
        known: &'static str,
    },
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => {
                f.write_str("The feed is empty. Export it again, and look whether the file has a size.")
            }
            Self::TooLarge { bytes } => write!(
                f,
                "The feed is {} MB; the limit is {} MB. Split it, for example by region, and give each part as a feed.",
                bytes.div_ceil(1_000_000),
                MAX_BYTES / 1_000_000
            ),
            Self::NotText { what } => {
                write!(f, "The feed is not text but {what}. Export it as JSON, in the encoding UTF-8.")
            }
            Self::HtmlPage { title } => {
                f.write_str("The address gives a web page")?;
                if !title.is_empty() {
                    write!(f, " (“{title}”)")?;
                }
                f.write_str(
                    " and not a feed. Open it in a private window: if you see a log-in, the feed is not public; if you \
                     see a page, ask its publisher for the address of the JSON feed.",
                )
            }
            Self::Xml { root, known } => {
                write!(f, "The feed is XML of a shape that is not known (<{root}>). These are known:{known}")
            }
            Self::UnknownColumns { headers } => write!(
                f,
                "The feed is a table, and it is not known which of its columns is the title: {}. Call it “title” in \
                 the first row, or say which column it is.",
                headers.join(", ")
            ),
            Self::TooDeep { most } => write!(
                f,
                "The feed is nested more than {most} levels deep, which no feed needs: it was damaged, or made to do harm."
            ),
            Self::NotJson { line, column, cut_off: true, .. } => write!(
                f,
                "The feed breaks off at line {line}, column {column}: its end is missing. Download or export it again."
            ),
            Self::NotJson { line, column, reason, .. } => write!(
                f,
                "The feed is not valid JSON: at line {line}, column {column}: {reason}. Often a comma or a quotation \
                 mark is missing or too many just before that place."
            ),
            Self::UnknownShape { found, known } => {
                write!(f, "The feed is JSON of a shape that is not known: {found}. These are known:{known}")
            }
        }
    }
}

impl std::error::Error for ReadError {}

#[cfg(test)]
mod tests {
    use crate::ReadError;
    use crate::read;

    fn error(text: &str) -> ReadError {
        read(text.as_bytes()).unwrap_err()
    }

    #[test]
    fn a_page_instead_of_a_feed_is_named_by_its_title() {
        let page = "\n<!DOCTYPE html>\n<html><head><title>\n  Connexion –\n É</title>";
        assert_eq!(error(page), ReadError::HtmlPage { title: "Connexion – É".into() });
        assert!(error(page).to_string().contains("log-in"));
    }

    #[test]
    fn xml_is_named_by_its_root() {
        let feed = "<?xml version=\"1.0\"?>\n<!-- ours -->\n<kml>\n<Placemark></Placemark></kml>";
        assert!(matches!(error(feed), ReadError::Xml { root, .. } if root == "kml"));
        assert!(error(feed).to_string().contains("mission"));
    }

    #[test]
    fn a_mistake_is_given_with_line_and_column() {
        let message = error("{\n  \"initiatives\": [}\n").to_string();
        assert!(message.contains("line 2, column 19"), "{message}");
        assert!(!message.contains(" at line 2 column"), "{message}");
        assert!(error("{\"initiatives\": [").to_string().contains("breaks off"));
    }

    #[test]
    fn an_empty_or_too_large_feed_is_said_to_be() {
        assert_eq!(error("\u{feff} \n"), ReadError::Empty);
        let large = vec![b' '; crate::MAX_BYTES + 1];
        assert!(read(&large).unwrap_err().to_string().contains("68 MB"));
    }

    #[test]
    fn an_unknown_shape_lists_what_it_has_and_what_is_known() {
        let message = error("[{\"rank\": 1, \"score\": 2}]").to_string();
        assert!(message.contains("1 object with rank, score"), "{message}");
        assert!(crate::names().all(|name| message.contains(name)), "{message}");
    }

    #[test]
    fn nesting_without_end_is_refused_and_not_followed() {
        let deep = "[".repeat(200_000);
        assert!(matches!(error(&deep), ReadError::TooDeep { .. }));
    }
}
