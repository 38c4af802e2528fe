//! The error that a command ends with. It is below all commands, and below what they call.

/// Why a command failed, in words for the person at the terminal.
pub type CommandError = Box<dyn std::error::Error + Send + Sync>;
