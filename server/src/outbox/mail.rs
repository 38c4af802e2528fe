//! Sending mail.

use std::fmt::Write;
use std::time::Duration;

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, Message, MultiPart, SinglePart};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{self, PoolConfig};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use super::backoff::DeliveryError;
use crate::settings;
use crate::store::OutboxMessage;
use crate::wording::line;

/// Connections that are kept open at most; what more is sent at once opens its own.
pub const CONNECTIONS: u32 = 4;
/// How long one is kept without use. Servers close theirs after minutes; one that has just been closed costs an attempt.
const IDLE: Duration = Duration::from_secs(20);

/// A mail, before it has a sender.
pub struct Letter {
    /// To whom.
    pub to: Address,
    /// Where answers go, if not to the operator.
    pub reply_to: Option<Address>,
    /// Made one line.
    pub subject: String,
    /// The whole text.
    pub text: String,
    /// The same as HTML; without it the mail is text only.
    pub html: Option<String>,
    /// A file that goes with it.
    pub file: Option<File>,
    /// The address that ends mails of this kind: of its page, and of a `POST` that needs no look at it (RFC 8058).
    pub unsubscribe: Option<String>,
}

/// A file that goes with a mail.
pub struct File {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// What is in it.
    pub text: String,
}

/// Sends mail by the operator's server.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    reply_to: Option<Mailbox>,
}

impl Mailer {
    /// By that server. `patience` is for each of its answers.
    ///
    /// # Errors
    /// In words: an address of the settings is none. Without the server's, which may hold a password.
    pub fn new(mail: &settings::Mail, patience: Duration) -> Result<Self, String> {
        let mailbox = |name: &str, text: &str| {
            text.parse::<Mailbox>().map_err(|_| format!("mail: {name}: {text} is no mail address"))
        };
        let from = mailbox("from", &mail.from)?;
        let wrong = || "mail: smtp is no address like smtp://USER:PASSWORD@HOST:587".to_owned();
        let address = with_tls(&mail.smtp).ok_or_else(wrong)?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&address)
            .map_err(|_| wrong())?
            .timeout(Some(patience))
            .hello_name(ClientId::Domain(from.email.domain().to_owned()))
            .pool_config(PoolConfig::new().max_size(CONNECTIONS).idle_timeout(IDLE))
            .build();
        let reply_to = mail.reply_to.as_deref().map(|text| mailbox("reply-to", text)).transpose()?;
        Ok(Self { transport, from, reply_to })
    }

    /// Sends a letter. Each attempt has the same `Message-ID`, by which mail programs show a repeat once.
    ///
    /// # Errors
    /// Where the server does not take it.
    pub async fn send(&self, message: &OutboxMessage, letter: Letter, now: i64) -> Result<(), DeliveryError> {
        let mail = self
            .compose(message, letter, now)
            .ok_or_else(|| DeliveryError::Final("it cannot be written as a mail".into()))?;
        match self.transport.send(mail).await {
            Ok(_) => Ok(()),
            Err(error) => Err(delivery_error(&error)),
        }
    }

    /// Sends a mail past the outbox, and gives the server's answer as it is, if it is one of SMTP.
    ///
    /// # Errors
    /// What the server said instead, or why it could not be asked.
    pub async fn try_out(&self, to: &str, subject: &str, text: &str) -> Result<String, String> {
        let to: Mailbox = to.parse().map_err(|_| "that is no mail address".to_owned())?;
        let mail =
            Message::builder().from(self.from.clone()).to(to).raw_header(subject_header(&line(subject)));
        let mail =
            mail.header(ContentType::TEXT_PLAIN).body(text.to_owned()).map_err(|why| why.to_string())?;
        match self.transport.send(mail).await {
            Ok(answer) => Ok(format!("{} {}", answer.code(), answer.message().collect::<Vec<_>>().join(" "))),
            Err(why) => Err(refusal(&why)),
        }
    }

    fn compose(&self, message: &OutboxMessage, letter: Letter, now: i64) -> Option<Message> {
        let date = std::time::UNIX_EPOCH + Duration::from_secs(now.max(0).unsigned_abs());
        let id = format!("<{}.{}@{}>", message.id, message.created_at, self.from.email.domain());
        let raw = |name, value: &str| HeaderValue::new(HeaderName::new_from_ascii_str(name), value.into());
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, letter.to))
            .raw_header(subject_header(&line(&letter.subject)))
            .date(date)
            .message_id(Some(id))
            // RFC 3834: nobody's holiday note answers it.
            .raw_header(raw("Auto-Submitted", "auto-generated"))
            .raw_header(raw("X-Auto-Response-Suppress", "All"));
        let reply_to = letter.reply_to.map(|address| Mailbox::new(None, address));
        if let Some(reply_to) = reply_to.or_else(|| self.reply_to.clone()) {
            builder = builder.reply_to(reply_to);
        }
        if let Some(address) = letter.unsubscribe {
            builder = builder
                .raw_header(raw("List-Unsubscribe", &format!("<{address}>")))
                .raw_header(raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
        }
        let plain = SinglePart::plain(letter.text);
        let file = match letter.file {
            Some(File { name, media_type, text }) => {
                Some(Attachment::new(name).body(text, ContentType::parse(media_type).ok()?))
            }
            None => None,
        };
        let made = match (letter.html, file) {
            (None, None) => builder.singlepart(plain),
            (None, Some(file)) => builder.multipart(MultiPart::mixed().singlepart(plain).singlepart(file)),
            (Some(html), file) => {
                let both = MultiPart::alternative().singlepart(plain).singlepart(SinglePart::html(html));
                builder.multipart(match file {
                    Some(file) => MultiPart::mixed().multipart(both).singlepart(file),
                    None => both,
                })
            }
        };
        made.ok()
    }
}

