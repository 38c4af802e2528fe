//! Rows of the four types of [`Value`], whichever database they were read from.

use sqlx::{ColumnIndex, Decode, Type};

use super::Digest;
use super::tables::{self, Table, Value};

/// A row that was read. The error of each: there is no such column, or it is of another type.
pub trait Row: Send + Sync {
    /// Bytes, or nothing.
    fn bytes(&self, column: &str) -> Result<Option<Vec<u8>>, sqlx::Error>;
    /// A text, or nothing.
    fn text(&self, column: &str) -> Result<Option<String>, sqlx::Error>;
    /// A number, or nothing.
    fn integer(&self, column: &str) -> Result<Option<i64>, sqlx::Error>;
    /// Yes, or no.
    fn flag(&self, column: &str) -> Result<bool, sqlx::Error>;
}

impl dyn Row + '_ {
    /// A digest. One of another length cannot be equal to any, but to that of nobody.
    pub fn digest(&self, column: &str) -> Result<Digest, sqlx::Error> {
        Ok(self.bytes(column)?.and_then(|bytes| bytes.try_into().ok()).unwrap_or_default())
    }

    /// A text that is there, or an empty one.
    pub fn string(&self, column: &str) -> Result<String, sqlx::Error> {
        Ok(self.text(column)?.unwrap_or_default())
    }

    /// A number that is there, or 0.
    pub fn number(&self, column: &str) -> Result<i64, sqlx::Error> {
        Ok(self.integer(column)?.unwrap_or_default())
    }

    /// The columns of a table.
    pub fn values(&self, table: &Table) -> Result<Vec<Value>, sqlx::Error> {
        let value = |(name, kind): &(&str, tables::Type)| {
            Ok(match kind {
                tables::Type::Bytes => Value::Bytes(self.bytes(name)?),
                tables::Type::Text => Value::Text(self.text(name)?),
                tables::Type::Integer => Value::Integer(self.integer(name)?),
                tables::Type::Flag => Value::Flag(self.flag(name)?),
            })
        };
        table.columns.iter().map(value).collect()
    }
}

impl<R> Row for R
where
    R: sqlx::Row,
    for<'i> &'i str: ColumnIndex<R>,
    for<'r> Option<Vec<u8>>: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> Option<String>: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> Option<i64>: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> bool: Decode<'r, R::Database> + Type<R::Database>,
{
    fn bytes(&self, column: &str) -> Result<Option<Vec<u8>>, sqlx::Error> {
        self.try_get(column)
    }

    fn text(&self, column: &str) -> Result<Option<String>, sqlx::Error> {
        self.try_get(column)
    }

    fn integer(&self, column: &str) -> Result<Option<i64>, sqlx::Error> {
        self.try_get(column)
    }

    fn flag(&self, column: &str) -> Result<bool, sqlx::Error> {
        self.try_get(column)
    }
}
