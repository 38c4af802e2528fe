//! Signing up: the form, what is typed into it, and how it is sent.

pub mod attempt;
pub mod draft;
pub mod field;
pub mod form;
pub mod pending;
mod proof;
mod small_print;
