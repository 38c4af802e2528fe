//! A mail to try a mail server with: what the server says is passed on as it is, to whoever runs it.

use std::time::Duration;

use lettre::message::Mailbox;

use super::mail::Mailer;
use crate::settings::Mail;

/// How long each answer may take, and all of them: somebody waits for the page.
const PATIENCE: Duration = Duration::from_secs(8);
const ALL: Duration = Duration::from_secs(20);

/// Whether that is an address that mails can come from, with or without a name.
pub fn is_mailbox(text: &str) -> bool {
    text.parse::<Mailbox>().is_ok()
}

/// Whether mail could be sent by that server, as far as its address tells.
///
/// # Errors
/// In words of the log.
pub fn check(mail: &Mail) -> Result<(), String> {
    Mailer::new(mail, PATIENCE).map(|_| ())
}

/// Sends a mail now, past the outbox; the server's answer to it.
///
/// # Errors
/// What the server said instead, or why it could not be asked.
pub async fn send(mail: &Mail, to: &str, subject: &str, text: &str) -> Result<String, String> {
    let mailer = Mailer::new(mail, PATIENCE)?;
    let sending = tokio::time::timeout(ALL, mailer.try_out(to, subject, text));
    sending.await.unwrap_or_else(|_| Err("the mail server did not answer in time".into()))
}
