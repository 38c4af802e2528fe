//! One initiative.

pub mod detail;
