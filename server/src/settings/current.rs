//! The settings as they are at the moment: those of the file, and beside them what was settled in pages.

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use super::Settings;
use super::made::{Part, with};
use crate::store::MadeParts;

/// The settings at the moment. Clones share them; where somebody settles something else, each reads that from then on.
///
/// What was settled before stays in memory, so that whoever reads it at that moment may go on: some hundred bytes each time that an operator presses
/// a button.
#[derive(Clone)]
pub struct CurrentSettings(Arc<Version>, Arc<AtomicBool>);

/// The settings, and those that came after them.
struct Version {
    settings: Settings,
    parts: MadeParts,
    next: OnceLock<Box<Self>>,
}

impl CurrentSettings {
    /// Those of the file alone.
    pub fn new(given: Settings) -> Self {
        let first = Version { settings: given, parts: MadeParts::new(), next: OnceLock::new() };
        Self(Arc::new(first), Arc::default())
    }

    /// Notes whether a mail to try the mail server with was taken.
    pub fn note_trial(&self, is_taken: bool) {
        self.1.store(!is_taken, Ordering::Relaxed);
    }

    /// Whether the last such mail was refused, since this server was started and since the mail server is settled.
    pub fn is_mail_refused(&self) -> bool {
        self.1.load(Ordering::Relaxed)
    }

    /// Takes what is settled in pages now. Says whether that is something else.
    pub fn learn(&self, parts: MadeParts) -> bool {
        let mut last = self.latest();
        if last.parts == parts {
            return false;
        }
        let settings = with(&self.0.settings, &parts);
        let mut version = Box::new(Version { settings, parts, next: OnceLock::new() });
        // Another one may have come meanwhile: then after that.
        while let Err(again) = last.next.set(version) {
            version = again;
            last = last.next.get().map_or(last, |next| next);
        }
        true
    }

    /// What is settled in pages.
    pub fn parts(&self) -> &MadeParts {
        &self.latest().parts
    }

    /// Whether the file, or the environment, says a part: then a page cannot.
    pub fn is_given(&self, part: Part) -> bool {
        part.is_in(&self.0.settings)
    }

    /// Whether the file says where visitors reach this server.
    pub fn gives_public_url(&self) -> bool {
        self.0.settings.public_url.is_some()
    }

    fn latest(&self) -> &Version {
        let mut version: &Version = &self.0;
        while let Some(next) = version.next.get() {
            version = next;
        }
        version
    }
}

impl Default for CurrentSettings {
    fn default() -> Self {
        Self::new(Settings::default())
    }
}

impl Deref for CurrentSettings {
    type Target = Settings;

    fn deref(&self) -> &Settings {
        &self.latest().settings
    }
}

impl Drop for Version {
    /// One after the other: a long list would fill the stack.
    fn drop(&mut self) {
        let mut next = self.next.take();
        while let Some(mut version) = next {
            next = version.next.take();
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parts(name: &str) -> MadeParts {
        MadeParts::from([("controller".to_owned(), json!({ "name": name }))])
    }

    #[test]
    fn what_is_settled_is_read_by_everybody_and_what_was_before_by_who_has_it() {
        let current = CurrentSettings::new(Settings::default());
        let (other, before): (_, &Settings) = (current.clone(), &current);
        assert!(current.learn(parts("Les Amis")));
        assert_eq!((other.controller.name.as_str(), before.controller.name.as_str()), ("Les Amis", ""));
        assert!(!other.learn(parts("Les Amis")));
        assert!(other.learn(MadeParts::new()) && current.controller.name.is_empty());
    }

    #[test]
    fn what_stands_in_the_file_wins() {
        let given = Settings::parse("[controller]\nname = \"Maison\"").unwrap();
        let current = CurrentSettings::new(given);
        current.learn(parts("Les Amis"));
        assert_eq!(current.controller.name, "Maison");
        assert!(current.is_given(Part::Controller) && !current.is_given(Part::Mail));
    }

    #[test]
    fn many_changes_are_dropped_without_a_deep_stack() {
        let mut chain: Option<Box<Version>> = None;
        for _ in 0..100_000 {
            let version =
                Version { settings: Settings::default(), parts: MadeParts::new(), next: OnceLock::new() };
            if let Some(next) = chain.take() {
                let _ = version.next.set(next);
            }
            chain = Some(Box::new(version));
        }
        drop(chain);
    }
}
