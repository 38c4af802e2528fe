//! The mails about what visitors propose: to whoever proposes it, and to whoever decides. Until its address has confirmed it they say nothing of
//! what was typed, for it may be somebody else who typed that address.

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
use crate::own;
use crate::store::{Digest, MessageKind, OutboxMessage, OwnStatus, OwnWhich, ProposalRecord, ProposalState};
use crate::wording::line;

const DAY: i64 = 86_400;
/// Such mails, and others, to one mailbox in 24 hours and in a week, as to addresses that have confirmed nothing.
const LIMITS: [(u64, i64, &str); 2] = [(3, DAY, "24 hours"), (6, 7 * DAY, "7 days")];
/// To an address that has confirmed a proposal, or has an account.
const KNOWN: [(u64, i64, &str); 1] = [(A_DAY, DAY, "24 hours")];

impl Outbox {
    /// Writes to whoever has proposed something, or to the address that was typed.
    pub(super) async fn to_proposer(
        &self,
        mailer: &Mailer,
        base: &str,
        message: &OutboxMessage,
        now: i64,
    ) -> Result<Sent, DeliveryError> {
        let found = self.store.proposal(&message.initiative).await.map_err(|_| unreadable())?;
        // Another address was typed since, or it was erased.
        let found = found.filter(|found| found.email_h == Some(message.email_h) && found.expires_at > now);
        let Some(found) = found.filter(|found| is_said(message, found)) else { return Ok(Sent::Unneeded) };
        let mailbox = self.mailbox(message, &found.draft.email);
        let anybody = message.kind.anybody_can_cause();
        if anybody {
            self.spare_proposer(message, &mailbox, now).await?;
        }
        let to = address(&found.draft.email)?;
        let token = message.token(&self.store.keys().current());
        let hash = self.store.secret().token_hash(&token);
        let is_own = message.kind != MessageKind::ProposalResume;
        let of = (found.id.as_str(), &message.email_h);
        self.store.create_proposal_link(&hash, of, is_own).await.map_err(|_| unreadable())?;
        let language = Language::parse(&found.language).unwrap_or(Language::DEFAULT);
        let path = if is_own { "proposal" } else { "propose" };
        let link = format!("{base}/{path}/{token}?lang={}", language.tag());
        let letter = self.written_to_proposer(message, &found, base, (language, link), to);
        mailer.send(message, letter, now).await?;
        Ok(if anybody { Sent::Mailed(mailbox) } else { Sent::Out })
    }

    /// Puts a mail off where its mailbox has had enough of them.
    async fn spare_proposer(
        &self,
        message: &OutboxMessage,
        mailbox: &Digest,
        now: i64,
    ) -> Result<(), DeliveryError> {
        let limits: &[(u64, i64, &str)] =
            if self.organises(&message.email_h).await? { &KNOWN } else { &LIMITS };
        self.spare_mailbox(message, mailbox, limits, now).await
    }

    fn written_to_proposer(
        &self,
        message: &OutboxMessage,
        found: &ProposalRecord,
        base: &str,
        (language, link): (Language, String),
        to: Address,
    ) -> Letter {
        let (texts, controller) = (language.proposing(), &self.settings.controller);
        let own = found.own.as_ref();
        let title =
            own.and_then(|own| own::initiative_of(&own.content).ok().flatten()).map(|it| line(&it.name));
        let title = title.unwrap_or_else(|| language.mails().an_initiative.to_owned());
        let answer = own.map(|own| own.proposal.answer.clone()).unwrap_or_default();
        let said = |text: &str| Piece::Paragraph(fill(text, &[("title", &title)]));
        let quoted = (!answer.is_empty()).then_some(Piece::Quote(answer));
        let (subject, pieces) = match (message.kind, own.map(|own| own.status)) {
            (MessageKind::ProposalResume, _) => (
                texts.mail_resume_subject.to_owned(),
                vec![
                    Piece::Paragraph(texts.mail_resume_lead.into()),
                    Piece::Button(texts.mail_resume_button, link),
                    Piece::Small(texts.mail_resume_not_you.into()),
                ],
            ),
            (MessageKind::ProposalAnswered, Some(OwnStatus::AskedBack)) => {
                let mut pieces = vec![said(texts.mail_asked_lead)];
                pieces.extend(quoted);
                pieces.push(Piece::Button(texts.mail_asked_button, link));
                (texts.mail_asked_subject.to_owned(), pieces)
            }
            (MessageKind::ProposalAnswered, Some(OwnStatus::Published)) => {
                let page = format!("{base}/i/{}?lang={}", encode(&found.id), language.tag());
                let organise = format!("{base}/organise?lang={}", language.tag());
                let pieces = vec![
                    said(texts.mail_published_lead),
                    Piece::Button(texts.see, page),
                    Piece::Link(texts.mail_published_organise, organise),
                    Piece::Link(texts.mail_follow, link),
                ];
                (texts.mail_published_subject.to_owned(), pieces)
            }
            (MessageKind::ProposalAnswered, _) => {
                let mut pieces = vec![said(texts.mail_declined_lead)];
                pieces.extend(quoted);
                pieces.push(Piece::Link(texts.mail_follow, link));
                (texts.mail_declined_subject.to_owned(), pieces)
            }
            _ => (
                texts.mail_confirm_subject.to_owned(),
                vec![
                    Piece::Paragraph(texts.mail_confirm_lead.into()),
                    Piece::Button(texts.mail_confirm_button, link),
                    Piece::Small(texts.mail_confirm_not_you.into()),
                ],
            ),
        };
        letter(language, controller, &fill(&subject, &[("title", &title)]), pieces, to)
    }

