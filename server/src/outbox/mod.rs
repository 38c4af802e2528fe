//! Delivering messages: mails to people, events to organisers. At least once each, with the same id each time.
//!
//! [`Outbox::run`] delivers until it is told to stop; [`Outbox::deliver_due`] is one round, for a time that the caller says.

mod account;
mod backoff;
pub(crate) mod broadcast;
pub(crate) mod event;
mod http;
mod lane;
mod mail;
mod mailboxes;
mod mobilizon;
mod news;
mod organiser;
mod osdi;
mod person;
mod placement;
mod proposal;
pub mod sealed;
mod send;
mod subject;
pub mod trial;
mod webhook;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use lettre::Address;
use metrics::counter;
use tokio::sync::{Notify, watch};
use tracing::{error, info, warn};
use ureq::Agent;

use self::backoff::DeliveryError;
use self::lane::Lane;
use self::mail::Mailer;
use self::mailboxes::Mailboxes;
use self::send::Sent;
use crate::circuit_breaker::{CircuitBreaker, OPEN_FOR};
use crate::feeds::Feeds;
use crate::recent::Recent;
use crate::settings::{Channel, CurrentSettings, Mail};
use crate::state::AppState;
use crate::store::{Delivery, OutboxMessage, Store, StoreError};

/// Messages taken at once.
const TAKEN: u32 = 32;
/// Messages on their way at once, but for what organisers write to many ([`Lane`]).
const AT_ONCE: usize = 8;
/// After so long no message that was taken is begun: its lease might end before it does.
const ROUND: Duration = Duration::from_secs(200);
/// How long one message may take in all, its receiver being slow at every step.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often the outbox is looked at if nobody wakes us: another process may have enqueued something.
const POLL: Duration = Duration::from_secs(3);
/// Milliseconds that a mail is taken to need until one was sent.
const FIRST_MAIL: u64 = 300;

/// What may be settled about the delivery beside the [`Settings`].
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Send to sinks at private addresses, and without https, too.
    pub allow_private: bool,
    /// How long a receiver may take to answer.
    pub patience: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { allow_private: false, patience: http::PATIENCE }
    }
}

/// What a round has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Messages that were taken.
    pub taken: usize,
    /// Those of them that need no further attempt.
    pub sent: usize,
    /// Those that will be tried again.
    pub later: usize,
    /// Those that were given up.
    pub dead: usize,
}

/// Delivers messages.
pub struct Outbox {
    state: AppState,
    store: Arc<dyn Store>,
    feeds: Arc<Feeds>,
    settings: CurrentSettings,
    recent: Arc<Recent>,
    /// What sends mails as the settings had it last.
    mailer: Mutex<Option<(Mail, Arc<Mailer>)>>,
    patience: Duration,
    agent: Agent,
    circuit_breaker: Arc<CircuitBreaker>,
    stopping: AtomicBool,
    mailboxes: Mailboxes,
    /// How long the last mail took that was sent.
    mail_millis: AtomicU64,
}

impl Outbox {
    /// One for that service.
    ///
    /// # Errors
    /// In words: an address in the settings is none that may be used.
    pub fn new(state: &AppState, options: Options) -> Result<Arc<Self>, String> {
        for sink in &state.settings.sinks {
            let checked = match &sink.channel {
                Channel::Webhook { url, .. } | Channel::Osdi { url, .. } | Channel::Mobilizon { url, .. } => {
                    http::check(url, options.allow_private)
                }
                Channel::Mail { to } => match to.parse::<Address>() {
                    Ok(_) => Ok(()),
                    Err(_) => Err(format!("{to} is no mail address")),
                },
            };
            checked.map_err(|why| format!("sink \"{}\": {why}", sink.name))?;
        }
        let mailer = match &state.settings.mail {
            Some(mail) => Some((mail.clone(), Arc::new(Mailer::new(mail, options.patience)?))),
            None => None,
        };
        let agent = crate::http::http_client::agent(
            options.allow_private,
            "--allow-private-sinks",
            options.patience,
            0,
        );
        Ok(Arc::new(Self {
            state: state.clone(),
            store: state.store.clone(),
            feeds: state.feeds.clone(),
            settings: state.settings.clone(),
            recent: state.recent.clone(),
            mailer: Mutex::new(mailer),
            patience: options.patience,
            agent,
            circuit_breaker: state.circuit_breaker.clone(),
            stopping: AtomicBool::new(false),
            mailboxes: Mailboxes::default(),
            mail_millis: AtomicU64::new(FIRST_MAIL),
        }))
    }

    /// What sends mails, as the settings have it now; `None` where none are sent.
    fn mailer(&self) -> Option<Arc<Mailer>> {
        let wanted = self.settings.mail.as_ref()?;
        let mut made = self.mailer.lock().unwrap_or_else(PoisonError::into_inner);
        if made.as_ref().is_none_or(|(mail, _)| mail != wanted) {
            let mailer = Mailer::new(wanted, self.patience);
            let mailer = mailer.inspect_err(|why| error!(why, "no mail can be sent")).ok()?;
            *made = Some((wanted.clone(), Arc::new(mailer)));
        }
        made.as_ref().map(|(_, mailer)| mailer.clone())
    }

