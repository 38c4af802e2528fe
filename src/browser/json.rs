//! JSON that the browser has parsed, as the model reads it. serde_json's parser would be 20 KB (brotli) of the widget, and serde's
//! deserialisation of what the browser has parsed 1.4 KB.

use alentour_model::json::Json;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = JSON, js_name = parse, catch)]
    fn parse_json(text: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = String)]
    fn to_text(value: &JsValue) -> String;
    #[wasm_bindgen(js_name = Number)]
    fn to_number(text: &str) -> f64;

    type Properties;
    #[wasm_bindgen(method, indexing_getter)]
    fn get(this: &Properties, name: &str) -> JsValue;
}

/// A value that `JSON.parse` has made: no getters, no proxies, nothing that runs code when it is looked at.
#[derive(Clone)]
pub struct Parsed(JsValue);

impl From<JsValue> for Parsed {
    fn from(value: JsValue) -> Self {
        Self(value)
    }
}

impl Parsed {
    /// Parses a text; `None` for what is no JSON.
    pub fn parse(text: &str) -> Option<Self> {
        parse_json(text.trim_start_matches('\u{feff}')).ok().map(Self)
    }
}

impl Json for Parsed {
    fn field(&self, name: &str) -> Option<Self> {
        if !self.is_object() {
            return None;
        }
        let value = self.0.unchecked_ref::<Properties>().get(name);
        // A function is no JSON: it is a name that every object inherits, such as `toString`.
        (!value.is_undefined() && !value.is_function()).then_some(Self(value))
    }

    fn is_object(&self) -> bool {
        self.0.is_object() && !js_sys::Array::is_array(&self.0)
    }

    fn is_blank(&self) -> bool {
        self.0.is_null() || (self.0.is_string() && self.0.is_falsy())
    }

    fn list(&self) -> Option<Vec<Self>> {
        self.0.dyn_ref::<js_sys::Array>().map(|list| list.iter().map(Self).collect())
    }

    fn flag(&self) -> Option<bool> {
        self.0.as_bool()
    }

    fn text(&self) -> Option<String> {
        self.0.as_string().or_else(|| self.0.as_f64().map(|_| to_text(&self.0)))
    }

    fn number(&self) -> Option<f64> {
        let written = || {
            self.0
                .as_string()
                .filter(|text| !text.trim().is_empty())
                .map(|text| to_number(&text.replace(',', ".")))
        };
        self.0.as_f64().or_else(written).filter(|number| number.is_finite())
    }

    fn shown(&self) -> String {
        String::new()
    }
}