    /// Tells whoever runs the installation that something waits, if it still does. There is no secret in that mail.
    pub(super) async fn of_waiting(
        &self,
        mailer: &Mailer,
        base: &str,
        message: &OutboxMessage,
        now: i64,
    ) -> Result<Sent, DeliveryError> {
        let Some(account) = self.operator(message).await? else { return Ok(Sent::Unneeded) };
        let which = OwnWhich { status: Some(OwnStatus::Waiting), owner: None };
        if self.store.own_initiatives(which).await.map_err(|_| unreadable())?.is_empty() {
            return Ok(Sent::Unneeded);
        }
        let to = address(&account.holder.email)?;
        let language = Language::parse(&account.language).unwrap_or(Language::DEFAULT);
        let texts = language.proposing();
        let link = format!("{base}/organise/initiatives?lang={}", language.tag());
        let pieces = vec![
            Piece::Paragraph(texts.mail_waits_lead.into()),
            Piece::Button(texts.mail_waits_button, link),
        ];
        let letter = letter(language, &self.settings.controller, texts.mail_waits_subject, pieces, to);
        mailer.send(message, letter, now).await?;
        Ok(Sent::Out)
    }

    /// Sends somebody who has signed up for nothing, and asks what is kept of them, the links to what they have proposed. Where that is nothing,
    /// there is nothing to say.
    pub(super) async fn to_asking(
        &self,
        mailer: &Mailer,
        base: &str,
        message: &OutboxMessage,
        now: i64,
    ) -> Result<Sent, DeliveryError> {
        let all = self.store.proposals_of(&message.email_h).await.map_err(|_| unreadable())?;
        let Some(last) = all.last() else { return Ok(Sent::Unneeded) };
        let mailbox = self.mailbox(message, &last.draft.email);
        self.spare_proposer(message, &mailbox, now).await?;
        let to = address(&last.draft.email)?;
        let language = Language::parse(&last.language).unwrap_or(Language::DEFAULT);
        let texts = language.proposing();
        let mut pieces = vec![Piece::Paragraph(texts.data_lead.into())];
        for one in &all {
            let token = message.token_of(&one.id, &self.store.keys().current());
            let hash = self.store.secret().token_hash(&token);
            let of = (one.id.as_str(), &message.email_h);
            self.store.create_proposal_link(&hash, of, true).await.map_err(|_| unreadable())?;
            pieces.push(Piece::Link(texts.own, format!("{base}/proposal/{token}?lang={}", language.tag())));
        }
        let letter = letter(language, &self.settings.controller, texts.data, pieces, to);
        mailer.send(message, letter, now).await?;
        Ok(Sent::Mailed(mailbox))
    }
}

/// Whether what a mail says is so still.
fn is_said(message: &OutboxMessage, found: &ProposalRecord) -> bool {
    match message.kind {
        MessageKind::ProposalConfirm => found.state == ProposalState::Sent,
        MessageKind::ProposalResume => found.state == ProposalState::Draft,
        _ => {
            let detail: Value = serde_json::from_str(&message.detail).unwrap_or_default();
            let said = detail.get("status").and_then(Value::as_str);
            found.own.as_ref().is_some_and(|own| Some(own.status.as_str()) == said)
        }
    }
}
