//! The mail to somebody who organises: what is new of their initiatives, in numbers. Nothing of anybody who takes part is in it.

use alentour::app::encode;
use alentour_texts::{Language, fill};

use super::Outbox;
use super::backoff::DeliveryError;
use super::mail::{Letter, Mailer};
use super::person::{Piece, letter};
use super::send::{Sent, address, unreadable};
use crate::people::digest::stop_address;
use crate::store::{DigestCount, DigestSpan, OutboxMessage};
use crate::wording::{self, Act, line};

/// Initiatives that a mail names: the others are a press away.
const SHOWN: usize = 20;

impl Outbox {
    /// Tells an account what is new, if it still wants to know and anything still is.
    pub(super) async fn of_news(
        &self,
        mailer: &Mailer,
        base: &str,
        message: &OutboxMessage,
        now: i64,
    ) -> Result<Sent, DeliveryError> {
        let account = self.store.account(&message.email_h).await.map_err(|_| unreadable())?;
        let Some(account) = account.filter(|account| account.is_told) else { return Ok(Sent::Unneeded) };
        let span: DigestSpan = serde_json::from_str(&message.detail)
            .map_err(|_| DeliveryError::Final("it does not say what it tells".into()))?;
        let counts = self.store.digest(&account.account_h, &span, now).await.map_err(|_| unreadable())?;
        if !counts.iter().any(DigestCount::is_new) {
            return Ok(Sent::Unneeded);
        }
        let language = Language::parse(&account.language).unwrap_or(Language::DEFAULT);
        let texts = language.organising();
        let mut entries = Vec::new();
        for count in counts.iter().filter(|count| count.asked > 0 || count.is_new()).take(SHOWN) {
            entries.push(self.digested(language, base, count, now)?);
        }
        let (subject, lead) = match span.since {
            Some(_) => (texts.digest_subject, texts.digest_lead),
            None => (texts.digest_asked_subject, texts.digest_asked_lead),
        };
        let stop = stop_address(&self.store, base, &account, language);
        let mut pieces = vec![Piece::Paragraph(lead.into())];
        pieces.extend(entries);
        pieces.push(Piece::Button(texts.digest_open, format!("{base}/organise?lang={}", language.tag())));
        pieces.push(Piece::Small(texts.digest_why.into()));
        pieces.push(Piece::Link(texts.digest_stop, stop.clone()));
        let to = address(&account.holder.email)?;
        let letter = letter(language, &self.settings.controller, subject, pieces, to);
        mailer.send(message, Letter { unsubscribe: Some(stop), ..letter }, now).await?;
        Ok(Sent::Out)
    }

    /// An initiative: its title, what is new of it, its next date, and its page.
    fn digested(
        &self,
        language: Language,
        base: &str,
        count: &DigestCount,
        now: i64,
    ) -> Result<Piece, DeliveryError> {
        let texts = language.organising();
        let initiative = self.initiative(&count.initiative)?;
        let signed = match wording::act(initiative.as_deref()) {
            Act::Signs => texts.digest_signatures,
            _ => texts.digest_signups,
        };
        let said =
            [(signed, count.signups), (texts.digest_asked, count.asked), (texts.digest_full, count.full)];
        let said = said.into_iter().filter(|(_, many)| *many > 0);
        let mut facts: Vec<String> = said.map(|(text, many)| language.count(text, many, &[])).collect();
        let next = initiative
            .as_deref()
            .and_then(|it| it.coming(now).first().map(|next| wording::session(language, next)));
        facts.extend(next.map(|date| fill(texts.digest_next, &[("date", &date)])));
        let title = initiative.map_or_else(|| language.mails().an_initiative.to_owned(), |it| line(&it.name));
        let link = format!("{base}/organise/i/{}?lang={}", encode(&count.initiative), language.tag());
        Ok(Piece::Entry(title, facts, link))
    }
}
