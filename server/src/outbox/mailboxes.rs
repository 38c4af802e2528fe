//! Mailboxes that mails are on their way to: addresses that differ may be the same mailbox, and its mails are counted.

use std::sync::{Mutex, PoisonError};

use crate::store::Digest;

/// Mails to one mailbox of an account, or of an address that has confirmed a proposal, in 24 hours: more than to those who sign up, for a stranger
/// who asks for links would else keep an organiser out.
pub const A_DAY: u64 = 30;

/// Messages that are on their way, in the order in which they began, each with its mailbox.
#[derive(Default)]
pub struct Mailboxes(Mutex<Vec<(String, Digest)>>);

/// A message that is on its way, until it is dropped.
pub struct OnItsWay<'a> {
    mailboxes: &'a Mailboxes,
    id: &'a str,
}

impl Mailboxes {
    /// A message that begins.
    pub fn begin<'a>(&'a self, id: &'a str) -> OnItsWay<'a> {
        OnItsWay { mailboxes: self, id }
    }

    /// Notes which mailbox a message goes to. How many that began before it are on their way there.
    pub fn enter(&self, id: &str, mailbox: &Digest) -> u64 {
        let mut under_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = under_way.iter().filter(|(_, other)| other == mailbox).count();
        under_way.push((id.to_owned(), *mailbox));
        before as u64
    }
}

impl Drop for OnItsWay<'_> {
    fn drop(&mut self) {
        let mut under_way = self.mailboxes.0.lock().unwrap_or_else(PoisonError::into_inner);
        under_way.retain(|(id, _)| id != self.id);
    }
}
