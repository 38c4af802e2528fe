//! Values in the shapes that exports give them: JSON within a text, a text in several languages.

use std::io;

use serde_json::Value;

/// Bytes of JSON within a text. A thousand entries, which is what a list may have, take less.
const PACKED: usize = 1 << 20;

/// JSON within a text: what exports to tables make of lists and objects.
pub(crate) fn unpack(text: &str) -> Option<Value> {
    let text = text.trim();
    (text.starts_with(['[', '{']) && text.len() <= PACKED).then(|| serde_json::from_str(text).ok())?
}

/// What a finding shows of a value: its first 80 characters.
pub(crate) fn shown(value: &Value) -> String {
    if let Some(text) = value.as_str() {
        return text.chars().take(80).collect();
    }
    // The value may be as large as the feed: it is written as far as it is shown.
    let mut beginning = Beginning(Vec::new());
    let _ = serde_json::to_writer(&mut beginning, value);
    String::from_utf8_lossy(&beginning.0).chars().take(80).collect()
}

/// The first bytes of what is written; then writing fails.
struct Beginning(Vec<u8>);

impl Beginning {
    /// More than 80 characters of four bytes.
    const BYTES: usize = 400;
}

impl io::Write for Beginning {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() >= Self::BYTES {
            return Err(io::ErrorKind::WriteZero.into());
        }
        let taken = bytes.len().min(Self::BYTES);
        self.0.extend(bytes.iter().take(taken));
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Languages that feeds are written in, French first: the others' order is that of preference where it has none.
const LANGUAGES: [&str; 24] = [
    "fr", "en", "es", "ar", "de", "it", "pt", "nl", "ca", "eu", "br", "oc", "co", "lb", "pl", "ro", "ru",
    "tr", "uk", "zh", "el", "sv", "da", "io",
];

/// Of a text in several languages (`{"fr": …, "en": …}`) the French one, or the first that says something; any
/// other value as it is.
pub(crate) fn localised(value: &Value) -> &Value {
    let Value::Object(map) = value else { return value };
    if map.is_empty() || !map.keys().all(|key| LANGUAGES.contains(&key.as_str())) {
        return value;
    }
    let says = |value: &&Value| !value.is_null() && value.as_str() != Some("");
    LANGUAGES.iter().filter_map(|language| map.get(*language)).find(says).unwrap_or(&Value::Null)
}

/// The words of an entry: a text, or an object that names itself.
pub(crate) fn named(value: &Value) -> Option<&str> {
    let words = match value {
        Value::Object(map) => {
            let names = ["name", "label", "title", "prefLabel", "tag"];
            names.iter().find_map(|name| map.get(*name)).map(localised)?
        }
        other => other,
    };
    words.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn of_a_text_in_several_languages_the_french_one_is_taken_or_one_that_says_something() {
        assert_eq!(localised(&json!({"en": "Market", "fr": "Marché"})), "Marché");
        assert_eq!(localised(&json!({"fr": "", "es": null, "en": "Market"})), "Market");
        assert_eq!(localised(&json!({"fr": null})), &Value::Null);
        for value in [json!({"fr": "a", "name": "b"}), json!({}), json!("fr"), json!({"id": "x"})] {
            assert_eq!(localised(&value), &value);
        }
    }

    #[test]
    fn of_a_value_its_first_eighty_characters_are_shown() {
        for value in [
            json!({"a": ["é".repeat(100), 1]}),
            json!("é".repeat(100)),
            json!([1, null]),
            json!(vec!["x"; 10_000]),
        ] {
            let whole = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            assert_eq!(shown(&value), whole.chars().take(80).collect::<String>());
        }
    }

    #[test]
    fn only_lists_and_objects_are_unpacked_from_a_text() {
        assert_eq!(unpack(" [1] "), Some(json!([1])));
        for text in ["[1", "1", "\"a\"", "", "[à partir de 4 ans]"] {
            assert_eq!(unpack(text), None, "{text}");
        }
    }
}
