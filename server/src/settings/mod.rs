//! What an operator settles in a file: who answers for the data, how long it is kept, where mails and sign-ups go.

mod back_up;
mod current;
mod frames;
mod made;
mod partners;
mod robots;
mod sink;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::sandbox::Profile;
use crate::store::{ALERTS, Message, MessageKind};

pub use back_up::BackUp;
pub use current::CurrentSettings;
pub use frames::{Frames, Framing};
pub use made::{Encryption, MadeMail, Part, part as made_part};
pub use partners::PartnerOrigin;
pub use robots::Robots;
pub use sink::{Channel, Sink};

/// What an operator settles in a file (TOML). All of it may be left out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Settings {
    /// Where visitors reach this server, for links in mails: `https://agir.example.org`. Without it no mail is sent.
    pub public_url: Option<String>,
    /// Who answers for the data.
    pub controller: Controller,
    /// How mail is sent. Without it none is, and nobody is asked to confirm.
    pub mail: Option<Mail>,
    /// Back-ups that the server makes itself. Without it none are.
    pub back_up: Option<BackUp>,
    /// How long sign-ups are kept.
    pub retention: Retention,
    /// How seats are held for those who have not confirmed yet.
    pub seats: Seats,
    /// What people hear of what they have signed up for.
    pub sign_ups: SignUps,
    /// Whose pages may have the list in a frame.
    pub frames: Frames,
    /// Whether visitors propose initiatives.
    pub proposals: Proposals,
    /// What keeps robots from signing people up.
    pub robots: Robots,
    /// What reading one of the operator's feeds may cost.
    pub reading: ReadingLimits,
    /// Where sign-ups go.
    #[serde(rename = "sink")]
    pub sinks: Vec<Sink>,
    /// Sign-ups that one transaction holds at most; [`Writer::BATCH`](crate::store::Writer::BATCH) unless said. 1 commits each by
    /// itself, which is good for nothing but measuring what that costs.
    pub batch: Option<usize>,
}

/// Who answers for the data (GDPR, article 4(7)), as the privacy notice says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Controller {
    /// Name of the association.
    pub name: String,
    /// Its postal address.
    pub address: String,
    /// Where people write about their data: an e-mail address.
    pub contact: String,
    /// The data protection officer, where there is one: an e-mail address.
    pub data_protection_officer: String,
}

/// How mail is sent.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mail {
    /// `smtps://USER:PASSWORD@HOST`, `smtp://USER:PASSWORD@HOST:587?tls=required`, or `smtp://localhost:25`.
    /// The environment's `ALENTOUR_SMTP` comes before it: a password is better kept there.
    #[serde(default)]
    pub smtp: String,
    /// `Alentour <bonjour@example.org>`
    pub from: String,
    /// Where answers go, if not to `from`.
    #[serde(default)]
    pub reply_to: Option<String>,
    /// Where the key is that mails are signed with by the mail server: `SELECTOR._domainkey` of `from`'s domain. For looking it up only.
    #[serde(default)]
    pub dkim_selector: Option<String>,
}

// The address may hold a password.
impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail").field("from", &self.from).finish_non_exhaustive()
    }
}

/// How long sign-ups are kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Retention {
    /// Days after the initiative's end, or after the sign-up where it has none.
    pub days: u32,
    /// Days that a sign-up waits for its confirmation.
    pub unconfirmed_days: u32,
    /// Days that an alert is kept, unless its person prolongs it.
    pub alert_days: u32,
    /// Days that the trail says who has done what.
    pub trail_days: u32,
    /// Other numbers of days, by the initiative's identifier.
    pub initiatives: BTreeMap<String, u32>,
}

impl Default for Retention {
    /// Three months, to thank and to settle; a week, to find a mail; a year of news, and of what was done.
    fn default() -> Self {
        Self { days: 90, unconfirmed_days: 7, alert_days: 365, trail_days: 365, initiatives: BTreeMap::new() }
    }
}

impl Retention {
    /// Days that sign-ups to an initiative are kept.
    pub fn days_of(&self, initiative: &str) -> u32 {
        self.initiatives.get(initiative).copied().unwrap_or(self.days)
    }
}

/// How seats are held for those who have not confirmed yet.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Seats {
    /// Minutes that a form holds its seats while it waits for its confirmation; fewer when the session is near. 0: seats are
    /// given when they are confirmed.
    pub hold_minutes: u32,
}

impl Default for Seats {
    /// Long enough to find a mail, and short enough that a session cannot be kept full by forms that nobody confirms.
    fn default() -> Self {
        Self { hold_minutes: 120 }
    }
}