    /// Delivers until told to stop: at once when woken, else every few seconds. What is on its way is finished first.
    pub async fn run(self: Arc<Self>, wake: Arc<Notify>, stop: watch::Receiver<()>) {
        let wakes = Lane::ALL.map(|_| Notify::new());
        let lanes = Lane::ALL.iter().zip(&wakes);
        let lanes = lanes.map(|(lane, wake)| lane::run(&self, *lane, wake, stop.clone()));
        let pass_on = async {
            loop {
                wake.notified().await;
                wakes.iter().for_each(Notify::notify_one);
            }
        };
        tokio::select! {
            _ = futures_util::future::join_all(lanes) => {}
            () = pass_on => {}
        }
    }

    /// One round: takes what is due at `now` (UTC seconds), tries to send it and notes what became of it.
    ///
    /// # Errors
    /// Where the outbox cannot be read. What cannot be noted is sent again once its lease has ended.
    pub async fn deliver_due(self: &Arc<Self>, now: i64) -> Result<Round, StoreError> {
        let rounds = Lane::ALL.map(|lane| lane::round(self, lane, now));
        let mut all = Round::default();
        for round in futures_util::future::try_join_all(rounds).await? {
            all.taken += round.taken;
            all.sent += round.sent;
            all.later += round.later;
            all.dead += round.dead;
        }
        Ok(all)
    }

    /// Tries to send a message that was taken at `taken`, and notes what became of it.
    async fn deliver(&self, message: &OutboxMessage, taken: Instant, now: i64) -> Delivery {
        // Until it is noted, it counts among those on their way.
        let _on_its_way = self.mailboxes.begin(&message.id);
        let put_off = |why: &str| Delivery::PutOff(now, format!("not tried: {why}"));
        let delivery = match self.stopping.load(Ordering::Relaxed) {
            true => put_off("the server was stopping"),
            false if taken.elapsed() > ROUND => put_off("its turn came too late"),
            false => self.attempt(message, now).await,
        };
        let (id, kind, sink, attempts) =
            (&message.id, message.kind.as_str(), &message.sink, message.attempts);
        let result = match &delivery {
            Delivery::Sent(_) | Delivery::Mailed(..) | Delivery::Unneeded(_) => "sent",
            Delivery::Later(_, why) | Delivery::PutOff(_, why) => {
                info!(id, kind, sink, attempts, why, "message not sent yet");
                "later"
            }
            Delivery::Dead(_, why) => {
                warn!(id, kind, sink, attempts, why, "message given up: see alentour outbox list --dead");
                "dead"
            }
        };
        counter!("alentour_deliveries_total", "kind" => kind, "result" => result).increment(1);
        if let Err(error) = self.store.record_delivery(message, &delivery).await {
            error!(id, %error, "what became of a message cannot be noted: it may be sent again");
        }
        delivery
    }

    async fn attempt(&self, message: &OutboxMessage, now: i64) -> Delivery {
        if self.circuit_breaker.is_open(&message.sink, now) {
            let why = "not tried: the last ones found nobody there".into();
            return DeliveryError::PutOff(OPEN_FOR, why).delivery(message, now);
        }
        let begun = Instant::now();
        let mut sent = self.send(message, now).await;
        if message.kind.is_mail() {
            self.take_as_long(&sent, begun.elapsed()).await;
            // Something to say may have come meanwhile, and relies on this mail.
            if matches!(sent, Ok(Sent::Unneeded)) {
                sent = self.send(message, now).await;
            }
        }
        match sent {
            Ok(Sent::Out) => Delivery::Sent(now),
            Ok(Sent::Mailed(mailbox)) => Delivery::Mailed(now, mailbox),
            Ok(Sent::Unneeded) => Delivery::Unneeded(now),
            Err(failure) => failure.delivery(message, now),
        }
    }

    /// Sends a message within the time that it may take, and tells the circuit breaker.
    async fn send(&self, message: &OutboxMessage, now: i64) -> Result<Sent, DeliveryError> {
        let sending = async {
            match message.kind.is_mail() {
                true => self.to_person(message, now).await,
                false => self.to_sink(message, now).await,
            }
        };
        let sent = tokio::time::timeout(PATIENCE, sending).await;
        let sent = sent.unwrap_or_else(|_| Err(DeliveryError::Unreachable("it took too long".into())));
        // Where there was nothing left to say, or it was put off, nobody was tried.
        if !matches!(sent, Ok(Sent::Unneeded) | Err(DeliveryError::PutOff(..))) {
            let is_there = !matches!(sent, Err(DeliveryError::Unreachable(_)));
            self.circuit_breaker.note(&message.sink, is_there, now);
        }
        sent
    }

    /// Lets a mail that is not sent take as long as the last one that was: when the next mail goes out would tell whether there
    /// was anybody to write to.
    async fn take_as_long(&self, sent: &Result<Sent, DeliveryError>, took: Duration) {
        match sent {
            Ok(Sent::Mailed(_) | Sent::Out) => {
                let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
                self.mail_millis.store(millis, Ordering::Relaxed);
            }
            Ok(Sent::Unneeded) | Err(DeliveryError::PutOff(..)) => {
                let last = Duration::from_millis(self.mail_millis.load(Ordering::Relaxed));
                tokio::time::sleep(last.saturating_sub(took)).await;
            }
            Err(_) => {}
        }
    }
}
