//! The lines of an iCalendar file (RFC 5545, section 3.1): escaped, folded, and ended by nothing that a text says.

/// Bytes of a line before it is folded, its end not counted.
const LONGEST: usize = 75;

/// A file in the making.
#[derive(Debug, Default)]
pub struct Lines(String);

impl Lines {
    /// A value that is no text: a time, a number, an address. Of such a one, too, no control character ends a line.
    pub fn value(&mut self, name: &str, value: &str) {
        let mut length = 0;
        for c in name.chars().chain([':']).chain(value.chars()).filter(|c| !c.is_control()) {
            if length + c.len_utf8() > LONGEST {
                // The space is the mark of a line that goes on, and no part of the value.
                self.0.push_str("\r\n ");
                length = 1;
            }
            self.0.push(c);
            length += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    /// A text, which may have lines of its own; nothing where it is empty.
    pub fn text(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            self.value(name, &escaped(text));
        }
    }

    /// What stands between its `BEGIN` and its `END`.
    pub fn component(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.value("BEGIN", name);
        content(self);
        self.value("END", name);
    }

    /// What was written elsewhere.
    pub fn append(&mut self, lines: &Self) {
        self.0.push_str(&lines.0);
    }

    /// Bytes so far.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The file.
    pub fn into_text(self) -> String {
        self.0
    }
}

/// A text as a value has it (RFC 5545, section 3.3.11). Whatever somebody may take for the end of a line is written as one within the text.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => escaped.push_str("\\n"),
            '\t' => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use calcard::icalendar::{ICalendar, ICalendarProperty};
    use proptest::prelude::*;

    use super::*;

    /// A calendar of one event that says the text.
    fn file(text: &str) -> String {
        let mut lines = Lines::default();
        lines.component("VCALENDAR", |lines| {
            lines.component("VEVENT", |lines| {
                lines.text("DESCRIPTION", text);
                lines.value("URL", &format!("https://example.org/{text}"));
                lines.value("UID", "1");
            });
        });
        lines.into_text()
    }

    /// The text as another program reads it.
    fn read(file: &str) -> (usize, usize, Option<String>) {
        let calendar = ICalendar::parse(file).unwrap();
        let event = calendar.components.last().unwrap();
        let text = event.property(&ICalendarProperty::Description);
        let text = text.and_then(|text| text.values.first()?.as_text()).map(str::to_owned);
        (calendar.components.len(), event.entries.len(), text)
    }

    /// What is left of a text: its words, and its lines as such.
    fn kept(text: &str) -> String {
        let lines = text
            .replace("\r\n", "\n")
            .replace(['\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
        lines.replace('\t', " ").chars().filter(|c| *c == '\n' || !c.is_control()).collect()
    }

    #[test]
    fn no_line_is_longer_than_75_bytes_and_no_character_is_cut() {
        for text in ["é".repeat(200), "🎉".repeat(100), "a".repeat(63), "a".repeat(64), "مرحبا ".repeat(60)]
        {
            let file = file(&text);
            assert!(file.split("\r\n").all(|line| line.len() <= 75), "{file}");
            // As many bytes as fit: a whole line has no room for another character.
            let first = file.split("\r\n").nth(2).unwrap();
            assert!(first.len() > 71 || text.len() < 64, "{first}");
            assert_eq!(file.replace("\r\n ", "").lines().nth(2).unwrap(), format!("DESCRIPTION:{text}"));
        }
    }

    #[test]
    fn what_looks_like_a_line_of_a_calendar_is_a_text() {
        let text = "Atelier\r\nEND:VEVENT\nBEGIN:VEVENT\rUID:2\u{2028}ATTENDEE:mailto:zoe@example.org\u{85}x\0y\\n; z, \\";
        let file = file(text);
        assert_eq!(
            file.matches("\nEND:VEVENT").count() + file.matches("\nBEGIN:VEVENT").count(),
            2,
            "{file}"
        );
        let (components, properties, read) = read(&file);
        assert_eq!((components, properties), (2, 3), "{file}");
        assert_eq!(read.unwrap(), kept(text));
    }

    proptest! {
        #[test]
        fn any_text_is_read_by_another_program_as_it_was(
            text in "([a-z ]|[\\\\;,:\"^\r\n\t\0\u{7f}\u{b}\u{85}\u{2028}é🎉\u{202e}\u{300}]|\r\n|BEGIN:VEVENT|END:VCALENDAR|\\\\n|\\\\N){0,120}",
        ) {
            // Readers take spaces from the ends of a value.
            let text = format!("<{text}>");
            let file = file(&text);
            let is_fine = |line: &str| line.len() <= 75 && !line.contains(|c: char| c.is_control());
            prop_assert!(file.split("\r\n").all(is_fine), "{}", file);
            let (components, properties, read) = read(&file);
            prop_assert_eq!((components, properties), (2, 3));
            prop_assert_eq!(read, Some(kept(&text)));
        }
    }
}
