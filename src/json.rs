//! JSON that the browser has parsed, as the model and as serde read it. serde_json's own parser would be a sixth of the widget.

use std::fmt;

use alentour_model::json::Json;
use serde::de::value::{SeqDeserializer, StrDeserializer};
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor,
};
use serde::forward_to_deserialize_any;
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

    /// Reads it into a type; `None` where it is not one.
    pub fn read<T: DeserializeOwned>(self) -> Option<T> {
        T::deserialize(self).ok()
    }
}

/// A value is not what a type wants. Nobody reads why, and words for each reason would take a kilobyte.
#[derive(Debug)]
pub struct Mismatch;

impl fmt::Display for Mismatch {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Mismatch {}

impl de::Error for Mismatch {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl IntoDeserializer<'_, Mismatch> for Parsed {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Parsed {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match (self.0.as_string(), self.list()) {
            (Some(text), _) => visitor.visit_string(text),
            (None, Some(values)) => visitor.visit_seq(SeqDeserializer::new(values.into_iter())),
            (None, None) => Err(Mismatch),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_map(Fields { object: self, names: fields.iter(), value: None })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct seq tuple tuple_struct
        map enum identifier ignored_any
    }
}

/// Those fields of an object that a type asks for.
struct Fields {
    object: Parsed,
    names: std::slice::Iter<'static, &'static str>,
    value: Option<Parsed>,
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Mismatch;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Mismatch> {
        for name in self.names.by_ref() {
            self.value = self.object.field(name);
            if self.value.is_some() {
                return seed.deserialize(StrDeserializer::new(name)).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Mismatch> {
        seed.deserialize(self.value.take().ok_or(Mismatch)?)
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
