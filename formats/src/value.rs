//! Values in the shapes that exports give them: JSON within a text, a text in several languages.

use serde_json::Value;

/// JSON within a text: what exports to tables make of lists and objects.
pub(crate) fn unpack(text: &str) -> Option<Value> {
    let text = text.trim();
    text.starts_with(['[', '{']).then(|| serde_json::from_str(text).ok())?
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
pub(crate) fn named(value: &Value) -> Option<String> {
    let words = match value {
        Value::Object(map) => {
            let names = ["name", "label", "title", "prefLabel", "tag"];
            names.iter().find_map(|name| map.get(*name)).map(localised)?
        }
        other => other,
    };
    words.as_str().map(str::to_owned)
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
    fn only_lists_and_objects_are_unpacked_from_a_text() {
        assert_eq!(unpack(" [1] "), Some(json!([1])));
        for text in ["[1", "1", "\"a\"", "", "[à partir de 4 ans]"] {
            assert_eq!(unpack(text), None, "{text}");
        }
    }
}
