//! Delivering what is owed: mails to people, news to organisers. At least once each, with the same id each time.
//!
//! [`Outbox::deliver_due`] is one round, for a time that the caller says; [`Outbox::run`] makes rounds until it is told to stop.

mod attempt;
pub mod commands;
mod http;
mod mail;
mod mobilizon;
mod news;
mod organiser;
mod osdi;
mod person;
pub mod sealed;
pub(crate) mod texts;
mod webhook;
pub(crate) mod words;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use alentour_model::Initiative;
use futures_util::StreamExt;
use lettre::Address;
use serde_json::Value;
use tokio::sync::{Notify, watch};
use tracing::{error, info, warn};
use ureq::Agent;

use self::attempt::Failure;
use self::mail::Mailer;
use self::news::News;
use crate::error::Error;
use crate::feeds::Feeds;
use crate::settings::{Channel, Settings, Sink};
use crate::state::AppState;
use crate::store::{Attempt, Digest, Kind, Owed, Purpose, Store, StoreError, Stored, Token};

/// Messages taken at once.
const TAKEN: u32 = 32;
/// Messages on their way at once.
const AT_ONCE: usize = 8;
/// Seconds that a message is ours. 32 messages, 8 at once, a minute each at the very most, are sent within.
const LEASE: i64 = 300;
/// After so long in a round no further message is begun: its lease might end before it does.
const ROUND: Duration = Duration::from_secs(200);
/// How long one message may take in all, its receiver being slow at every step.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often the outbox is looked at if nobody wakes us: another process may owe something too.
const POLL: Duration = Duration::from_secs(3);
/// Mails to one person in 24 hours. Whoever signs somebody up again and again does not fill their mailbox.
const MAILS_A_DAY: u64 = 10;
const DAY: i64 = 86_400;
const HOUR: i64 = 3600;
/// Failures in a row after which a receiver is taken to be down, and seconds until one message tries it again.
const DOWN_AFTER: u32 = 3;
const DOWN_FOR: i64 = 60;

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