/// What people hear of what they have signed up for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct SignUps {
    /// Hours before a session at which its participants are reminded of it; 0: they are not.
    pub reminder_hours: u32,
    /// The partners on whose pages people sign up, and to which they are led back.
    pub partner_origins: Vec<PartnerOrigin>,
}

impl Default for SignUps {
    /// The day before: time to find a replacement, and late enough to be a reminder.
    fn default() -> Self {
        Self { reminder_hours: 24, partner_origins: Vec::new() }
    }
}

impl SignUps {
    /// The partner whose page has that address; `None` for what is no page of any.
    pub fn partner_of(&self, page: &str) -> Option<&PartnerOrigin> {
        self.partner_origins.iter().find(|origin| origin.has(page))
    }
}

/// Whether visitors propose initiatives.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Proposals {
    /// Whether they do. Without `[mail]` nobody can confirm, and they do not.
    pub open: bool,
}

impl Default for Proposals {
    /// The last step of taking part is open to everybody: nothing is shown before somebody has read it.
    fn default() -> Self {
        Self { open: true }
    }
}

/// What reading one of the operator's feeds may cost: it happens in a process of its own, which is ended beyond that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct ReadingLimits {
    /// MiB of memory.
    pub memory_mib: u32,
    /// Seconds of CPU time.
    pub cpu_seconds: u32,
}

impl Default for ReadingLimits {
    /// Memory for 64 MB of any format, which is the most that is read whole; time for some gigabytes of JSON, which is read as it comes.
    fn default() -> Self {
        Self { memory_mib: 1024, cpu_seconds: 900 }
    }
}

impl ReadingLimits {
    /// The same for the process.
    pub fn profile(self) -> Profile {
        Profile::own(u64::from(self.memory_mib) << 20, Duration::from_secs(self.cpu_seconds.into()))
    }
}

impl Settings {
    /// Reads a file.
    ///
    /// # Errors
    /// In words, with the line: where it cannot be read, or says something that is not known.
    pub fn read(path: &Path) -> Result<Self, String> {
        let named = |error: String| format!("{}: {error}", path.display());
        let text = std::fs::read_to_string(path).map_err(|error| named(error.to_string()))?;
        Self::parse(&text).map_err(named)
    }

