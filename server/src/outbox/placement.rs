//! The mails to somebody for whom the organiser has done something.

use alentour_texts::fill;
use lettre::Address;

use super::mail::{File, Letter};
use super::person::{About, Piece, alone};
use crate::store::{Attendance, Kept};

impl About<'_> {
    /// Says that the organiser has given them a seat. `calendar` has its session.
    pub fn seated(&self, one: &Attendance, link: &str, calendar: Option<File>, to: Address) -> Letter {
        let texts = self.language.mails();
        let record = alone(self.record, one);
        let mut pieces = vec![
            Piece::Paragraph(fill(texts.seated_lead, &[("title", &self.shown_title())])),
            self.of(&record).facts(),
        ];
        pieces.extend(self.of(&record).meeting());
        pieces.push(Piece::Button(texts.promoted_button, link.to_owned()));
        pieces.push(Piece::Paragraph(texts.promoted_then.into()));
        Letter { file: calendar, ..self.letter(texts.promoted_subject, pieces, to) }
    }

    /// Says that the organiser has moved them to this session; `was` is what the other one said. `calendar` has the new one, and takes the other
    /// out.
    pub fn rebooked(
        &self,
        one: &Attendance,
        was: &Kept,
        link: &str,
        calendar: Option<File>,
        to: Address,
    ) -> Letter {
        let texts = self.language.mails();
        let record = alone(self.record, one);
        let mut pieces = vec![
            Piece::Paragraph(fill(texts.rebooked_lead, &[("title", &self.shown_title())])),
            Piece::Facts(self.kept(texts.moved_before, was)),
            self.of(&record).facts(),
        ];
        pieces.extend(self.of(&record).meeting());
        if calendar.is_some() {
            pieces.push(Piece::Paragraph(texts.moved_calendar.into()));
        }
        pieces.push(Piece::Paragraph(texts.rebooked_then.into()));
        pieces.push(Piece::Button(self.own_button(), link.to_owned()));
        Letter { file: calendar, ..self.letter(texts.rebooked_subject, pieces, to) }
    }

    /// Says that the organiser has given back what they had of a session, which said that. `calendar` takes it out of theirs.
    pub fn released(&self, was: &Kept, link: &str, calendar: Option<File>, to: Address) -> Letter {
        let texts = self.language.mails();
        let facts = [vec![(texts.what, self.shown_title())], self.kept(texts.when, was)].concat();
        let pieces = vec![
            Piece::Paragraph(fill(texts.released_lead, &[("title", &self.shown_title())])),
            Piece::Facts(facts),
            Piece::Paragraph(texts.released_then.into()),
            Piece::Button(self.own_button(), link.to_owned()),
        ];
        Letter { file: calendar, ..self.letter(texts.released_subject, pieces, to) }
    }
}
