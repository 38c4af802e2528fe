//! One initiative.

pub mod detail;
mod essentials;
mod programme;