/// Delivers what is owed.
pub struct Outbox {
    store: Arc<dyn Store>,
    feeds: Arc<Feeds>,
    settings: Arc<Settings>,
    mailer: Option<Mailer>,
    agent: Agent,
    /// By sink (empty: the mail server): failures to reach it in a row, and when it may be tried again (UTC seconds).
    down: Mutex<HashMap<String, (u32, i64)>>,
    stopping: AtomicBool,
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
        let mailer =
            state.settings.mail.as_ref().map(|mail| Mailer::new(mail, options.patience)).transpose()?;
        let agent =
            crate::outgoing::agent(options.allow_private, "--allow-private-sinks", options.patience, 0);
        Ok(Arc::new(Self {
            store: state.store.clone(),
            feeds: state.feeds.clone(),
            settings: state.settings.clone(),
            mailer,
            agent,
            down: Mutex::default(),
            stopping: AtomicBool::new(false),
        }))
    }

    /// Makes rounds until told to stop: at once when woken, else every few seconds. What is on its way is finished first.
    pub async fn run(self: Arc<Self>, wake: Arc<Notify>, mut stop: watch::Receiver<()>) {
        loop {
            let round = self.deliver_due(jiff::Timestamp::now().as_second());
            tokio::pin!(round);
            let done = tokio::select! {
                done = &mut round => done,
                _ = stop.changed() => {
                    self.stopping.store(true, Ordering::Relaxed);
                    let _ = round.await;
                    return;
                }
            };
            match done {
                // There may be more.
                Ok(round) if round.taken == TAKEN as usize => continue,
                Ok(_) => {}
                Err(error) => error!(%error, "the outbox cannot be read"),
            }
            tokio::select! {
                _ = stop.changed() => return,
                () = wake.notified() => {}
                () = tokio::time::sleep(POLL) => {}
            }
        }
    }

    /// Takes what is due at `now` (UTC seconds), tries to send it and notes what became of it.
    ///
    /// # Errors
    /// Where the outbox cannot be read. What cannot be noted is sent again once its lease has ended.
    pub async fn deliver_due(self: &Arc<Self>, now: i64) -> Result<Round, StoreError> {
        let begun = Instant::now();
        let taken = self.store.claim(now, LEASE, TAKEN).await?;
        let mut round = Round { taken: taken.len(), ..Round::default() };
        let groups = by_person(taken);
        let mut sending = futures_util::stream::iter(groups)
            .map(|group| {
                let outbox = self.clone();
                // A task of its own: should one message make us panic, it costs the others nothing.
                let task = tokio::spawn(async move { outbox.deliver_group(group, begun, now).await });
                async move { task.await.unwrap_or_default() }
            })
            .buffer_unordered(AT_ONCE);
        while let Some(part) = sending.next().await {
            round.sent += part.sent;
            round.later += part.later;
            round.dead += part.dead;
        }
        Ok(round)
    }

    async fn deliver_group(&self, group: Vec<Owed>, begun: Instant, now: i64) -> Round {
        let mut round = Round::default();
        for owed in group {
            if begun.elapsed() > ROUND {
                break;
            }
            let attempt = match self.stopping.load(Ordering::Relaxed) {
                true => Attempt::Later(now, "not tried: the server was stopping".into()),
                false => self.attempt(&owed, now).await,
            };
            let (id, kind, sink) = (&owed.id, owed.kind.as_str(), &owed.sink);
            match &attempt {
                Attempt::Sent(_) => round.sent += 1,
                Attempt::Later(_, why) => {
                    round.later += 1;
                    info!(id, kind, sink, attempts = owed.attempts, why, "message not sent yet");
                }
                Attempt::Dead(_, why) => {
                    round.dead += 1;
                    warn!(
                        id,
                        kind,
                        sink,
                        attempts = owed.attempts,
                        why,
                        "message given up: see alentour outbox list --dead"
                    );
                }
            }
            if let Err(error) = self.store.settle(&owed, &attempt).await {
                error!(id, %error, "what became of a message cannot be noted: it may be sent again");
            }
        }
        round
    }

    async fn attempt(&self, owed: &Owed, now: i64) -> Attempt {
        if self.is_down(&owed.sink, now) {
            return Failure::passing("not tried: the last ones found nobody there").settle(owed, now);
        }
        let sending = async {
            match owed.kind.is_mail() {
                true => self.to_person(owed, now).await,
                false => self.to_sink(owed, now).await,
            }
        };
        let sent = tokio::time::timeout(PATIENCE, sending).await;
        let sent = sent.unwrap_or_else(|_| Err(Failure::Unreachable("it took too long".into())));
        self.note_reached(&owed.sink, &sent, now);
        match sent {
            Ok(()) => Attempt::Sent(now),
            Err(failure) => failure.settle(owed, now),
        }
    }

    /// Whether the receiver was not there the last times. Thousands of messages to one that takes its time to fail would keep
    /// the mails waiting.
    fn is_down(&self, sink: &str, now: i64) -> bool {
        let mut down = self.down.lock().unwrap_or_else(PoisonError::into_inner);
        match down.get_mut(sink) {
            Some((failures, until)) if *failures >= DOWN_AFTER => {
                let wait = now < *until;
                // The one that is let through now finds out for the others.
                if !wait {
                    *until = now + DOWN_FOR;
                }
                wait
            }
            _ => false,
        }
    }

    fn note_reached(&self, sink: &str, sent: &Result<(), Failure>, now: i64) {
        let mut down = self.down.lock().unwrap_or_else(PoisonError::into_inner);
        match sent {
            Err(Failure::Unreachable(_)) => {
                let (failures, until) = down.entry(sink.to_owned()).or_default();
                *failures += 1;
                *until = now + DOWN_FOR;
            }
            Err(Failure::PutOff(..)) => {}
            _ => {
                down.remove(sink);
            }
        }
    }

    async fn to_person(&self, owed: &Owed, now: i64) -> Result<(), Failure> {
        let (Some(mailer), Some(public_url)) = (&self.mailer, &self.settings.public_url) else {
            return Err(Failure::Final("the settings have no [mail] any more".into()));
        };
        let all = self.store.of_person(&owed.email_h).await.map_err(|_| unreadable())?;
        let stored = match owed.kind {
            Kind::Access => all.last(),
            _ => all.iter().find(|one| one.initiative == owed.initiative),
        };
        // Gone, or expired, or confirmed in the meantime: there is nothing left to say.
        let Some(stored) = stored.filter(|one| one.expires_at > now) else { return Ok(()) };
        if owed.kind == Kind::Confirm && stored.confirmed_at.is_some() {
            return Ok(());
        }
        // A link that is good for 24 hours from the request on.
        let access_until = owed.created_at + DAY;
        if owed.kind == Kind::Access && now > access_until - HOUR {
            return Err(Failure::Final("its link would be out of date: they can ask for another".into()));
        }
        let mails = self.store.mails_since(&owed.email_h, now - DAY).await.map_err(|_| unreadable())?;
        if mails >= MAILS_A_DAY {
            return Err(Failure::PutOff(6 * HOUR, format!("{MAILS_A_DAY} mails in 24 hours are enough")));
        }
        let to = stored.person.email.parse::<Address>();
        let to = to.map_err(|_| Failure::Final("the address is none that mail can be sent to".into()))?;
        let initiative = match owed.kind {
            Kind::Access => None,
            _ => self.initiative(&owed.initiative)?,
        };
        let mut about = person::About {
            texts: texts::of(&stored.language),
            controller: &self.settings.controller,
            stored,
            initiative: initiative.as_ref(),
            confirm: None,
            access: None,
        };
        let base = public_url.trim_end_matches('/');
        if owed.kind != Kind::Access && stored.confirmed_at.is_none() {
            let token = self.grant(owed, Purpose::Confirm, stored.expires_at).await?;
            about.confirm = Some(format!("{base}/confirm/{token}"));
        }
        let changes =
            owed.kind == Kind::Again && person::wish(owed, &about).is_some() && now < access_until - HOUR;
        if owed.kind == Kind::Access || changes {
            let token = self.grant(owed, Purpose::Access, access_until).await?;
            about.access = Some(format!("{base}/me/{token}"));
        }
        mailer.send(owed, person::letter(owed, &about, to), now).await
    }

    /// Makes a link good. The same one for each attempt to send the message.
    async fn grant(&self, owed: &Owed, purpose: Purpose, expires_at: i64) -> Result<String, Failure> {
        let secret = self.store.secret();
        let token = match (owed.kind, purpose) {
            // That message may carry two links, one of each kind.
            (Kind::Again, Purpose::Access) => {
                secret.token(&Owed { id: format!("{} access", owed.id), ..owed.clone() })
            }
            _ => secret.token(owed),
        };
        let initiative = match purpose {
            Purpose::Confirm => owed.initiative.clone(),
            Purpose::Access => String::new(),
        };
        let granted = Token { email_h: owed.email_h, initiative, purpose, expires_at, used_at: None };
        self.store.grant(&secret.token_hash(&token), &granted).await.map_err(|_| unreadable())?;
        Ok(token)
    }

    async fn to_sink(&self, owed: &Owed, now: i64) -> Result<(), Failure> {
        let Some(sink) = self.settings.sinks.iter().find(|sink| sink.name == owed.sink) else {
            return Err(Failure::Final("the settings have no sink of that name any more".into()));
        };
        let detail: Value = serde_json::from_str(&owed.detail).unwrap_or_default();
        let word = |name: &str| detail.get(name).and_then(Value::as_str).map(str::to_owned);
        let stored: Option<Stored> = match owed.kind {
            Kind::Erased => None,
            _ => {
                let all = self.store.of_person(&owed.email_h).await.map_err(|_| unreadable())?;
                match all.into_iter().find(|one| one.initiative == owed.initiative) {
                    Some(stored) => Some(stored),
                    // Erased meanwhile: that is news of its own.
                    None => return Ok(()),
                }
            }
        };
        let signup = match &stored {
            Some(stored) => self.store.secret().signup_id(&stored.email_h, &stored.initiative),
            None => word("id").unwrap_or_default(),
        };
        let initiative = self.initiative(&owed.initiative)?;
        let news = News {
            owed,
            signup,
            initiative: initiative.as_ref(),
            stored: stored.as_ref(),
            consent: word("consent"),
        };
        self.tell(sink, &news, now).await
    }

    async fn tell(&self, sink: &Sink, news: &News<'_>, now: i64) -> Result<(), Failure> {
        let sealed = match (&sink.public_key, news.owed.kind) {
            // An erasure says nothing about anybody, and must be understood without a key.
            (None, _) | (_, Kind::Erased) => None,
            (Some(key), _) => {
                let failed = || Failure::Final("the public key is none".into());
                Some(sealed::seal(news.event(), key).ok_or_else(failed)?)
            }
        };
        match &sink.channel {
            Channel::Webhook { url, secret } => {
                let event = sealed.unwrap_or_else(|| news.event());
                webhook::send(&self.agent, url, secret, &news.owed.id, &event, now).await
            }
            Channel::Mail { to } => {
                let mailer = self.mailer.as_ref();
                let mailer =
                    mailer.ok_or_else(|| Failure::Final("the settings have no [mail] any more".into()))?;
                let to = to.parse().map_err(|_| Failure::Final("the sink's address is none".into()))?;
                mailer.send(news.owed, organiser::letter(news, sealed, to), now).await
            }
            Channel::Osdi { url, token } => osdi::send(&self.agent, url, token, news).await,
            Channel::Mobilizon { url, event, token } => {
                mobilizon::send(&self.agent, url, event, token, news).await
            }
        }
    }

    /// The initiative as the feed has it; `None` where it has left the feed.
    fn initiative(&self, id: &str) -> Result<Option<Initiative>, Failure> {
        match self.feeds.initiative(id) {
            Ok(initiative) => Ok(Some(initiative)),
            Err(Error::NotFound) => Ok(None),
            // It begins to be read as the server starts.
            Err(_) => Err(Failure::PutOff(60, "a feed has not been read yet".into())),
        }
    }
}

fn unreadable() -> Failure {
    Failure::passing("the database could not be read")
}

/// One person's messages one after the other, so that the mails of the day are counted as they go out; the others each for itself.
fn by_person(taken: Vec<Owed>) -> Vec<Vec<Owed>> {
    let mut groups: Vec<Vec<Owed>> = Vec::new();
    let mut places: HashMap<Digest, usize> = HashMap::new();
    for owed in taken {
        if !owed.kind.is_mail() {
            groups.push(vec![owed]);
            continue;
        }
        let place = *places.entry(owed.email_h).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(owed),
            None => groups.push(vec![owed]),
        }
    }
    groups
}
