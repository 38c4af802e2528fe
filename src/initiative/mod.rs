//! One initiative: the facts that cards and details share, and the detail.

pub mod detail;
pub mod facts;
