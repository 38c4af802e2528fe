//! The one type that Leptos' server functions want of the crate [wasm-streams](https://docs.rs/wasm-streams), and nothing behind it.
//!
//! We have no server functions. The crate itself exports its classes to JavaScript whether they are used or not, and with them comes
//! what an error of the system says in words: some 3 KB of brotli that every telephone would fetch.

use futures_util::stream::{Empty, Stream};
use wasm_bindgen::JsValue;

/// A stream of JavaScript's, which there is none of.
pub enum ReadableStream {}

impl ReadableStream {
    /// # Panics
    /// Always: only server functions that stream would call it.
    pub fn from_stream<S: Stream<Item = Result<JsValue, JsValue>> + 'static>(_: S) -> Self {
        unimplemented!("streams")
    }

    /// # Panics
    /// Always: only server functions that stream would call it.
    pub fn from_raw(_: web_sys::ReadableStream) -> Self {
        unimplemented!("streams")
    }

    /// What JavaScript would see.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        match self {}
    }

    /// What Rust would see.
    pub fn into_stream(self) -> Empty<Result<JsValue, JsValue>> {
        match self {}
    }
}