/// Bytes of a text in one encoded word: each is three characters, 12 are around them, and the header's name before the first; RFC 2047 allows 76 in
/// a line.
const ENCODED: usize = 18;

/// A subject as a header. One that has something like an encoded word in it (RFC 2047) is encoded as a whole: else mail programs would show
/// what that stands for, not what was typed.
fn subject_header(text: &str) -> HeaderValue {
    let name = HeaderName::new_from_ascii_str("Subject");
    if !text.contains("=?") {
        return HeaderValue::new(name, text.to_owned());
    }
    let (mut words, mut word) = (Vec::new(), String::new());
    for c in text.chars() {
        if word.len() + c.len_utf8() > ENCODED {
            words.push(std::mem::take(&mut word));
        }
        word.push(c);
    }
    words.push(word);
    let encoded = words.iter().map(|word| {
        let mut encoded = "=?utf-8?q?".to_owned();
        for byte in word.bytes() {
            // Into a text this never fails.
            let _ = write!(encoded, "={byte:02X}");
        }
        encoded + "?="
    });
    // What stands between two encoded words, a line's end and a blank here, is not shown.
    let encoded = encoded.collect::<Vec<_>>().join("\r\n ");
    HeaderValue::dangerous_new_pre_encoded(name, text.to_owned(), encoded)
}

/// The server's address with encryption required, unless the server is this machine or the address says otherwise.
fn with_tls(smtp: &str) -> Option<String> {
    let (scheme, rest) = smtp.split_once("://")?;
    let authority = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let (place, query) = authority.split_once('?').unwrap_or((authority, ""));
    let host = place.split('/').next().unwrap_or_default();
    // A port follows the last colon; those of an IPv6 address stand in brackets.
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => host,
    };
    let local = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    let base = smtp.split_at(smtp.len() - query.len()).0.trim_end_matches('?');
    match (scheme, query) {
        ("smtps", _) | ("smtp", "tls=required" | "tls=opportunistic") => Some(smtp.to_owned()),
        ("smtp", "tls=none") => Some(base.to_owned()),
        ("smtp", "") if local => Some(base.to_owned()),
        ("smtp", "") => Some(format!("{base}?tls=required")),
        _ => None,
    }
}

/// What a server said that took no mail, to whoever runs it. Other services on its port say things that are nobody's here: of those only the
/// class of the error is told.
fn refusal(error: &smtp::Error) -> String {
    let said = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    match (error.status(), delivery_error(error)) {
        (Some(code), _) => format!("{code} {said}"),
        (
            None,
            DeliveryError::Passing(why, _)
            | DeliveryError::Unreachable(why)
            | DeliveryError::Refused(why)
            | DeliveryError::Final(why)
            | DeliveryError::PutOff(_, why),
        ) => why,
    }
}

/// What a refusal means. Its text is not kept: it often repeats the recipient's address.
fn delivery_error(error: &smtp::Error) -> DeliveryError {
    let Some(code) = error.status() else {
        return match () {
            () if error.is_timeout() => {
                DeliveryError::Unreachable("the mail server did not answer in time".into())
            }
            () if error.is_tls() => DeliveryError::Unreachable("the mail server's TLS failed".into()),
            () if error.is_response() => DeliveryError::passing("the mail server's answer is not SMTP"),
            // Among them: an address beyond ASCII, where the server knows no SMTPUTF8; no STARTTLS where it is required.
            () if error.is_client() => {
                DeliveryError::Refused("the mail server cannot do what this mail needs".into())
            }
            () => DeliveryError::Unreachable("the connection to the mail server failed".into()),
        };
    };
    let number = u16::from(code);
    let said = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    let enhanced = enhanced_status(&said);
    let why = match &enhanced {
        Some(enhanced) => format!("SMTP {number} {enhanced}"),
        None => format!("SMTP {number}"),
    };
    match (number, enhanced.as_deref()) {
        (..500, _) => DeliveryError::passing(why),
        // RFC 3463: x.1 is about the address, x.2 about the mailbox; x.7 about policy, which is the sender's to mend.
        (_, Some(status)) if status.starts_with("5.1.") || status.starts_with("5.2.") => {
            DeliveryError::Final(why)
        }
        (550 | 551 | 553, None) => DeliveryError::Final(why),
        // Credentials, relaying, greetings: nothing that the recipient's address would be to blame for.
        _ => DeliveryError::Refused(why),
    }
}

