//! One message on its way: who it is for, what there is to say, and whether there still is.

use alentour_model::Initiative;
use alentour_texts::Language;
use lettre::Address;
use serde_json::Value;

use super::backoff::DeliveryError;
use super::event::Event;
use super::{Outbox, mobilizon, organiser, osdi, person, sealed, webhook};
use crate::http::Error;
use crate::settings::{Channel, Sink};
use crate::store::{MailedLink, MessageKind, OutboxMessage, Purpose, SignUpRecord};

/// Mails to one person in 24 hours. Whoever signs somebody up again and again does not fill their mailbox.
const MAILS_A_DAY: u64 = 10;
const DAY: i64 = 86_400;
const HOUR: i64 = 3600;

impl Outbox {
    /// Writes to the person.
    pub(super) async fn to_person(&self, owed: &OutboxMessage, now: i64) -> Result<(), DeliveryError> {
        let (Some(mailer), Some(public_url)) = (&self.mailer, &self.settings.public_url) else {
            return Err(DeliveryError::Final("the settings have no [mail] any more".into()));
        };
        let all = self.store.of_person(&owed.email_h).await.map_err(|_| unreadable())?;
        let stored = match owed.kind {
            MessageKind::Access => all.last(),
            _ => all.iter().find(|one| one.initiative == owed.initiative),
        };
        // Gone, or expired, or confirmed in the meantime: there is nothing left to say.
        let Some(stored) = stored.filter(|one| one.expires_at > now) else { return Ok(()) };
        if owed.kind == MessageKind::Confirm && stored.confirmed_at.is_some() {
            return Ok(());
        }
        // A link that is good for 24 hours from the request on.
        let access_until = owed.created_at + DAY;
        if owed.kind == MessageKind::Access && now > access_until - HOUR {
            return Err(DeliveryError::Final(
                "its link would be out of date: they can ask for another".into(),
            ));
        }
        let mails = self.store.mails_since(&owed.email_h, now - DAY).await.map_err(|_| unreadable())?;
        if mails >= MAILS_A_DAY {
            return Err(DeliveryError::PutOff(
                6 * HOUR,
                format!("{MAILS_A_DAY} mails in 24 hours are enough"),
            ));
        }
        let to = stored.person.email.parse::<Address>();
        let to =
            to.map_err(|_| DeliveryError::Final("the address is none that mail can be sent to".into()))?;
        let initiative = match owed.kind {
            MessageKind::Access => None,
            _ => self.initiative(&owed.initiative)?,
        };
        let mut about = person::About {
            language: Language::parse(&stored.language).unwrap_or(Language::DEFAULT),
            controller: &self.settings.controller,
            stored,
            initiative: initiative.as_ref(),
            confirm: None,
            access: None,
        };
        let base = public_url.trim_end_matches('/');
        if owed.kind != MessageKind::Access && stored.confirmed_at.is_none() {
            let token = self.grant(owed, Purpose::Confirm, stored.expires_at).await?;
            about.confirm = Some(format!("{base}/confirm/{token}"));
        }
        let changes = owed.kind == MessageKind::Again
            && person::wish(owed, &about).is_some()
            && now < access_until - HOUR;
        if owed.kind == MessageKind::Access || changes {
            let token = self.grant(owed, Purpose::Access, access_until).await?;
            about.access = Some(format!("{base}/me/{token}"));
        }
        mailer.send(owed, person::letter(owed, &about, to), now).await
    }

    /// Makes a link good. The same one for each attempt to send the message.
    async fn grant(
        &self,
        owed: &OutboxMessage,
        purpose: Purpose,
        expires_at: i64,
    ) -> Result<String, DeliveryError> {
        let secret = self.store.secret();
        let token = match (owed.kind, purpose) {
            // That message may carry two links, one of each kind.
            (MessageKind::Again, Purpose::Access) => {
                secret.token(&OutboxMessage { id: format!("{} access", owed.id), ..owed.clone() })
            }
            _ => secret.token(owed),
        };
        let initiative = match purpose {
            Purpose::Confirm => owed.initiative.clone(),
            Purpose::Access => String::new(),
        };
        let granted = MailedLink { email_h: owed.email_h, initiative, purpose, expires_at, used_at: None };
        self.store.create_link(&secret.token_hash(&token), &granted).await.map_err(|_| unreadable())?;
        Ok(token)
    }

    /// Tells one of the operator's sinks.
    pub(super) async fn to_sink(&self, owed: &OutboxMessage, now: i64) -> Result<(), DeliveryError> {
        let Some(sink) = self.settings.sinks.iter().find(|sink| sink.name == owed.sink) else {
            return Err(DeliveryError::Final("the settings have no sink of that name any more".into()));
        };
        let detail: Value = serde_json::from_str(&owed.detail).unwrap_or_default();
        let word = |name: &str| detail.get(name).and_then(Value::as_str).map(str::to_owned);
        let stored: Option<SignUpRecord> = match owed.kind {
            MessageKind::Erased => None,
            _ => {
                let all = self.store.of_person(&owed.email_h).await.map_err(|_| unreadable())?;
                match all.into_iter().find(|one| one.initiative == owed.initiative) {
                    Some(stored) => Some(stored),
                    // Erased meanwhile: that is an event of its own.
                    None => return Ok(()),
                }
            }
        };
        let signup = match &stored {
            Some(stored) => stored.id.clone(),
            None => word("id").unwrap_or_default(),
        };
        let initiative = self.initiative(&owed.initiative)?;
        let event = Event {
            owed,
            signup,
            initiative: initiative.as_ref(),
            stored: stored.as_ref(),
            consent: word("consent"),
        };
        self.tell(sink, &event, now).await
    }

    async fn tell(&self, sink: &Sink, event: &Event<'_>, now: i64) -> Result<(), DeliveryError> {
        let sealed = match (&sink.public_key, event.owed.kind) {
            // An erasure says nothing about anybody, and must be understood without a key.
            (None, _) | (_, MessageKind::Erased) => None,
            (Some(key), _) => {
                let failed = || DeliveryError::Final("the public key is none".into());
                Some(sealed::seal(event.to_json(), key).ok_or_else(failed)?)
            }
        };
        match &sink.channel {
            Channel::Webhook { url, secret } => {
                let json = sealed.unwrap_or_else(|| event.to_json());
                webhook::send(&self.agent, url, secret, &event.owed.id, &json, now).await
            }
            Channel::Mail { to } => {
                let mailer = self.mailer.as_ref();
                let mailer = mailer
                    .ok_or_else(|| DeliveryError::Final("the settings have no [mail] any more".into()))?;
                let to = to.parse().map_err(|_| DeliveryError::Final("the sink's address is none".into()))?;
                mailer.send(event.owed, organiser::letter(event, sealed, to), now).await
            }
            Channel::Osdi { url, token } => osdi::send(&self.agent, url, token, event).await,
            Channel::Mobilizon { url, event: id, token } => {
                mobilizon::send(&self.agent, url, id, token, event).await
            }
        }
    }

    /// The initiative as the feed has it; `None` where it has left the feed.
    fn initiative(&self, id: &str) -> Result<Option<Initiative>, DeliveryError> {
        match self.feeds.initiative(id) {
            Ok(initiative) => Ok(Some(initiative)),
            Err(Error::NotFound) => Ok(None),
            // It begins to be read as the server starts.
            Err(_) => Err(DeliveryError::PutOff(60, "a feed has not been read yet".into())),
        }
    }
}

fn unreadable() -> DeliveryError {
    DeliveryError::passing("the database could not be read")
}
