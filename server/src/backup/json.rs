//! Values of columns in the files of a back-up: bytes are in hexadecimal.

use serde_json::Value as Json;

use crate::error::CommandError;
use crate::store::{Table, Type, Value, hex};

/// A value as it is written.
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Bytes(bytes) => bytes.as_deref().map(hex).into(),
        Value::Text(text) => text.clone().into(),
        Value::Integer(number) => (*number).into(),
        Value::Flag(flag) => (*flag).into(),
    }
}

/// A row of that table as it was written.
///
/// # Errors
/// Where it is none.
pub fn from_json(table: &Table, row: &[Json]) -> Result<Vec<Value>, CommandError> {
    let wrong = || format!("a row of {} is not one", table.name);
    if row.len() != table.columns.len() {
        return Err(wrong().into());
    }
    let value = |(value, (_, kind)): (&Json, &(&str, Type))| match (kind, value) {
        (Type::Bytes, Json::Null) => Some(Value::Bytes(None)),
        (Type::Bytes, Json::String(text)) => Some(Value::Bytes(Some(::hex::decode(text).ok()?))),
        (Type::Text, Json::Null) => Some(Value::Text(None)),
        (Type::Text, Json::String(text)) => Some(Value::Text(Some(text.clone()))),
        (Type::Integer, Json::Null) => Some(Value::Integer(None)),
        (Type::Integer, Json::Number(number)) => Some(Value::Integer(Some(number.as_i64()?))),
        (Type::Flag, Json::Bool(flag)) => Some(Value::Flag(*flag)),
        _ => None,
    };
    row.iter().zip(table.columns).map(value).collect::<Option<_>>().ok_or_else(|| wrong().into())
}
