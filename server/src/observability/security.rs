//! The security log: who had what handed out, erased, restored or exchanged, on a tracing target of its own. Nothing personal is
//! in it: no address, no name, no link, no identifier of a sign-up.
//!
//! `ALENTOUR_LOG=info,security=info` shows it; `jq 'select(.target == "security")'` picks it out of the JSON.

use tracing::info;

/// The target of its lines.
pub(super) const TARGET: &str = "security";

/// A mailed link was pressed to do something. `purpose` is what it may be used for; `done` is whether anything changed.
pub fn link_used(purpose: &'static str, done: bool) {
    info!(target: TARGET, purpose, done, "link used");
}

/// Sign-ups of an initiative were exported, that many.
pub fn exported(initiative: &str, count: u64) {
    info!(target: TARGET, initiative, count, "sign-ups exported");
}

/// Somebody's sign-ups were erased on the command line, that many.
pub fn erased_by_hand(count: u64) {
    info!(target: TARGET, count, "sign-ups erased by hand");
}

/// A back-up was restored, with that many sign-ups.
pub fn restored(count: u64) {
    info!(target: TARGET, count, "back-up restored");
}

/// The installation's secret was rotated.
pub fn secret_rotated() {
    info!(target: TARGET, "secret rotated");
}
