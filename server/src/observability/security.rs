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

/// First names and towns of those who agree to be named were listed, that many.
pub fn signers_listed(count: u64) {
    info!(target: TARGET, count, "signers listed");
}

/// It was decided on the command line who is named, of that many.
pub fn signers_decided(count: u64) {
    info!(target: TARGET, count, "signers approved or refused by hand");
}

/// Where participants meet was read on the command line.
pub fn venue_shown(initiative: &str) {
    info!(target: TARGET, initiative, "venue shown");
}

/// Where participants meet was said, or is told no more; that many are owed a mail.
pub fn venue_changed(initiative: &str, told: u64) {
    info!(target: TARGET, initiative, told, "venue changed");
}

/// An organiser's answers to requests were given on the command line, that many.
pub fn answered_by_hand(count: u64) {
    info!(target: TARGET, count, "requests answered by hand");
}

/// An account was made or changed (`kept`), invited to a team (`invited`), given another role (`role`), a token or one less (`token`), or removed
/// (`removed`).
pub fn account_changed(what: &'static str) {
    info!(target: TARGET, what, "account changed");
}

/// What was proposed here was read on the command line, with the address of whoever has proposed it.
pub fn proposal_shown(initiative: &str) {
    info!(target: TARGET, initiative, "proposal shown");
}

/// A back-up was restored, with that many sign-ups.
pub fn restored(count: u64) {
    info!(target: TARGET, count, "back-up restored");
}

/// The installation's secret was rotated.
pub fn secret_rotated() {
    info!(target: TARGET, "secret rotated");
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn each_line_has_the_target_that_the_documentation_names() {
        let buffer = Buffer::default();
        let writer = buffer.clone();
        let subscriber = tracing_subscriber::fmt().json().with_writer(move || writer.clone()).finish();
        tracing::subscriber::with_default(subscriber, || {
            link_used("confirm", true);
            exported("atelier", 3);
            erased_by_hand(2);
            answered_by_hand(4);
            signers_listed(6);
            signers_decided(7);
            venue_shown("atelier");
            venue_changed("atelier", 8);
            proposal_shown("atelier");
            restored(5);
            secret_rotated();
        });
        let text = String::from_utf8(buffer.0.lock().unwrap().clone()).unwrap();
        let lines: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(lines.len() == 11 && lines.iter().all(|line| line["target"] == "security"), "{text}");
        assert_eq!(lines[0]["fields"]["message"], "link used");
        assert_eq!(lines[0]["fields"]["done"], true);
        assert_eq!(lines[1]["fields"]["count"], 3);
    }
}
