//! Delivery as it goes on: what is due is taken as places become free, so that no message waits for the end of another
//! person's. Mails to persons and messages to sinks have places of their own: a receiver that takes its time keeps no mail waiting.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tracing::error;

use super::{AT_ONCE, Outbox, POLL, TAKEN};
use crate::store::{Digest, LEASE, OutboxMessage, Recipients, StoreError};

/// Whose messages go the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Mails to persons.
    Persons,
    /// Messages to sinks.
    Sinks,
}

impl Lane {
    /// Each.
    pub const ALL: [Self; 2] = [Self::Persons, Self::Sinks];
}

/// Messages that are taken and not begun at most.
const MOST_READY: usize = 4 * TAKEN as usize;

/// A message that was taken, and when.
type Taken = (OutboxMessage, Instant);

impl Outbox {
    /// Delivers what is due in a lane until told to stop: at once when woken, else every few seconds. What is on its way is
    /// finished first, and what was taken and not begun is given back.
    pub(super) async fn run_lane(self: &Arc<Self>, lane: Lane, wake: &Notify, mut stop: watch::Receiver<()>) {
        let mut ready: VecDeque<Taken> = VecDeque::new();
        let (mut sending, mut busy) = (JoinSet::new(), HashSet::new());
        let mut stopping = false;
        loop {
            // One person's many mails, one after the other, leave the places to others.
            let has_room = sending.len() < AT_ONCE && ready.len() < MOST_READY;
            if has_room && !stopping && !ready.iter().any(|taken| may_begin(taken, &busy)) {
                match self.take(lane).await {
                    Ok(taken) => ready.extend(taken.into_iter().map(|message| (message, Instant::now()))),
                    Err(error) => error!(%error, "the outbox cannot be read"),
                }
            }
            while sending.len() < AT_ONCE
                && let Some((message, begun)) = next(&mut ready, &busy)
            {
                let person = message.email_h;
                if message.kind.is_mail() {
                    busy.insert(person);
                }
                let outbox = self.clone();
                let now = jiff::Timestamp::now().as_second();
                // A task of its own: should one message make us panic, it costs the others nothing.
                let task = tokio::spawn(async move { outbox.deliver_group(vec![message], begun, now).await });
                sending.spawn(async move {
                    let _ = task.await;
                    person
                });
            }
            if stopping && sending.is_empty() {
                return;
            }
            // Past what waits for a receiver that is away the next message is a long way: worth it every few seconds, not
            // after each sign-up.
            let open = self.circuit_breaker.open(jiff::Timestamp::now().as_second());
            let is_open = open.iter().any(|sink| sink.is_empty() == (lane == Lane::Persons));
            tokio::select! {
                _ = stop.changed(), if !stopping => {
                    stopping = true;
                    self.stopping.store(true, Ordering::Relaxed);
                }
                Some(done) = sending.join_next(), if !sending.is_empty() => {
                    if let Ok(person) = done {
                        busy.remove(&person);
                    }
                }
                () = wake.notified(), if !is_open && !stopping => {}
                () = tokio::time::sleep(POLL) => {}
            }
        }
    }

    /// Takes what is due in a lane, if its receivers may be tried.
    async fn take(&self, lane: Lane) -> Result<Vec<OutboxMessage>, StoreError> {
        let now = jiff::Timestamp::now().as_second();
        let open = self.circuit_breaker.open(now);
        match lane {
            Lane::Persons if open.iter().any(String::is_empty) => Ok(Vec::new()),
            Lane::Persons => self.store.claim(now, LEASE, TAKEN, Recipients::Persons).await,
            Lane::Sinks => self.store.claim(now, LEASE, TAKEN, Recipients::SinksExcept(&open)).await,
        }
    }
}

/// The first message that may be begun: one person's mails go one after the other, so that the mails of the day are counted as
/// they go out.
fn next(ready: &mut VecDeque<Taken>, busy: &HashSet<Digest>) -> Option<Taken> {
    let place = ready.iter().position(|taken| may_begin(taken, busy))?;
    ready.remove(place)
}

fn may_begin((message, _): &Taken, busy: &HashSet<Digest>) -> bool {
    !message.kind.is_mail() || !busy.contains(&message.email_h)
}
