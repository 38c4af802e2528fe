//! The mails to the person who signed up. They say what the feed and the operator say: nothing that a visitor wrote, for it may
//! be somebody else who typed this address.

use alentour::app::encode;
use alentour_model::{Initiative, Session};
use alentour_texts::{Language, fill};
use lettre::Address;

use super::mail::{File, Letter};
use crate::exchange::Exchange;
use crate::settings::Controller;
use crate::store::{self, Attendance, AttendanceState, Decision, Kept, SignUpRecord, Venue};
use crate::updates::PetitionUpdate;
use crate::way_back::WayBack;
use crate::wording::{self, Act, line};

/// What a mail needs to know.
pub struct About<'a> {
    /// Its language.
    pub language: Language,
    /// Who sends it.
    pub controller: &'a Controller,
    /// The sign-up or attempt it is about; any of the person's where it is about all.
    pub record: &'a SignUpRecord,
    /// What they signed up for, where the feed still has it.
    pub initiative: Option<&'a Initiative>,
    /// Where its participants meet, where the feed does not say it. Whoever has no seat is not told.
    pub venues: &'a [Venue],
    /// The way back to it; `None` where the mail has another, or nothing to lead to.
    pub back: Option<&'a WayBack>,
}

/// A piece of a mail.
pub(super) enum Piece {
    Paragraph(String),
    /// What somebody else has written: its lines as they are.
    Quote(String),
    Facts(Vec<(&'static str, String)>),
    List(&'static str, Vec<String>),
    /// What something is called, what is to be known of it, and its address.
    Entry(String, Vec<String>, String),
    Button(&'static str, String),
    Link(&'static str, String),
    Small(String),
}

/// A letter, with a greeting before its pieces, and who sends it after them.
pub(super) fn letter(
    language: Language,
    controller: &Controller,
    subject: &str,
    more: Vec<Piece>,
    to: Address,
) -> Letter {
    let texts = language.mails();
    let mut pieces = vec![Piece::Paragraph(texts.hello.into())];
    pieces.extend(more);
    let name = line(&controller.name);
    if !name.is_empty() {
        pieces.push(Piece::Small(fill(texts.sent_by, &[("name", &name)])));
    }
    let contact = line(&controller.contact);
    if !contact.is_empty() {
        pieces.push(Piece::Small(fill(texts.questions, &[("contact", &contact)])));
    }
    let (text, html) = (text(language, &pieces), html(language, &pieces));
    let subject = subject.to_owned();
    Letter { to, reply_to: None, subject, text, html: Some(html), file: None, unsubscribe: None }
}

impl About<'_> {
    /// Asks whether what waits was meant: a new sign-up, or a change of one that is confirmed, which may give dates back. `link` opens all that
    /// waits; what is scarce of it is `held` until then (UTC seconds, as is `now`).
    pub fn confirm(
        &self,
        link: &str,
        changes: Option<&SignUpRecord>,
        (held, now): (Option<i64>, i64),
        to: Address,
    ) -> Letter {
        let texts = self.language.mails();
        let (subject, lead, button) = match changes.is_some() {
            true => (texts.change_subject, texts.change_lead, texts.change_button),
            false => {
                let button = match wording::act(self.initiative) {
                    Act::TakesPart => texts.confirm_button,
                    Act::Signs => texts.confirm_signature,
                    Act::Asks => texts.confirm_request,
                };
                (texts.confirm_subject, texts.confirm_lead, button)
            }
        };
        let date = wording::last_day_of(self.language, self.initiative, self.record);
        let held = held.zip(self.initiative);
        let held = held.map(|(until, it)| wording::held(self.language, it, self.record, (until, now)));
        let exchange = changes.zip(self.initiative);
        let exchange =
            exchange.and_then(|(has, it)| Exchange::of(self.language, it, (has, self.record), now));
        let mut pieces = vec![
            Piece::Paragraph(fill(lead, &[("title", &self.shown_title())])),
            self.facts(),
            self.ticked(),
        ];
        pieces.extend(exchange.into_iter().flat_map(|exchange| self.exchange(exchange)));
        pieces.push(Piece::Button(button, link.to_owned()));
        pieces.extend(held.map(Piece::Paragraph));
        pieces.extend([
            Piece::Paragraph(fill(texts.confirm_until, &[("date", &date)])),
            Piece::Paragraph(texts.all_waiting.into()),
            Piece::Small(texts.confirm_not_you.into()),
        ]);
        self.letter(subject, pieces, to)
    }

    /// What becomes of the dates that somebody has where a form replaces them, and that it need not.
    fn exchange(&self, exchange: Exchange) -> [Piece; 2] {
        let texts = self.language.mails();
        let stay = exchange.stay.into_iter().map(|time| (texts.change_keeps, time));
        let given_back = exchange.given_back.into_iter().map(|time| (texts.change_gives_back, time));
        let then = if exchange.may_add { texts.change_choice } else { texts.change_instead };
        [Piece::Paragraph(then.into()), Piece::Facts(stay.chain(given_back).collect())]
    }

    /// Says that what arrived again is kept already.
    pub fn again(&self, to: Address) -> Letter {
        let texts = self.language.mails();
        let pieces = vec![
            Piece::Paragraph(fill(texts.again_lead, &[("title", &self.shown_title())])),
            self.facts(),
            Piece::Small(texts.again_not_you.into()),
        ];
        self.letter(texts.again_subject, pieces, to)
    }

    /// Says what is kept now that it is confirmed. `link` opens their own page; `calendar` has the sessions they have seats of.
    pub fn confirmed(&self, link: &str, calendar: Option<File>, to: Address) -> Letter {
        let texts = self.language.mails();
        let any = |is: fn(AttendanceState) -> bool| self.record.attendances.iter().any(|one| is(one.state));
        let waits = any(|state| state == AttendanceState::Waiting) && !any(AttendanceState::is_seated);
        let is_asked = matches!(self.record.decision, Some((Decision::Asked, _)));
        let (subject, lead) = match waits {
            true => (texts.waitlisted_subject, texts.waitlisted_lead),
            false if is_asked => (texts.asked_subject, texts.asked_lead),
            false if wording::act(self.initiative) == Act::Signs => {
                (texts.confirmed_subject, texts.signed_lead)
            }
            false => (texts.confirmed_subject, texts.confirmed_lead),
        };
        let mut pieces = vec![Piece::Paragraph(fill(lead, &[("title", &self.shown_title())])), self.facts()];
        pieces.extend(self.meeting());
        if calendar.is_some() {
            pieces.push(Piece::Paragraph(texts.confirmed_calendar.into()));
        }
        if any(|state| state == AttendanceState::Cancelled) {
            pieces.push(Piece::Paragraph(texts.given_back_calendar.into()));
        }
        pieces.push(Piece::Button(self.own_button(), link.to_owned()));
        pieces.push(Piece::Paragraph(texts.own_then.into()));
        Letter { file: calendar, ..self.letter(subject, pieces, to) }
    }

    /// Says that a seat is theirs that they waited for; where it is offered, only if they say so in time. `link` opens their own page;
    /// `calendar` has the session of a seat that is theirs.
    pub fn seat(&self, one: &Attendance, link: &str, calendar: Option<File>, to: Address) -> Letter {
        let texts = self.language.mails();
        let is_offer = one.state == AttendanceState::Offered;
        let (subject, lead, button, then) = match is_offer {
            true => (texts.offered_subject, texts.offered_lead, texts.offered_button, texts.offered_then),
            false => {
                (texts.promoted_subject, texts.promoted_lead, texts.promoted_button, texts.promoted_then)
            }
        };
        let record = alone(self.record, one);
        let mut pieces =
            vec![Piece::Paragraph(fill(lead, &[("title", &self.shown_title())])), self.of(&record).facts()];
        pieces.extend(self.of(&record).meeting());
        if calendar.is_some() {
            pieces.push(Piece::Paragraph(texts.confirmed_calendar.into()));
        }
        pieces.push(Piece::Button(button, link.to_owned()));
        pieces.push(Piece::Paragraph(then.into()));
        Letter { file: calendar, ..self.letter(subject, pieces, to) }
    }

    /// Says that a session is at another time or place now: what it was, and what it is. `link` opens their own page; `calendar` has it as it
    /// is now.
    pub fn moved(
        &self,
        one: &Attendance,
        was: &Kept,
        link: &str,
        calendar: Option<File>,
        to: Address,
    ) -> Letter {
        let texts = self.language.mails();
        let mut pieces = vec![
            Piece::Paragraph(fill(texts.moved_lead, &[("title", &self.shown_title())])),
            Piece::Facts(self.kept(texts.moved_before, was)),
            self.of(&alone(self.record, one)).facts(),
        ];
        pieces.extend(self.of(&alone(self.record, one)).meeting());
        if calendar.is_some() {
            pieces.push(Piece::Paragraph(texts.moved_calendar.into()));
        }
        let waits = one.state == AttendanceState::Waiting;
        pieces.push(Piece::Paragraph(if waits { texts.moved_waiting } else { texts.moved_then }.into()));
        pieces.push(Piece::Button(self.own_button(), link.to_owned()));
        Letter { file: calendar, ..self.letter(texts.moved_subject, pieces, to) }
    }

    /// Says where one meets, of the sessions that the record has. `link` opens their own page; `calendar` has them as they are now.
    pub fn venue(&self, link: &str, calendar: Option<File>, to: Address) -> Letter {
        let texts = self.language.mails();
        let mut pieces =
            vec![Piece::Paragraph(fill(texts.venue_lead, &[("title", &self.shown_title())])), self.facts()];
        pieces.extend(self.meeting());
        pieces.push(Piece::Paragraph(texts.venue_private.into()));
        if calendar.is_some() {
            pieces.push(Piece::Paragraph(texts.venue_calendar.into()));
        }
        pieces.push(Piece::Button(self.own_button(), link.to_owned()));
        Letter { file: calendar, ..self.letter(texts.venue_subject, pieces, to) }
    }

    /// Says that a session is called off. `calendar` takes it out of theirs.
    /// `instead` is what they may come to.
    pub(super) fn called_off(
        &self,
        was: &Kept,
        link: &str,
        (calendar, instead): (Option<File>, Vec<Piece>),
        to: Address,
    ) -> Letter {
        let texts = self.language.mails();
        let facts = [vec![(texts.what, self.shown_title())], self.kept(texts.when, was)].concat();
        let mut pieces = vec![
            Piece::Paragraph(fill(texts.called_off_lead, &[("title", &self.shown_title())])),
            Piece::Facts(facts),
            Piece::Paragraph(
                if calendar.is_some() { texts.called_off_calendar } else { texts.called_off_then }.into(),
            ),
            Piece::Button(self.own_button(), link.to_owned()),
        ];
        if !instead.is_empty() {
            pieces.push(Piece::Paragraph(self.language.organising().instead.into()));
            pieces.extend(instead);
        }
        let day = was.session("").map(|session| wording::date(self.language, session.start.date()));
        let subject = match &day {
            Some(day) => fill(texts.called_off_subject_date, &[("date", day), ("title", "{title}")]),
            None => texts.called_off_subject.to_owned(),
        };
        Letter { file: calendar, ..self.letter(&subject, pieces, to) }
    }

    /// Says that a session which was called off is announced again; their own page has the button to take it again.
    pub(super) fn on_again(&self, one: &Attendance, link: &str, to: Address) -> Letter {
        let texts = self.language.mails();
        // What they had of it was taken back: its time is said as of one that they have.
        let announced = Attendance { state: AttendanceState::Active, ..one.clone() };
        let pieces = vec![
            Piece::Paragraph(fill(texts.on_again_lead, &[("title", &self.shown_title())])),
            self.of(&alone(self.record, &announced)).facts(),
            Piece::Paragraph(texts.on_again_then.into()),
            Piece::Button(texts.on_again_button, link.to_owned()),
        ];
        self.letter(texts.on_again_subject, pieces, to)
    }

    /// Reminds of the sessions that the record has, which begin at one time. `link` opens their own page; `unsubscribe` ends the reminders.
    pub fn reminder(&self, link: &str, unsubscribe: String, to: Address) -> Letter {
        let texts = self.language.mails();
        let mut pieces = vec![
            Piece::Paragraph(fill(texts.reminder_lead, &[("title", &self.shown_title())])),
            self.facts(),
        ];
        pieces.extend(self.meeting());
        pieces.push(Piece::Paragraph(texts.reminder_then.into()));
        pieces.push(Piece::Button(texts.promoted_button, link.to_owned()));
        pieces.push(Piece::Link(texts.reminder_stop, unsubscribe.clone()));
        Letter { unsubscribe: Some(unsubscribe), ..self.letter(texts.reminder_subject, pieces, to) }
    }

    /// Says that the organiser has accepted what they ask for, and how much of what they offer. `link` opens their own page; `calendar` has
    /// the sessions they have seats of.
    /// Where they have no date that is to come, the next one is named; `contact` is the mailbox that the organiser shows to everybody.
    pub fn accepted(
        &self,
        link: &str,
        calendar: Option<File>,
        (contact, now): (Option<Address>, i64),
        to: Address,
    ) -> Letter {
        let texts = self.language.mails();
        let mut pieces = vec![
            Piece::Paragraph(fill(texts.accepted_lead, &[("title", &self.shown_title())])),
            self.facts(),
        ];
        pieces.extend(self.meeting());
        let coming = self.initiative.map(|it| it.coming(now)).unwrap_or_default();
        let is_theirs = |date: &&Session| self.record.attendances.iter().any(|one| one.session == date.id);
        let next = coming.first().filter(|_| !coming.iter().any(is_theirs));
        let next = next.map(|date| wording::session(self.language, date));
        pieces.extend(next.map(|date| Piece::Facts(vec![(texts.accepted_next, date)])));
        pieces.push(Piece::Paragraph(match contact {
            Some(mailbox) => fill(texts.accepted_reach, &[("address", mailbox.as_ref())]),
            None => texts.accepted_then.into(),
        }));
        if calendar.is_some() {
            pieces.push(Piece::Paragraph(texts.confirmed_calendar.into()));
        }
        pieces.push(Piece::Button(self.own_button(), link.to_owned()));
        pieces.push(Piece::Paragraph(texts.own_then.into()));
        Letter { file: calendar, ..self.letter(texts.accepted_subject, pieces, to) }
    }

    /// Says that the organiser has not, and leads to what else is near. `base` is where this server is, `link` opens their own page.
    pub fn declined(&self, base: &str, link: &str, to: Address) -> Letter {
        let texts = self.language.mails();
        let place = self.initiative.and_then(|initiative| initiative.places.first());
        let place = place.map(|place| format!("{} {}", place.postal_code, place.address_locality));
        let place = place.map_or_else(String::new, |place| format!("place={}&", encode(place.trim())));
        let pieces = vec![
            Piece::Paragraph(fill(texts.declined_lead, &[("title", &self.shown_title())])),
            Piece::Paragraph(texts.declined_then.into()),
            Piece::Button(texts.declined_button, format!("{base}/near?{place}lang={}", self.language.tag())),
            Piece::Link(self.own_button(), link.to_owned()),
        ];
        self.letter(texts.declined_subject, pieces, to)
    }

    /// Tells what is new of a petition that they have signed. `link` opens their own page; `unsubscribe` ends these mails.
    pub fn update(
        &self,
        update: &PetitionUpdate<'_>,
        base: &str,
        link: &str,
        unsubscribe: String,
        to: Address,
    ) -> Letter {
        let texts = self.language.mails();
        let mut pieces = vec![Piece::Paragraph(fill(texts.update_lead, &[("title", &self.shown_title())]))];
        pieces.extend(update.date.map(|date| Piece::Paragraph(wording::date(self.language, date))));
        let paragraphs = update.text.split("\n\n").map(str::trim).filter(|text| !text.is_empty());
        pieces.extend(paragraphs.map(|text| Piece::Paragraph(text.to_owned())));
        pieces.extend(update.url.map(|url| Piece::Link(texts.update_more, url.to_owned())));
        if let Some(initiative) = self.initiative {
            let own = || WayBack::to_own(base, &initiative.id, self.language).address;
            let page = match (self.back, &initiative.url) {
                (Some(back), _) if back.is_to_partner() => back.address.clone(),
                (_, Some(url)) => url.as_str().to_owned(),
                _ => own(),
            };
            pieces.push(Piece::Button(texts.update_button, page));
        }
        pieces.push(Piece::Link(texts.update_own, link.to_owned()));
        pieces.push(Piece::Link(texts.update_stop, unsubscribe.clone()));
        Letter {
            unsubscribe: Some(unsubscribe),
            ..About { back: None, ..*self }.letter(texts.update_subject, pieces, to)
        }
    }

    /// When and where a session was.
    pub(super) fn kept(&self, label: &'static str, was: &Kept) -> Vec<(&'static str, String)> {
        let time = was.session("").map(|session| wording::session(self.language, &session));
        let place = was.place.clone().filter(|place| !place.is_empty());
        let parts: Vec<_> = [time, place].into_iter().flatten().collect();
        if parts.is_empty() { Vec::new() } else { vec![(label, parts.join(" · "))] }
    }

    /// Hands over the link to all that is kept.
    pub fn access(&self, link: &str, to: Address) -> Letter {
        let texts = self.language.mails();
        let pieces = vec![
            Piece::Paragraph(texts.access_lead.into()),
            Piece::Button(texts.access_button, link.to_owned()),
            Piece::Paragraph(texts.access_until.into()),
            Piece::Small(texts.access_not_you.into()),
        ];
        self.letter(texts.access_subject, pieces, to)
    }

    pub(super) fn letter(&self, subject: &str, mut more: Vec<Piece>, to: Address) -> Letter {
        more.extend(
            self.back.map(|back| Piece::Entry(back.words(self.language), Vec::new(), back.address.clone())),
        );
        let subject = fill(subject, &[("title", &self.title())]);
        letter(self.language, self.controller, &subject, more, to)
    }

    /// The same about another record.
    pub(super) fn of<'a>(&'a self, record: &'a SignUpRecord) -> About<'a> {
        About { record, ..*self }
    }

    pub(super) fn own_button(&self) -> &'static str {
        wording::own_button(self.language, self.initiative)
    }

    fn title(&self) -> String {
        let unknown = || self.language.mails().an_initiative.to_owned();
        self.initiative.map_or_else(unknown, |it| line(&it.name))
    }

    /// The title within a sentence.
    pub(super) fn shown_title(&self) -> String {
        wording::isolated(self.language, &self.title())
    }

    /// What, when, where, how many.
    pub(super) fn facts(&self) -> Piece {
        let (language, texts, record) = (self.language, self.language.mails(), self.record);
        let mut facts = vec![(texts.what, self.shown_title())];
        if let Some(initiative) = self.initiative {
            let appointments = wording::appointments(language, initiative, record);
            facts.extend(appointments.times.into_iter().map(|time| (texts.when, time)));
            facts.extend(appointments.place.map(|place| (texts.place, place)));
        }
        if record.party > 1 {
            facts.push((texts.people, record.party.to_string()));
        }
        facts.extend(wording::request(language, self.initiative, record));
        Piece::Facts(facts)
    }

    /// Where those meet who have a seat; with the dates where they do not all meet at one place.
    pub(super) fn meeting(&self) -> Vec<Piece> {
        let texts = self.language.mails();
        let comma = format!("{} ", texts.comma);
        let told = store::told(self.venues, self.record);
        let is_one = told.len() == 1;
        let mut pieces = Vec::new();
        for (venue, sessions) in told {
            let time = |session: &&str| wording::times(self.language, self.initiative?, Some(session));
            let times = sessions.iter().filter_map(time).filter(|_| !is_one);
            let text = Some(venue.meeting.line(&comma)).filter(|text| !text.is_empty());
            let said = times.chain(text).collect::<Vec<_>>().join(" · ");
            if !said.is_empty() {
                pieces.push(Piece::Facts(vec![(texts.venue, said)]));
            }
            if !venue.meeting.link.is_empty() {
                pieces.push(Piece::Link(texts.venue_link, venue.meeting.link.clone()));
            }
        }
        pieces
    }

    /// The texts of the consents whose boxes were ticked. They are the feed's, and no visitor's.
    fn ticked(&self) -> Piece {
        let given = self.record.consents.iter().filter(|consent| consent.given);
        Piece::List(self.language.mails().ticked, given.map(|consent| line(&consent.text)).collect())
    }
}

/// A sign-up with one of its dates alone: the others are as they were.
pub(super) fn alone(record: &SignUpRecord, one: &Attendance) -> SignUpRecord {
    SignUpRecord { attendances: vec![one.clone()], ..record.clone() }
}

fn text(language: Language, pieces: &[Piece]) -> String {
    let labelled =
        |label: &str, text: &str| fill(language.mails().labelled, &[("label", label), ("text", text)]);
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Paragraph(text) | Piece::Quote(text) | Piece::Small(text) => out.push_str(text),
            Piece::Facts(facts) => {
                let lines: Vec<_> =
                    facts.iter().map(|(name, value)| format!("  {}", labelled(name, value))).collect();
                out.push_str(&lines.join("\n"));
            }
            Piece::List(_, entries) if entries.is_empty() => continue,
            Piece::List(name, entries) => {
                out.push_str(labelled(name, "").trim_end_matches(' '));
                entries.iter().for_each(|entry| out.push_str(&format!("\n  – {entry}")));
            }
            Piece::Entry(name, facts, link) => {
                let lines = [name].into_iter().chain(facts).chain([link]).map(String::as_str);
                out.push_str(&lines.collect::<Vec<_>>().join("\n"));
            }
            Piece::Button(name, link) | Piece::Link(name, link) => {
                out.push_str(&format!("{}\n{link}", labelled(name, "").trim_end_matches(' ')))
            }
        }
        out.push_str("\n\n");
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn html(language: Language, pieces: &[Piece]) -> String {
    let mut out = format!(
        r#"<!doctype html><html lang="{}" dir="{}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head><body style="margin:0 auto;max-width:36em;padding:1em;font:16px/1.5 sans-serif">"#,
        language.tag(),
        language.direction()
    );
    for piece in pieces {
        match piece {
            Piece::Paragraph(text) => out.push_str(&format!("<p>{}</p>", escape(text))),
            Piece::Quote(text) => out.push_str(&format!(
                r#"<p dir="auto" style="padding:0 1em;border:solid #b3391f;border-width:0 3px">{}</p>"#,
                escape(text).replace('\n', "<br>")
            )),
            Piece::Small(text) => {
                out.push_str(&format!(r#"<p style="font-size:14px;color:#595959">{}</p>"#, escape(text)));
            }
            Piece::Facts(facts) => {
                out.push_str("<p>");
                for (name, value) in facts {
                    let value = format!("<strong><bdi>{}</bdi></strong><br>", escape(value));
                    out.push_str(&fill(language.mails().labelled, &[("label", &escape(name)), ("text", &value)]));
                }
                out.push_str("</p>");
            }
            Piece::List(_, entries) if entries.is_empty() => {}
            Piece::List(name, entries) => {
                let name = fill(language.mails().labelled, &[("label", &escape(name)), ("text", "")]);
                out.push_str(&format!("<p>{}</p><ul>", name.trim_end_matches(' ')));
                entries.iter().for_each(|entry| out.push_str(&format!("<li><bdi>{}</bdi></li>", escape(entry))));
                out.push_str("</ul>");
            }
            Piece::Link(name, link) => out.push_str(&format!(
                r#"<p style="font-size:14px"><a href="{}" style="color:#595959">{}</a></p>"#,
                escape(link),
                escape(name)
            )),
            Piece::Entry(name, facts, link) => {
                let name = escape(name);
                out.push_str(&format!(r#"<p><a href="{}"><bdi>{name}</bdi></a>"#, escape(link)));
                facts.iter().for_each(|fact| out.push_str(&format!("<br><bdi>{}</bdi>", escape(fact))));
                out.push_str("</p>");
            }
            Piece::Button(name, link) => out.push_str(&format!(
                r#"<p><a href="{0}" style="display:inline-block;padding:12px 24px;border-radius:24px;background:#b3391f;color:#fff;font-weight:bold;text-decoration:none">{1}</a></p><p style="font-size:14px;color:#595959;word-break:break-all">{0}</p>"#,
                escape(link),
                escape(name)
            )),
        }
    }
    out + "</body></html>"
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
