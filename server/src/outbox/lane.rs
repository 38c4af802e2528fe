//! Delivery as it goes on: what is due is taken as places become free, so that no message waits for the end of another
//! person's. Mails to persons, what organisers write to many, and messages to sinks have places of their own: neither a receiver that takes its
//! time nor a thousand mails of one message keep a confirmation waiting.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tracing::error;

use super::mail::CONNECTIONS;
use super::{AT_ONCE, Outbox, POLL, Round, TAKEN};
use crate::store::{Delivery, Digest, LEASE, OutboxMessage, Recipients, StoreError, WHO_ASKS};

/// Whose messages go the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Mails to persons.
    Persons,
    /// What organisers write to many.
    Many,
    /// Messages to sinks.
    Sinks,
}

impl Lane {
    /// Each.
    pub const ALL: [Self; 3] = [Self::Persons, Self::Many, Self::Sinks];

    /// Messages on their way at once. Each that the receiver has taken and that is not noted yet goes out again where the process is killed in
    /// between, and to a mail server nearby that is most of them: of a message to thousands as many as there are connections that are kept,
    /// each of which carries the next mail only once the last one is noted.
    fn at_once(self) -> usize {
        match self {
            Self::Persons | Self::Sinks => AT_ONCE,
            Self::Many => CONNECTIONS as usize,
        }
    }
}

/// Messages that are taken and not begun at most.
const MOST_READY: usize = 4 * TAKEN as usize;

/// A message that was taken, and when.
type Taken = (OutboxMessage, Instant);

/// Delivers what is due in a lane until told to stop: at once when woken, else every few seconds. What is on its way is
/// finished first, and what was taken and not begun is given back.
pub async fn run(outbox: &Arc<Outbox>, lane: Lane, wake: &Notify, mut stop: watch::Receiver<()>) {
    let mut traffic = Traffic::new(outbox, lane);
    let mut stopping = false;
    loop {
        let now = jiff::Timestamp::now().as_second();
        if traffic.has_room() && !stopping {
            match traffic.take(now).await {
                Ok(_) => {}
                Err(error) => error!(%error, "the outbox cannot be read"),
            }
        }
        traffic.begin(now);
        if stopping && traffic.sending.is_empty() {
            return;
        }
        // Past what waits for a receiver that is away the next message is a long way: worth it every few seconds, not
        // after each sign-up.
        let is_open = !traffic.open(now).is_empty();
        tokio::select! {
            _ = stop.changed(), if !stopping => {
                stopping = true;
                outbox.stopping.store(true, Ordering::Relaxed);
            }
            Some(_) = traffic.end(), if !traffic.sending.is_empty() => {}
            () = wake.notified(), if !is_open && !stopping => {}
            () = tokio::time::sleep(POLL) => {}
        }
    }
}

/// Takes what is due in a lane at `now` (UTC seconds), and delivers it to the end.
///
/// # Errors
/// Where the outbox cannot be read.
pub async fn round(outbox: &Arc<Outbox>, lane: Lane, now: i64) -> Result<Round, StoreError> {
    let mut traffic = Traffic::new(outbox, lane);
    let mut round = Round { taken: traffic.take(now).await?, ..Round::default() };
    loop {
        traffic.begin(now);
        match traffic.end().await {
            None => return Ok(round),
            // It panicked: its lease ends by itself.
            Some(None) => {}
            Some(Some(Delivery::Sent(_) | Delivery::Mailed(..) | Delivery::Unneeded(_))) => round.sent += 1,
            Some(Some(Delivery::Later(..) | Delivery::PutOff(..))) => round.later += 1,
            Some(Some(Delivery::Dead(..))) => round.dead += 1,
        }
    }
}

/// What is under way in a lane.
struct Traffic<'a> {
    outbox: &'a Arc<Outbox>,
    lane: Lane,
    /// Taken and not begun.
    ready: VecDeque<Taken>,
    /// On their way: whose each is, and what became of it.
    sending: JoinSet<(Digest, Option<Delivery>)>,
    /// Whose mails are on their way.
    busy: HashSet<Digest>,
}

impl<'a> Traffic<'a> {
    fn new(outbox: &'a Arc<Outbox>, lane: Lane) -> Self {
        Self { outbox, lane, ready: VecDeque::new(), sending: JoinSet::new(), busy: HashSet::new() }
    }

    /// Whether there are places, and nothing that may take them: one person's many mails, one after the other, leave the
    /// places to others.
    fn has_room(&self) -> bool {
        self.sending.len() < self.lane.at_once() && self.ready.len() < MOST_READY && self.next().is_none()
    }

    /// The lane's receivers that are not to be tried.
    fn open(&self, now: i64) -> Vec<String> {
        let open = self.outbox.circuit_breaker.open(now).into_iter().map(|(sink, _)| sink);
        open.filter(|sink| sink.is_empty() == (self.lane != Lane::Sinks)).collect()
    }

    /// Takes what is due, if its receivers may be tried. How many messages that are.
    async fn take(&mut self, now: i64) -> Result<usize, StoreError> {
        let open = self.open(now);
        let to = match self.lane {
            Lane::Persons | Lane::Many if !open.is_empty() => return Ok(0),
            Lane::Persons => Recipients::Persons,
            Lane::Many => Recipients::Many,
            Lane::Sinks => Recipients::SinksExcept(&open),
        };
        let mut taken = Vec::new();
        loop {
            let most = TAKEN.saturating_sub(taken.len().try_into().unwrap_or(TAKEN));
            let mut some = self.outbox.store.claim(now, LEASE, most, to).await?;
            let before = some.len();
            for message in some.extract_if(.., |message| message.sink == WHO_ASKS) {
                self.outbox.pass_on(&message).await;
            }
            // What was passed on is due, and what waited for it to be.
            let is_done = some.len() == before;
            taken.extend(some);
            if is_done || taken.len() >= TAKEN as usize {
                break;
            }
        }
        let count = taken.len();
        self.ready.extend(taken.into_iter().map(|message| (message, Instant::now())));
        Ok(count)
    }

    /// Begins what may be begun.
    fn begin(&mut self, now: i64) {
        while self.sending.len() < self.lane.at_once()
            && let Some((message, taken)) = self.next().and_then(|place| self.ready.remove(place))
        {
            let person = message.email_h;
            if message.kind.is_mail() {
                self.busy.insert(person);
            }
            let outbox = self.outbox.clone();
            // A task of its own: should one message make us panic, it costs the others nothing.
            let task = tokio::spawn(async move { outbox.deliver(&message, taken, now).await });
            self.sending.spawn(async move { (person, task.await.ok()) });
        }
    }

    /// Waits for the end of one. `None` where none is on its way.
    async fn end(&mut self) -> Option<Option<Delivery>> {
        let (person, delivery) = self.sending.join_next().await?.ok()?;
        self.busy.remove(&person);
        Some(delivery)
    }

    /// Where the first message is that may be begun: one person's mails go one after the other, so that the mails of the day
    /// are counted as they go out.
    fn next(&self) -> Option<usize> {
        self.ready
            .iter()
            .position(|(message, _)| !message.kind.is_mail() || !self.busy.contains(&message.email_h))
    }
}
