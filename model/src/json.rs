//! A JSON document, whoever parsed it: serde on a server, the browser itself in the widget, where a parser of our
//! own would be a tenth of all that is downloaded.

use serde_json::Value;

/// A value of a parsed JSON document. Cheap to clone.
pub trait Json: Clone {
    /// A field of an object; `None` where there is none, or no object.
    fn field(&self, name: &str) -> Option<Self>;
    /// Whether it is an object.
    fn is_object(&self) -> bool;
    /// Whether it says nothing: `null` or `""`.
    fn is_blank(&self) -> bool;
    /// The values of a list.
    fn list(&self) -> Option<Vec<Self>>;
    /// A boolean.
    fn flag(&self) -> Option<bool>;
    /// Text; numbers are written out.
    fn text(&self) -> Option<String>;
    /// A finite number, also one written as text (`"46,3"` as well).
    fn number(&self) -> Option<f64>;
    /// What a finding shows of it: at most 80 characters.
    fn shown(&self) -> String;
}

impl Json for &Value {
    fn field(&self, name: &str) -> Option<Self> {
        self.get(name)
    }

    fn is_object(&self) -> bool {
        Value::is_object(self)
    }

    fn is_blank(&self) -> bool {
        self.is_null() || self.as_str() == Some("")
    }

    fn list(&self) -> Option<Vec<Self>> {
        self.as_array().map(|values| values.iter().collect())
    }

    fn flag(&self) -> Option<bool> {
        self.as_bool()
    }

    fn text(&self) -> Option<String> {
        match self {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().replace(',', ".").parse().ok(),
            _ => None,
        }
        .filter(|number: &f64| number.is_finite())
    }

    fn shown(&self) -> String {
        let text = self.as_str().map_or_else(|| self.to_string(), str::to_owned);
        text.chars().take(80).collect()
    }
}
