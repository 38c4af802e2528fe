//! What an operator sees of the server: logs, metrics, health. Nothing personal is in any of them.

pub mod health;
pub mod logs;
pub mod metrics;
pub mod security;
