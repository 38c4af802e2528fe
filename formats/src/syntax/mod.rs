//! What feeds are written in: characters, JSON and an object a line, XML, tables, HTML. Nothing here knows what a feed is about.

pub(crate) mod decode;
pub(crate) mod html;
pub(crate) mod html_text;
pub(crate) mod json;
pub(crate) mod markup;
pub(crate) mod ndjson;
mod plain;
mod simple_html;
pub(crate) mod table;
pub(crate) mod value;
pub(crate) mod xml;
