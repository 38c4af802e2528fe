//! The mails about alerts: what is new near somebody, and what an alert is about.

use alentour::app::encode;
use alentour_texts::fill;
use lettre::Address;

use super::mail::Letter;
use super::person::{About, Piece};
use crate::recent::Found;
use crate::store::{Alert, SignUpRecord};
use crate::wording::{self, line};

/// Initiatives that a mail shows; of the others it says how many there are.
const SHOWN: usize = 5;

impl About<'_> {
    /// Says what is new near the places of a person's alerts, which are `alerts`. `base` is where this server is, `link` opens their alerts.
    pub fn news(
        &self,
        found: &[Found<'_>],
        alerts: &[&SignUpRecord],
        (base, link): (&str, &str),
        to: Address,
    ) -> Letter {
        let (language, texts) = (self.language, self.language.mails());
        let count = found.len() as u64;
        let mut pieces = vec![Piece::Paragraph(language.count(texts.news_lead, count, &[]))];
        pieces.extend(found.iter().take(SHOWN).map(|found| self.entry(found, base)));
        if found.len() > SHOWN {
            let more = language.count(texts.news_more, count - SHOWN as u64, &[]);
            pieces.push(Piece::Paragraph(more));
        }
        let lists = alerts.iter().filter_map(|record| record.alert());
        pieces.extend(lists.map(|alert| {
            let said = fill(texts.news_all, &[("place", &alert.place)]);
            Piece::Entry(said, Vec::new(), format!("{base}{}", list(alert, language.tag())))
        }));
        // The first that ends: whoever prolongs that one sees the others beside it.
        let until = alerts.iter().map(|record| record.expires_at).min().unwrap_or_default();
        let until = wording::last_day(language, until);
        pieces.push(Piece::Small(fill(texts.news_until, &[("date", &until)])));
        pieces.push(Piece::Button(texts.alerts_button, link.to_owned()));
        let subject = language.count(texts.news_subject, count, &[]);
        Letter { unsubscribe: Some(link.to_owned()), ..self.letter(&subject, pieces, to) }
    }

    /// Asks whether an alert was meant. `link` opens all that waits.
    pub fn confirm_alert(&self, link: &str, to: Address) -> Letter {
        let texts = self.language.mails();
        let date = wording::last_day(self.language, self.record.expires_at);
        let pieces = vec![
            Piece::Paragraph(texts.alert_confirm_lead.into()),
            self.alert_facts(),
            Piece::Button(texts.alert_confirm_button, link.to_owned()),
            Piece::Paragraph(fill(texts.confirm_until, &[("date", &date)])),
            Piece::Small(texts.confirm_not_you.into()),
        ];
        self.letter(texts.alert_confirm_subject, pieces, to)
    }

    /// Says that an alert is kept: now that it is confirmed, or already.
    pub fn alert_kept(&self, link: &str, to: Address) -> Letter {
        let texts = self.language.mails();
        let date = wording::last_day(self.language, self.record.expires_at);
        let pieces = vec![
            Piece::Paragraph(texts.alert_kept_lead.into()),
            self.alert_facts(),
            Piece::Small(fill(texts.news_until, &[("date", &date)])),
            Piece::Button(texts.alerts_button, link.to_owned()),
        ];
        let letter = self.letter(texts.alert_kept_subject, pieces, to);
        Letter { unsubscribe: Some(link.to_owned()), ..letter }
    }

    /// An initiative: what, when, where, and its page.
    fn entry(&self, found: &Found<'_>, base: &str) -> Piece {
        let (language, initiative) = (self.language, found.initiative);
        let session = found.session.and_then(|at| initiative.sessions.get(at));
        let time = match session {
            Some(session) => Some(wording::session(language, session)),
            None => wording::times(language, initiative, None),
        };
        let facts = [time, wording::place(language, initiative, session.map(|it| it.id.as_str()))];
        let link = format!("{base}/i/{}?lang={}", encode(&initiative.id), language.tag());
        Piece::Entry(line(&initiative.name), facts.into_iter().flatten().collect(), link)
    }

    fn alert_facts(&self) -> Piece {
        let facts =
            self.record.alert().map(|alert| wording::alert(self.language, alert, true)).unwrap_or_default();
        Piece::Facts(facts)
    }
}

/// The list of what an alert is about.
fn list(alert: &Alert, language: &str) -> String {
    let mut address = format!("/near?place={}&radius={}", encode(&alert.place), alert.radius);
    for (name, value) in [("kinds", &alert.kinds), ("causes", &alert.causes)] {
        if !value.is_empty() {
            address.push_str(&format!("&{name}={}", encode(value)));
        }
    }
    address + "&lang=" + language
}
