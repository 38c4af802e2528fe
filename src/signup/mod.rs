//! Signing up: the form, and how it is sent.

pub mod attempt;
pub mod field;
pub mod form;
mod small_print;
