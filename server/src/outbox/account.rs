//! The mail to somebody who organises: a link to sign in.

use alentour_model::EmailAddress;
use alentour_texts::Language;
use lettre::Address;

use super::Outbox;
use super::backoff::DeliveryError;
use super::mail::{Letter, Mailer};
use super::person::{Piece, letter};
use super::send::{Sent, unreadable};
use crate::settings::Controller;
use crate::store::{OutboxMessage, with_ascii_domain};

/// Seconds that a link is good for, from when it was asked for.
pub const LINK: i64 = 15 * 60;
/// Seconds that must be left of it, or it is not sent.
const ENOUGH: i64 = 5 * 60;
/// Such mails, and others, to one mailbox in 24 hours: more than to those who sign up, for a stranger who asks for links would
/// else keep an organiser out.
const A_DAY: u64 = 30;

impl Outbox {
    /// Sends the link to the account of that address, if there is one.
    pub(super) async fn to_account(
        &self,
        mailer: &Mailer,
        base: &str,
        message: &OutboxMessage,
        now: i64,
    ) -> Result<Sent, DeliveryError> {
        let account = self.store.account(&message.email_h).await.map_err(|_| unreadable())?;
        let Some(account) = account else { return Ok(Sent::Unneeded) };
        let until = message.created_at + LINK;
        if now > until - ENOUGH {
            return Err(DeliveryError::Final(
                "its link would be out of date: they can ask for another".into(),
            ));
        }
        let email = EmailAddress::parse(&account.holder.email);
        let mailbox = email.map_or(message.email_h, |email| self.store.secret().mailbox_h(&email));
        self.spare_mailbox(message, &mailbox, &[(A_DAY, 24 * 3600, "24 hours")], now).await?;
        let to = with_ascii_domain(&account.holder.email).parse::<Address>();
        let to = to.map_err(|_| DeliveryError::Final("that is no mail address".into()))?;
        let token = message.token(&self.store.keys().current());
        let hash = self.store.secret().token_hash(&token);
        self.store.create_sign_in_link(&hash, &account.account_h, until).await.map_err(|_| unreadable())?;
        let language = Language::parse(&account.language).unwrap_or(Language::DEFAULT);
        let link = format!("{base}/organise/in/{token}?lang={}", language.tag());
        mailer.send(message, sign_in(language, &self.settings.controller, link, to), now).await?;
        Ok(Sent::Mailed(mailbox))
    }
}

fn sign_in(language: Language, controller: &Controller, link: String, to: Address) -> Letter {
    let texts = language.organising();
    let pieces = vec![
        Piece::Paragraph(texts.mail_lead.into()),
        Piece::Button(texts.sign_in, link),
        Piece::Paragraph(texts.mail_until.into()),
        Piece::Small(texts.mail_not_you.into()),
    ];
    letter(language, controller, texts.mail_subject, pieces, to)
}
