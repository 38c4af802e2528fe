//! Signing up: the form, and how it is sent.

#[cfg(target_arch = "wasm32")]
pub mod alert;
pub mod course;
pub mod field;
pub mod form;
mod group;
mod guests;
mod letter;
mod needs;
mod others;
pub mod place;
mod question;
pub mod session;
mod small_print;
mod spread;
mod summary;
mod thanks;
mod week;
mod without_script;
