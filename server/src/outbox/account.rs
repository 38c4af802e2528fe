//! The mails to somebody who organises: a link to sign in, that they were taken into a team or are of it no more, and that visitors have reported something.

use alentour::app::encode;
use alentour_texts::{Language, fill};
use lettre::Address;
use serde_json::Value;

use super::Outbox;
use super::backoff::DeliveryError;
use super::mail::{Letter, Mailer};
use super::mailboxes::A_DAY;
use super::person::{Piece, letter};
use super::send::{Sent, address, unreadable};
use crate::settings::Controller;
use crate::store::{Account, Digest, OutboxMessage, ProposalState, Role};
use crate::wording::{isolated, line};

/// Seconds that a link is good for, from when it was asked for.
const LINK: i64 = 15 * 60;
/// Seconds that must be left of it, or it is not sent.
const ENOUGH: i64 = 5 * 60;
/// Mails to one mailbox in 24 hours after which it is sent no invitation: its holder may never have asked for any.
const INVITATIONS_A_DAY: u64 = 5;

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
        let (mailbox, to) = self.mailbox_of(message, &account, A_DAY, now).await?;
        let token = message.token(&self.store.keys().current());
        let hash = self.store.secret().token_hash(&token);
        self.store.create_sign_in_link(&hash, &account.account_h, until).await.map_err(|_| unreadable())?;
        let language = Language::parse(&account.language).unwrap_or(Language::DEFAULT);
        let detail: Value = serde_json::from_str(&message.detail).unwrap_or_default();
        // What is no page of ours is not gone to: whoever presses the button is asked there.
        let way = detail.get("to").and_then(Value::as_str).map(|to| format!("&to={}", encode(to)));
        let link = format!("{base}/organise/in/{token}?lang={}{}", language.tag(), way.unwrap_or_default());
        mailer.send(message, sign_in(language, &self.settings.controller, link, to), now).await?;
        Ok(Sent::Mailed(mailbox))
    }

    /// Tells an account that it was made, or that it is of a team, if it still is. There is no secret in that mail: they sign in as everybody does.
    pub(super) async fn to_invited(
        &self,
        mailer: &Mailer,
        base: &str,
        message: &OutboxMessage,
        now: i64,
    ) -> Result<Sent, DeliveryError> {
        let account = self.store.account(&message.email_h).await.map_err(|_| unreadable())?;
        let role = self.store.role(&message.email_h, &message.initiative).await.map_err(|_| unreadable())?;
        let Some(account) = account else { return Ok(Sent::Unneeded) };
        let language = Language::parse(&account.language).unwrap_or(Language::DEFAULT);
        let texts = language.organising();
        let (subject, lead) = match role {
            // To no team: whoever runs the installation has made the account.
            None if message.initiative.is_empty() => {
                let lead = if account.is_operator { texts.given_operator } else { texts.given_organiser };
                (texts.given_subject.to_owned(), lead.to_owned())
            }
            None => return Ok(Sent::Unneeded),
            Some(role) => {
                let title = self.team_title(language, &message.initiative)?;
                let lead = match role {
                    Role::Organiser => texts.invited_organiser,
                    Role::Helper => texts.invited_helper,
                };
                let shown = isolated(language, &title);
                (fill(texts.invited_subject, &[("title", &title)]), fill(lead, &[("title", &shown)]))
            }
        };
        let (mailbox, to) = self.mailbox_of(message, &account, INVITATIONS_A_DAY, now).await?;
        let pieces = vec![
            Piece::Paragraph(lead),
            Piece::Button(texts.invited_open, format!("{base}/organise?lang={}", language.tag())),
            Piece::Paragraph(texts.invited_how.into()),
            Piece::Small(texts.invited_not_you.into()),
        ];
        mailer.send(message, letter(language, &self.settings.controller, &subject, pieces, to), now).await?;
        Ok(Sent::Mailed(mailbox))
    }

    /// Tells an account that it is of a team no more, unless it is again.
    pub(super) async fn to_removed(
        &self,
        mailer: &Mailer,
        message: &OutboxMessage,
        now: i64,
    ) -> Result<Sent, DeliveryError> {
        let account = self.store.account(&message.email_h).await.map_err(|_| unreadable())?;
        let role = self.store.role(&message.email_h, &message.initiative).await.map_err(|_| unreadable())?;
        let (Some(account), None) = (account, role) else { return Ok(Sent::Unneeded) };
        let (mailbox, to) = self.mailbox_of(message, &account, INVITATIONS_A_DAY, now).await?;
        let language = Language::parse(&account.language).unwrap_or(Language::DEFAULT);
        let title = self.team_title(language, &message.initiative)?;
        let texts = language.organising();
        let pieces = vec![
            Piece::Paragraph(fill(texts.removed_lead, &[("title", &isolated(language, &title))])),
            Piece::Small(texts.removed_why.into()),
        ];
        let subject = fill(texts.removed_subject, &[("title", &title)]);
        mailer.send(message, letter(language, &self.settings.controller, &subject, pieces, to), now).await?;
        Ok(Sent::Mailed(mailbox))
    }

    /// What an initiative is called in a mail to its team.
    fn team_title(&self, language: Language, initiative: &str) -> Result<String, DeliveryError> {
        let title = self.initiative(initiative)?.map(|it| line(&it.name));
        Ok(title.unwrap_or_else(|| language.mails().an_initiative.to_owned()))
    }

    /// Whoever runs the installation, to whom a mail goes, if they still do.
    pub(super) async fn operator(&self, message: &OutboxMessage) -> Result<Option<Account>, DeliveryError> {
        let account = self.store.account(&message.email_h).await.map_err(|_| unreadable())?;
        Ok(account.filter(|account| account.is_operator))
    }

    /// Tells who runs the installation that visitors have reported something, if it still waits.
    pub(super) async fn of_reports(
        &self,
        mailer: &Mailer,
        base: &str,
        message: &OutboxMessage,
        now: i64,
    ) -> Result<Sent, DeliveryError> {
        let Some(account) = self.operator(message).await? else { return Ok(Sent::Unneeded) };
        let reported = self.store.reported().await.map_err(|_| unreadable())?;
        if reported.is_empty() {
            return Ok(Sent::Unneeded);
        }
        let (mailbox, to) = self.mailbox_of(message, &account, A_DAY, now).await?;
        let language = Language::parse(&account.language).unwrap_or(Language::DEFAULT);
        let link = format!("{base}/organise/reports?lang={}", language.tag());
        let texts = language.organising();
        let pieces = vec![
            Piece::Paragraph(language.count(texts.reported_mail_lead, reported.len() as u64, &[])),
            Piece::Button(texts.reported_open, link),
            Piece::Small(texts.reported_mail_daily.into()),
        ];
        let letter = letter(language, &self.settings.controller, texts.reported_mail_subject, pieces, to);
        mailer.send(message, letter, now).await?;
        Ok(Sent::Mailed(mailbox))
    }

    /// Whether an address has an account, or has confirmed a proposal: then it has the limit of accounts, whatever of its own it asks for.
    pub(super) async fn organises(&self, email_h: &Digest) -> Result<bool, DeliveryError> {
        if self.store.account(email_h).await.map_err(|_| unreadable())?.is_some() {
            return Ok(true);
        }
        let all = self.store.proposals_of(email_h).await.map_err(|_| unreadable())?;
        Ok(all.iter().any(|one| one.state == ProposalState::Kept))
    }

    /// The mailbox of an account and its address, unless it has had enough mails in 24 hours.
    async fn mailbox_of(
        &self,
        message: &OutboxMessage,
        account: &Account,
        most: u64,
        now: i64,
    ) -> Result<(Digest, Address), DeliveryError> {
        let mailbox = self.mailbox(message, &account.holder.email);
        self.spare_mailbox(message, &mailbox, &[(most, 24 * 3600, "24 hours")], now).await?;
        Ok((mailbox, address(&account.holder.email)?))
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
