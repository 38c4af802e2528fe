//! The mail to one of many whom an organiser writes to. It is the organiser who speaks: who that is stands above the text, and answers go
//! there.

use alentour_model::Initiative;
use alentour_texts::{Language, fill};
use lettre::Address;

use super::Outbox;
use super::backoff::DeliveryError;
use super::mail::Letter;
use super::person::{About, Piece, letter};
use super::send::unreadable;
use crate::settings::Settings;
use crate::store::{SignUpRecord, Writing, with_ascii_domain};
use crate::way_back::WayBack;
use crate::wording::{self, line};

impl Outbox {
    /// What was accepted by that id, if somebody is still one of those whom it was written to: who has given their place back since, or was
    /// given one, is told nothing that is not meant for them.
    pub(super) async fn written(
        &self,
        id: &str,
        record: &SignUpRecord,
    ) -> Result<Option<Writing>, DeliveryError> {
        let known = self.store.broadcast(id).await.map_err(|_| unreadable())?;
        Ok(known.filter(|known| known.audience.includes(record)).map(|known| known.writing))
    }
}

impl About<'_> {
    /// Says what an organiser has written. `link` opens their own page.
    pub fn written(&self, writing: &Writing, link: &str, to: Address) -> Result<Letter, DeliveryError> {
        let reply_to = with_ascii_domain(&writing.reply_to).parse();
        let reply_to =
            reply_to.map_err(|_| DeliveryError::Final("the organiser's address is none".into()))?;
        let pieces = pieces(self.language, &self.shown_title(), writing, (self.own_button(), link));
        // The subject is the organiser's, whatever brackets it has.
        let subject = writing.subject.clone();
        Ok(Letter { subject, reply_to: Some(reply_to), ..self.letter("", pieces, to) })
    }
}

fn pieces(
    language: Language,
    title: &str,
    writing: &Writing,
    (button, link): (&'static str, &str),
) -> Vec<Piece> {
    let texts = language.organising();
    let lead = fill(texts.written_lead, &[("name", &line(&writing.name)), ("title", title)]);
    vec![
        Piece::Paragraph(lead),
        Piece::Quote(writing.text.clone()),
        Piece::Small(fill(texts.written_reply, &[("address", &writing.reply_to)])),
        Piece::Button(button, link.to_owned()),
    ]
}

/// The text of that mail as those read it who have signed up on this server's own pages. `None` where the organiser's address is none that
/// answers can go to. `is_shown`: whether visitors see the initiative.
pub fn preview(
    settings: &Settings,
    language: Language,
    (initiative, is_shown): (Option<&Initiative>, bool),
    writing: &Writing,
) -> Option<String> {
    let to = with_ascii_domain(&writing.reply_to).parse().ok()?;
    let base = settings.public_address()?;
    let title = initiative.map_or_else(|| language.mails().an_initiative.to_owned(), |it| line(&it.name));
    let own = format!("{base}/mine/…");
    let mut pieces = pieces(language, &title, writing, (wording::own_button(language, initiative), &own));
    if let Some(initiative) = initiative.filter(|_| is_shown) {
        let back = WayBack::to_own(base, &initiative.id, language);
        pieces.push(Piece::Entry(back.words(language), Vec::new(), back.address));
    }
    Some(letter(language, &settings.controller, "", pieces, to).text)
}
