//! A parser that forgives what can mean only one thing.

use alentour_model::Problem;
use serde_json::map::Entry;
use serde_json::{Map, Number, Value};

use super::notes::{EXACT, MAX_DEPTH, Notes, insert};
use super::room::Room;
use crate::error::ReadError;

pub(super) fn parse(text: &str, notes: &mut Notes, room: &mut Room) -> Result<Value, ReadError> {
    let mut parser = Parser { text, at: 0, notes, room };
    parser.skip()?;
    let value = parser.value("", 0)?;
    parser.skip()?;
    // What makes a statement of JavaScript of it.
    if parser.eat(b';') {
        parser.skip()?;
    }
    if parser.at < text.len() {
        return Err(parser.wrong("something follows the end"));
    }
    Ok(value)
}

/// The line of a place in a text, from 1.
fn line(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
}

struct Parser<'a> {
    text: &'a str,
    /// The next byte.
    at: usize,
    notes: &'a mut Notes,
    room: &'a mut Room,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The error at the next character.
    fn wrong(&self, reason: &str) -> ReadError {
        let before = self.text.get(..self.at).unwrap_or(self.text);
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let cut_off = before.len() == self.text.len();
        ReadError::NotJson { line: line(self.text, self.at), column, reason: reason.to_owned(), cut_off }
    }

    /// Skips white space and comments.
    fn skip(&mut self) -> Result<(), ReadError> {
        loop {
            let rest = self.rest();
            let trimmed =
                rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '\0' | '\u{feff}'));
            self.at += rest.len() - trimmed.len();
            if rest.get(..rest.len() - trimmed.len()).is_some_and(|space| space.contains('\0')) {
                self.notes.note(Problem::BrokenText, "", || "NUL".into());
            }
            let length = if trimmed.starts_with("//") || trimmed.starts_with('#') {
                trimmed.find('\n').unwrap_or(trimmed.len())
            } else if let Some(comment) = trimmed.strip_prefix("/*") {
                match comment.find("*/") {
                    Some(end) => end + 4,
                    None => {
                        self.at = self.text.len();
                        return Err(self.wrong("a comment has no end"));
                    }
                }
            } else {
                return Ok(());
            };
            let comment = trimmed.get(..length).unwrap_or(trimmed);
            self.notes.note(Problem::Comment, "", || comment.trim_end().to_owned());
            self.at += length;
        }
    }

    fn value(&mut self, field: &str, depth: usize) -> Result<Value, ReadError> {
        match self.peek() {
            Some(b'{' | b'[') if depth >= MAX_DEPTH => Err(ReadError::TooDeep { most: MAX_DEPTH }),
            Some(b'{') => self.object(depth + 1),
            Some(b'[') => self.list(field, depth + 1),
            Some(b'"') => {
                let text = self.string(field)?;
                Ok(if self.room.text(&text) { Value::String(text) } else { Value::Null })
            }
            Some(_) => self.word(field),
            None => Err(self.wrong("a value is missing")),
        }
    }

    /// Skips the commas between entries. Whether there is a further entry before the closing `end`.
    fn another(&mut self, end: u8, is_first: bool) -> Result<bool, ReadError> {
        let mut commas = 0;
        let mut last = self.at;
        self.skip()?;
        while self.peek() == Some(b',') {
            last = self.at;
            self.at += 1;
            commas += 1;
            self.skip()?;
        }
        let is_end = self.eat(end);
        if commas > usize::from(!is_first && !is_end) {
            let (text, at) = (self.text, if is_end { self.at } else { last });
            self.notes.note(Problem::StrayComma, "", || format!("line {}", line(text, at)));
        }
        if !is_end && !is_first && commas == 0 {
            return Err(self.wrong("a comma or the closing bracket is missing"));
        }
        Ok(!is_end)
    }

    fn list(&mut self, field: &str, depth: usize) -> Result<Value, ReadError> {
        self.at += 1;
        let (mut values, mut is_first) = (Vec::new(), true);
        while self.another(b']', is_first)? {
            is_first = false;
            let is_open = self.room.is_open(values.len());
            let was_shut = std::mem::replace(&mut self.room.is_shut, !is_open);
            let value = self.value(field, depth)?;
            self.room.is_shut = was_shut;
            if is_open && self.room.entry(values.len()) {
                values.push(value);
            }
        }
        Ok(values.into())
    }

    fn object(&mut self, depth: usize) -> Result<Value, ReadError> {
        self.at += 1;
        let (mut map, mut is_first) = (Map::new(), true);
        while self.another(b'}', is_first)? {
            is_first = false;
            if self.peek() != Some(b'"') {
                return Err(self.wrong("the name of a field in quotation marks is missing"));
            }
            let field = self.string("")?;
            self.skip()?;
            if !self.eat(b':') {
                return Err(self.wrong("a colon is missing"));
            }
            self.skip()?;
            let number = map.len();
            let entry = map.entry(field);
            let is_kept = matches!(entry, Entry::Occupied(_)) || self.room.field(entry.key(), number);
            let value = self.value(entry.key(), depth)?;
            if is_kept {
                insert(entry, value, self.notes);
            }
        }
        Ok(map.into())
    }

    fn string(&mut self, field: &str) -> Result<String, ReadError> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let end = rest.find(|c: char| matches!(c, '"' | '\\') || c < ' ').unwrap_or(rest.len());
            text.push_str(rest.get(..end).unwrap_or_default());
            self.at += end;
            match self.peek() {
                None => return Err(self.wrong("a text has no closing quotation mark")),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    let broken = self.escape(&mut text, start)?;
                    if broken {
                        self.notes.note(Problem::BrokenText, field, || text.clone());
                    }
                }
                Some(control) => {
                    text.push(char::from(control));
                    self.at += 1;
                    self.notes.note(Problem::BrokenText, field, || text.clone());
                }
            }
        }
    }

    /// Reads what a backslash begins. Whether it was broken.
    fn escape(&mut self, text: &mut String, start: usize) -> Result<bool, ReadError> {
        self.at += 1;
        let Some(escaped) = self.rest().chars().next() else { return Err(self.wrong("a text breaks off")) };
        self.at += escaped.len_utf8();
        let plain = match escaped {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            '"' | '\\' | '/' => escaped,
            'u' => return self.unicode(text, start),
            // `\'`: what software writes that takes JSON for JavaScript.
            other => {
                text.push(other);
                return Ok(true);
            }
        };
        text.push(plain);
        Ok(false)
    }

    fn unicode(&mut self, text: &mut String, start: usize) -> Result<bool, ReadError> {
        let Some(first) = self.hex() else {
            if self.rest().len() >= 4 {
                self.at = start + 1;
            } else {
                self.at = self.text.len();
            }
            return Err(self.wrong("\\u needs four hexadecimal digits"));
        };
        let before = self.at;
        let second = match first {
            0xd800..=0xdbff if self.rest().starts_with("\\u") => {
                self.at += 2;
                self.hex().filter(|unit| (0xdc00..=0xdfff).contains(unit))
            }
            _ => None,
        };
        if second.is_none() {
            self.at = before;
        }
        let units = [first, second.unwrap_or_default()];
        let length = 1 + usize::from(second.is_some());
        let read = char::decode_utf16(units.into_iter().take(length)).next().and_then(Result::ok);
        text.push(read.unwrap_or(char::REPLACEMENT_CHARACTER));
        Ok(read.is_none())
    }

    fn hex(&mut self) -> Option<u16> {
        let digits = self.rest().get(..4).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
        self.at += 4;
        u16::from_str_radix(digits, 16).ok()
    }

    /// A number, or one of the words that are values.
    fn word(&mut self, field: &str) -> Result<Value, ReadError> {
        let rest = self.rest();
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        let end = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        let word = rest.get(..end).unwrap_or_default();
        let value = match word {
            "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "NaN" | "-NaN" | "Infinity" | "-Infinity" => {
                self.notes.note(Problem::NotFinite, field, || word.to_owned());
                Value::Null
            }
            _ if word.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => {
                return self.number(word, field);
            }
            _ if end == rest.len() && end > 0 => {
                self.at = self.text.len();
                return Err(self.wrong("a value breaks off"));
            }
            _ => return Err(self.wrong("a value is missing")),
        };
        self.at += end;
        Ok(value)
    }

    fn number(&mut self, word: &str, field: &str) -> Result<Value, ReadError> {
        let digits = |at: usize| word.bytes().skip(at).take_while(u8::is_ascii_digit).count();
        let starts = |at: usize, with: &[u8]| word.as_bytes().get(at).is_some_and(|byte| with.contains(byte));
        let mut end = usize::from(starts(0, b"-"));
        let whole = digits(end);
        // A zero in front could mean octal.
        let is_good = whole == 1 || (whole > 1 && !starts(end, b"0"));
        end += if is_good { whole } else { whole.min(1) };
        let mut is_integer = true;
        let mut is_whole = is_good;
        if is_whole && starts(end, b".") {
            is_integer = false;
            end += 1 + digits(end + 1);
            is_whole = starts(end - 1, b"0123456789");
        }
        if is_whole && starts(end, b"eE") {
            is_integer = false;
            end += 1 + usize::from(starts(end + 1, b"+-"));
            is_whole = digits(end) > 0;
            end += digits(end);
        }
        if !is_whole || end < word.len() {
            self.at += end;
            return Err(self.wrong("this is no number"));
        }
        self.at += word.len();
        if is_integer {
            let exact =
                word.parse::<i64>().map(Number::from).or_else(|_| word.parse::<u64>().map(Number::from));
            let is_large = word.trim_start_matches('-').parse::<u64>().map_or(true, |size| size > EXACT);
            if is_large {
                self.notes.note(Problem::LargeNumber, field, || word.to_owned());
            }
            // As text it keeps its digits.
            return Ok(exact.map_or_else(|_| Value::String(word.to_owned()), Value::Number));
        }
        let number = word.parse::<f64>().ok().and_then(Number::from_f64);
        if number.is_none() {
            self.notes.note(Problem::NotFinite, field, || word.to_owned());
        }
        Ok(number.map_or(Value::Null, Value::Number))
    }
}