    /// Reads a text.
    ///
    /// # Errors
    /// In words: where it says something that is not known, or that does not fit together.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut settings: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        if let (Some(mail), Ok(smtp)) = (&mut settings.mail, std::env::var("ALENTOUR_SMTP")) {
            mail.smtp = smtp;
        }
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), String> {
        if let Some(mail) = &self.mail {
            if self.public_url.is_none() {
                return Err("mail: links in mails need public-url".into());
            }
            if mail.smtp.is_empty() {
                return Err("mail: say which server, as smtp or in ALENTOUR_SMTP".into());
            }
        }
        if let Some(url) = &self.public_url {
            let parsed = url.parse::<axum::http::Uri>().ok().filter(|url| url.host().is_some());
            if parsed.is_none_or(|url| !matches!(url.scheme_str(), Some("https" | "http"))) {
                return Err(format!("public-url: {url} is no http(s) address"));
            }
        }
        let mut names = std::collections::BTreeSet::new();
        for sink in &self.sinks {
            if sink.name.is_empty() || !names.insert(&sink.name) {
                return Err(format!("sink \"{}\": each needs a name of its own", sink.name));
            }
            sink.check(self.mail.is_some())?;
        }
        Ok(())
    }

    /// What stands at the head of pages: who runs the site, where that is said.
    pub fn site_name(&self) -> &str {
        Some(self.controller.name.as_str()).filter(|name| !name.is_empty()).unwrap_or("Alentour")
    }

    /// Whether visitors can propose initiatives here.
    pub fn takes_proposals(&self) -> bool {
        self.proposals.open && self.mail.is_some()
    }

    /// The address where visitors propose initiatives, but for the language at its end; empty where they cannot.
    pub fn propose(&self) -> String {
        let address = self.public_address().filter(|_| self.takes_proposals());
        address.map(|public| [public, "/propose?lang="].concat()).unwrap_or_default()
    }

    /// What the addresses begin with where visitors report an initiative, from another site; empty where no address of this server is known.
    pub fn report(&self) -> String {
        self.public_address().map(|public| [public, "/i/"].concat()).unwrap_or_default()
    }

    /// Scheme and host that visitors reach this server at, and the path below which it is, without a slash at its end: `public-url`. Without
    /// it nothing says an absolute address: the `Host` of a request is whoever's, and caches keep pages.
    pub fn public_address(&self) -> Option<&str> {
        self.public_url.as_deref().map(|url| url.trim_end_matches('/'))
    }

    /// The path below which visitors reach this server, without a last `/`: a proxy may have put it there. Empty for the root.
    pub fn base_path(&self) -> String {
        let public = self.public_url.as_deref().unwrap_or_default();
        let below = public.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
        let below = below.map(|(_, path)| path.trim_matches('/')).filter(|path| !path.is_empty());
        below.map(|path| format!("/{path}")).unwrap_or_default()
    }

    /// The sinks that take an initiative's sign-ups. Of alerts nobody is told.
    pub fn sinks_of(&self, initiative: &str) -> impl Iterator<Item = &Sink> {
        self.sinks.iter().filter(move |sink| {
            initiative != ALERTS
                && (sink.initiatives.is_empty() || sink.initiatives.iter().any(|id| id == initiative))
        })
    }

    /// A message of that kind to each sink that takes the initiative's sign-ups.
    pub fn messages(&self, initiative: &str, kind: MessageKind) -> Vec<Message> {
        self.sinks_of(initiative).map(|sink| Message { kind, sink: sink.name.clone() }).collect()
    }

    /// The messages that a new sign-up enqueues: the confirmation mail; where no mail is sent, the events to the sinks.
    pub fn messages_at_sign_up(&self, initiative: &str) -> Vec<Message> {
        match self.mail {
            Some(_) => vec![Message { kind: MessageKind::Confirm, sink: String::new() }],
            None => self.messages(initiative, MessageKind::SignedUp),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"
        public-url = "https://agir.example.org"
        [controller]
        name = "Maison des solidarités"
        contact = "donnees@example.org"
        [mail]
        smtp = "smtp://localhost:25"
        from = "Agir <bonjour@example.org>"
        [retention]
        days = 30
        initiatives = { petition = 365 }
        [[sink]]
        name = "crm"
        kind = "webhook"
        url = "https://crm.example.org/hook"
        secret = "0123456789abcdef"
        [[sink]]
        name = "atelier"
        kind = "mail"
        to = "atelier@example.org"
        initiatives = ["atelier"]
    "#;

    #[test]
    fn what_is_not_said_has_a_default() {
        let settings = Settings::parse("").unwrap();
        assert_eq!((settings.retention.days, settings.retention.unconfirmed_days), (90, 7));
        assert!(settings.messages_at_sign_up("atelier").is_empty());
    }

    #[test]
    fn the_news_waits_for_the_confirmation_where_mail_is_sent() {
        let settings = Settings::parse(WHOLE).unwrap();
        let confirm = Message { kind: MessageKind::Confirm, sink: String::new() };
        assert_eq!(settings.messages_at_sign_up("atelier"), [confirm]);
        let to = |initiative| -> Vec<String> {
            settings
                .messages(initiative, MessageKind::SignedUp)
                .into_iter()
                .map(|message| message.sink)
                .collect()
        };
        assert_eq!(
            (to("atelier"), to("petition")),
            (vec!["crm".into(), "atelier".into()], vec!["crm".into()])
        );
        assert_eq!(
            (settings.retention.days_of("petition"), settings.retention.days_of("atelier")),
            (365, 30)
        );
    }

    #[test]
    fn what_is_not_known_or_does_not_fit_is_said() {
        for (text, said) in [
            ("retension = 3", "retension"),
            ("[mail]\nfrom = \"a@example.org\"\nsmtp = \"smtp://localhost\"", "public-url"),
            ("public-url = \"agir.example.org\"", "no http(s) address"),
            (
                "[[sink]]\nname = \"a\"\nkind = \"webhook\"\nurl = \"https://x\"\nsecret = \"short\"",
                "16 characters",
            ),
            (
                "[sign-ups]\npartner-origins = [\"http://asso.example.org\"]",
                "\"http://asso.example.org\" must begin with https://",
            ),
            (
                "[[sink]]\nname = \"a\"\nkind = \"mail\"\nto = \"a@example.org\"",
                "needs [mail] in the settings file",
            ),
            (
                "[[sink]]\nname = \"a\"\nkind = \"webhook\"\nurl = \"https://x\"\nsecret = \"0123456789abcdef\"\n\
                 events = [\"signup.created\"]",
                "none of signup.waiting, signup.promoted",
            ),
            (
                "[[sink]]\nname = \"a\"\nkind = \"osdi\"\nurl = \"https://x\"\ntoken = \"t\"\nevents = [\"signup.waiting\"]",
                "only a webhook",
            ),
        ] {
            let error = Settings::parse(text).unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
