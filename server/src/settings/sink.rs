//! Where sign-ups go.

use serde::Deserialize;

use crate::store::{MessageKind, WHO_ASKS};

/// Where sign-ups go.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Sink {
    /// Names it: in the outbox, for good.
    pub name: String,
    /// Identifiers of the initiatives whose sign-ups go there; all, where none is named.
    #[serde(default)]
    pub initiatives: Vec<String>,
    /// Events that it asks for beside those about sign-ups as they are: [`MessageKind::ON_REQUEST`], by their words. For webhooks.
    #[serde(default)]
    pub events: Vec<String>,
    /// The organiser's public key (X25519, 64 hexadecimal digits; `alentour keys new` makes one): then only they can read what
    /// people wrote. For webhooks and mails.
    #[serde(default)]
    pub public_key: Option<String>,
    /// How they get there.
    #[serde(flatten)]
    pub channel: Channel,
}

impl Sink {
    /// Whether it asks for that event.
    pub fn asks_for(&self, kind: MessageKind) -> bool {
        self.events.iter().any(|event| event == kind.as_str())
    }

    /// Whether it fits together.
    pub(super) fn check(&self, has_mail: bool) -> Result<(), String> {
        if self.name == WHO_ASKS {
            return Err(format!("sink \"{}\": that is no name", self.name));
        }
        let known = MessageKind::ON_REQUEST.map(MessageKind::as_str);
        if let Some(event) = self.events.iter().find(|event| !known.contains(&event.as_str())) {
            return Err(format!("sink \"{}\": events: {event:?} is none of {}", self.name, known.join(", ")));
        }
        if !self.events.is_empty() && !matches!(self.channel, Channel::Webhook { .. }) {
            return Err(format!("sink \"{}\": only a webhook can ask for events", self.name));
        }
        if let Some(key) = &self.public_key {
            if !is_public_key(key) {
                return Err(format!("sink \"{}\": public-key is not 64 hexadecimal digits", self.name));
            }
            if matches!(self.channel, Channel::Osdi { .. } | Channel::Mobilizon { .. }) {
                return Err(format!("sink \"{}\": only a webhook or a mail can be sealed", self.name));
            }
        }
        match &self.channel {
            Channel::Webhook { secret, .. } if secret.len() < 16 => {
                return Err(format!("sink \"{}\": its secret is shorter than 16 characters", self.name));
            }
            Channel::Mail { .. } if !has_mail => {
                return Err(format!("sink \"{}\": needs [mail] in the settings file, too", self.name));
            }
            _ => {}
        }
        Ok(())
    }
}

/// How sign-ups get somewhere.
#[derive(Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Channel {
    /// `POST` of a signed JSON event.
    Webhook {
        /// https address.
        url: String,
        /// Key of the signature, 16 characters or more.
        secret: String,
    },
    /// A mail to the organiser, one a sign-up.
    Mail {
        /// Their address.
        to: String,
    },
    /// Action Network or another server of the OSDI API: its "record attendance" and "record signature" helpers.
    Osdi {
        /// The helper's address.
        url: String,
        /// The API's key.
        token: String,
    },
    /// A Mobilizon event: an anonymous participation.
    Mobilizon {
        /// The instance's address.
        url: String,
        /// The event's number there.
        event: String,
        /// An access token, where the instance asks for one.
        #[serde(default)]
        token: String,
    },
}

// Keys and tokens are in no log.
impl std::fmt::Debug for Channel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Webhook { .. } => "Webhook",
            Self::Mail { .. } => "Mail",
            Self::Osdi { .. } => "Osdi",
            Self::Mobilizon { .. } => "Mobilizon",
        })
    }
}

/// Whether a text is an X25519 key as [`Sink::public_key`] has it.
fn is_public_key(text: &str) -> bool {
    let digits = text.trim().as_bytes();
    digits.len() == 64 && digits.iter().all(u8::is_ascii_hexdigit)
}