/// The enhanced status code that an answer begins with (RFC 2034): `5.1.1`.
fn enhanced_status(said: &str) -> Option<String> {
    let word = said.split_whitespace().next()?;
    let parts: Vec<&str> = word.split('.').collect();
    let numbers =
        parts.iter().all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
    (parts.len() == 3 && numbers).then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encryption_is_required_unless_the_server_is_here_or_the_address_says_otherwise() {
        for (given, used) in [
            ("smtp://u:p@mail.example.org:587", Some("smtp://u:p@mail.example.org:587?tls=required")),
            ("smtp://mail.example.org", Some("smtp://mail.example.org?tls=required")),
            ("smtp://u:a@b?c@mail.example.org", Some("smtp://u:a@b?c@mail.example.org?tls=required")),
            ("smtps://u:p@mail.example.org", Some("smtps://u:p@mail.example.org")),
            ("smtp://localhost:25", Some("smtp://localhost:25")),
            ("smtp://[::1]:25", Some("smtp://[::1]:25")),
            ("smtp://localhost.example.org", Some("smtp://localhost.example.org?tls=required")),
            ("smtp://mail.lan?tls=none", Some("smtp://mail.lan")),
            ("smtp://mail.lan?tls=opportunistic", Some("smtp://mail.lan?tls=opportunistic")),
            ("smtp://mail.lan?tls=yes", None),
            ("http://mail.lan", None),
            ("mail.lan", None),
        ] {
            assert_eq!(with_tls(given).as_deref(), used, "{given}");
        }
    }

    // A mailer needs a runtime, though nothing is sent.
    #[tokio::test]
    async fn a_subject_is_shown_as_it_was_typed_though_it_looks_like_an_encoded_word() {
        let mail = settings::Mail {
            smtp: "smtp://localhost".into(),
            from: "a@example.org".into(),
            reply_to: None,
            dkim_selector: None,
        };
        let mailer = Mailer::new(&mail, Duration::from_secs(1)).unwrap();
        let message = OutboxMessage {
            id: "1".into(),
            email_h: [0; 32],
            initiative: String::new(),
            kind: crate::store::MessageKind::Written,
            sink: String::new(),
            signup: None,
            sequence: None,
            detail: String::new(),
            created_at: 0,
            attempts: 1,
            error: None,
            dead_at: None,
        };
        let long = format!("Été =?utf-8?q?{}?= مرحبا", "=41".repeat(30));
        for typed in ["=?utf-8?q?Votre_compte_est_bloqu=C3=A9?=", "a =?utf-8?b?QQ==?= b", &long, "Atelier"] {
            let letter = Letter {
                to: "b@example.org".parse().unwrap(),
                reply_to: None,
                subject: typed.to_owned(),
                text: String::new(),
                html: None,
                file: None,
                unsubscribe: None,
            };
            let composed = mailer.compose(&message, letter, 0).unwrap().formatted();
            let parsed = mail_parser::MessageParser::default().parse(&composed).unwrap();
            assert_eq!(parsed.subject(), Some(typed));
            let text = String::from_utf8(composed.clone()).unwrap();
            assert!(text.lines().all(|line| line.len() <= 78), "{text}");
        }
    }

    #[test]
    fn of_what_a_server_says_only_its_numbers_are_kept() {
        assert_eq!(enhanced_status("5.1.1 <zoe@example.org>: no such user").as_deref(), Some("5.1.1"));
        for text in ["zoe@example.org unknown", "5.1 x", "192.168.0.1000 x", "", "a.b.c"] {
            assert_eq!(enhanced_status(text), None, "{text}");
        }
    }

    #[test]
    fn a_server_is_not_named_where_its_address_is_wrong() {
        let mail = settings::Mail {
            smtp: "smtp://user:geheim@host?tls=maybe".into(),
            from: "a@example.org".into(),
            reply_to: None,
            dkim_selector: None,
        };
        let error = Mailer::new(&mail, Duration::from_secs(1)).err().unwrap();
        assert!(error.contains("smtp") && !error.contains("geheim"), "{error}");
    }
}
