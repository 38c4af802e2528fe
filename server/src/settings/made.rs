//! What can be settled in pages, where the file says nothing of it: who answers for the data, how mail is sent, when back-ups are made.

use serde::{Deserialize, Serialize};
use tracing::warn;

use super::{BackUp, Controller, Mail, Settings};
use crate::store::MadeParts;

/// What can be settled in pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Who answers for the data.
    Controller,
    /// How mail is sent, and where visitors reach this server: mails have links.
    Mail,
    /// Where back-ups go, and how often.
    BackUp,
}

impl Part {
    /// The word for it in the database and in the trail.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Controller => "controller",
            Self::Mail => "mail",
            Self::BackUp => "back-up",
        }
    }

    /// Whether these settings say it.
    pub fn is_in(self, settings: &Settings) -> bool {
        match self {
            Self::Controller => settings.controller != Controller::default(),
            Self::Mail => settings.mail.is_some(),
            Self::BackUp => settings.back_up.is_some(),
        }
    }
}

/// How the connection to a mail server is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encryption {
    /// From the first byte on (RFC 8314).
    #[default]
    Tls,
    /// Before anything is said (STARTTLS).
    Starttls,
    /// Not at all: a server on this machine.
    None,
}

/// A mail server as it is typed in a page. Not `Debug`: it has a password.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MadeMail {
    /// Where visitors reach this server.
    pub public_url: String,
    /// The mail server's name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub encryption: Encryption,
    /// Who we are there; may be empty.
    pub user: String,
    /// And how that is proved.
    pub password: String,
    /// The address that mails come from, with or without a name.
    pub from: String,
    /// Where answers go; empty: there.
    pub reply_to: String,
    /// See [`Mail::dkim_selector`]; empty: not known.
    pub dkim_selector: String,
}

impl MadeMail {
    /// As the file would have it.
    pub fn mail(&self) -> Mail {
        let encoded = |text: &str| -> String {
            let is_plain =
                |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
            let one =
                |byte: u8| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
            text.bytes().map(one).collect()
        };
        let who = match self.user.is_empty() {
            true => String::new(),
            false => format!("{}:{}@", encoded(&self.user), encoded(&self.password)),
        };
        let (scheme, query) = match self.encryption {
            Encryption::Tls => ("smtps", ""),
            Encryption::Starttls => ("smtp", "?tls=required"),
            Encryption::None => ("smtp", "?tls=none"),
        };
        Mail {
            smtp: format!("{scheme}://{who}{}:{}{query}", self.host, self.port),
            from: self.from.clone(),
            reply_to: Some(self.reply_to.clone()).filter(|to| !to.is_empty()),
            dkim_selector: Some(self.dkim_selector.clone()).filter(|selector| !selector.is_empty()),
        }
    }
}

/// A part as it was settled; `None` where it was not, or by a version that had it otherwise.
pub fn part<T: for<'de> Deserialize<'de>>(parts: &MadeParts, part: Part) -> Option<T> {
    let value = parts.get(part.as_str())?;
    T::deserialize(value)
        .inspect_err(|why| warn!(part = part.as_str(), %why, "a setting cannot be read"))
        .ok()
}

/// The file's settings with what is settled in pages beside them: what the file says stays.
pub fn with(given: &Settings, parts: &MadeParts) -> Settings {
    let mut settings = given.clone();
    if !Part::Controller.is_in(given) {
        settings.controller = part(parts, Part::Controller).unwrap_or_default();
    }
    if !Part::BackUp.is_in(given) {
        settings.back_up = part::<BackUp>(parts, Part::BackUp);
    }
    if !Part::Mail.is_in(given)
        && let Some(made) = part::<MadeMail>(parts, Part::Mail)
    {
        let mut mail = made.mail();
        if let Ok(smtp) = std::env::var("ALENTOUR_SMTP") {
            mail.smtp = smtp;
        }
        let mut tried = settings.clone();
        tried.mail = Some(mail);
        tried.public_url = tried.public_url.or(Some(made.public_url));
        match tried.check() {
            Ok(()) => settings = tried,
            Err(why) => warn!(why, "what was settled of mails does not go with the settings file"),
        }
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_of_a_mail_server_becomes_its_address() {
        let typed = MadeMail {
            host: "mail.example.org".into(),
            port: 465,
            user: "a@b".into(),
            password: "p/:%é".into(),
            ..MadeMail::default()
        };
        assert_eq!(typed.mail().smtp, "smtps://a%40b:p%2F%3A%25%C3%A9@mail.example.org:465");
        let here = MadeMail {
            host: "127.0.0.1".into(),
            port: 25,
            encryption: Encryption::None,
            ..MadeMail::default()
        };
        assert_eq!(here.mail().smtp, "smtp://127.0.0.1:25?tls=none");
        let started = MadeMail { encryption: Encryption::Starttls, ..here };
        assert_eq!(started.mail().smtp, "smtp://127.0.0.1:25?tls=required");
    }
}
