//! One message on its way: who it is for, and what there is to say.

use std::sync::Arc;

use alentour_model::{EmailAddress, Initiative, Link, Session};
use alentour_texts::Language;
use lettre::Address;
use serde_json::Value;

use super::backoff::DeliveryError;
use super::event::Event;
use super::mail::{File, Letter, Mailer};
use super::mailboxes::A_DAY;
use super::person::{About, Piece};
use super::subject::{Subject, subject, was};
use super::{Outbox, mobilizon, organiser, osdi, sealed, webhook};
use crate::also::{also_open, next_open};
use crate::http::Error;
use crate::initiatives::calendar::{self, Told};
use crate::recent::Found;
use crate::sessions;
use crate::settings::{Channel, Sink};
use crate::signups::{held_until, own_until};
use crate::store::{
    Attendance, AttendanceState, Decision, Digest, Kept, MailedLink, MessageKind, OutboxMessage, Purpose,
    SignUpRecord, may_be_told, told_of_change, with_ascii_domain,
};
use crate::updates;
use crate::way_back::WayBack;
use crate::wording::{self, line};

/// Mails to one person in 24 hours. Whoever signs somebody up again and again does not fill their mailbox.
const MAILS_A_DAY: u64 = 10;
/// Mails to somebody who has never confirmed anything, in 24 hours and in seven days: they may never have asked for any. One
/// mail's link is good for all that waits, so nobody misses the others.
const UNKNOWN_A_DAY: u64 = 3;
const UNKNOWN_A_WEEK: u64 = 6;
/// Dates that are proposed in the place of one that is called off.
const INSTEAD: usize = 2;
const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;

/// What became of a message that met no error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// It is out.
    Out,
    /// The mail is out, to that mailbox ([`Secret::mailbox_h`](crate::store::Secret::mailbox_h)).
    Mailed(Digest),
    /// There is nothing left to say.
    Unneeded,
}

impl Outbox {
    /// The mailbox of the address that a mail goes to: that of its person where it is none.
    pub(super) fn mailbox(&self, message: &OutboxMessage, email: &str) -> Digest {
        EmailAddress::parse(email).map_or(message.email_h, |email| self.store.secret().mailbox_h(&email))
    }

    /// Writes to the person.
    pub(super) async fn to_person(&self, message: &OutboxMessage, now: i64) -> Result<Sent, DeliveryError> {
        let (Some(mailer), Some(base)) = (self.mailer(), self.settings.public_address()) else {
            return Err(DeliveryError::Final("the settings have no [mail] any more".into()));
        };
        let mailer = &*mailer;
        match message.kind {
            MessageKind::SignIn => return self.to_account(mailer, base, message, now).await,
            MessageKind::Invited => return self.to_invited(mailer, base, message, now).await,
            MessageKind::Removed => return self.to_removed(mailer, message, now).await,
            MessageKind::ProposalConfirm | MessageKind::ProposalResume | MessageKind::ProposalAnswered => {
                return self.to_proposer(mailer, base, message, now).await;
            }
            MessageKind::ProposalsWait => return self.of_waiting(mailer, base, message, now).await,
            MessageKind::Digest => return self.of_news(mailer, base, message, now).await,
            MessageKind::Reported => return self.of_reports(mailer, base, message, now).await,
            _ => {}
        }
        let all = self.store.of_person(&message.email_h).await.map_err(|_| unreadable())?;
        let waiting = self.store.waiting(&message.email_h, now).await.map_err(|_| unreadable())?;
        if message.kind == MessageKind::Access && all.is_empty() {
            return self.to_asking(mailer, base, message, now).await;
        }
        if message.kind == MessageKind::News {
            return self.tell_news(mailer, base, message, &all, now).await;
        }
        // Gone, or expired, or confirmed in the meantime, or an address that never signed up.
        let Some(subject) = subject(message, &all, &waiting, now) else { return Ok(Sent::Unneeded) };
        // A link that is good for 24 hours from the request on.
        let access_until = message.created_at + DAY;
        if message.kind == MessageKind::Access && now > access_until - HOUR {
            return Err(DeliveryError::Final(
                "its link would be out of date: they can ask for another".into(),
            ));
        }
        let record = subject.record();
        let mailbox = self.mailbox(message, &record.person.email);
        if message.kind.anybody_can_cause() {
            self.spare(message, &mailbox, &all, now).await?;
        }
        let to = address(&record.person.email)?;
        let initiative = match subject {
            Subject::Access(_) => None,
            _ if record.alert().is_some() => None,
            _ => self.initiative(&record.initiative)?,
        };
        if !self.still_holds(message, &subject, initiative.as_deref(), now).await? {
            return Ok(Sent::Unneeded);
        }
        // Nothing that goes with the mail has the place either, as the calendar's file.
        let venues = if message.kind.anybody_can_cause() || !may_be_told(record) {
            Vec::new()
        } else {
            self.store.venues(&record.initiative).await.map_err(|_| unreadable())?
        };
        let mut told = None;
        if let Subject::Venue(record, session, changed_at) = &subject {
            let change = (session.as_str(), *changed_at);
            told = initiative.as_deref().and_then(|it| told_of_change(change, &venues, record, it, now));
            if told.is_none() {
                return Ok(Sent::Unneeded);
            }
        }
        let update = match &subject {
            // What is hidden has no news.
            Subject::Update(_, name) if self.feeds.is_shown(&record.initiative) => {
                initiative.as_deref().and_then(|it| updates::find(it, name))
            }
            _ => None,
        };
        if matches!(subject, Subject::Update(..)) && update.is_none() {
            // Another server may have owed it, from a feed that this one has not read yet.
            if now < message.created_at + sessions::settle(&self.feeds) {
                return Err(DeliveryError::PutOff(60, "what is new is not in the feed yet".into()));
            }
            return Ok(Sent::Unneeded);
        }
        let written = match &subject {
            Subject::Written(record, id) => self.written(id, record).await?,
            _ => None,
        };
        if matches!(subject, Subject::Written(..)) && written.is_none() {
            return Ok(Sent::Unneeded);
        }
        let language = Language::parse(&record.language).unwrap_or(Language::DEFAULT);
        let back = match subject {
            Subject::Access(_) => None,
            _ => WayBack::of(&self.settings, record)
                .or_else(|| Some(WayBack::to_own(base, &initiative.as_deref()?.id, language)))
                // What is hidden has no page to lead to. An alert is of no initiative.
                .filter(|_| initiative.is_none() || self.feeds.is_shown(&record.initiative)),
        };
        let about = About {
            language,
            controller: &self.settings.controller,
            record: told.as_ref().unwrap_or(record),
            initiative: initiative.as_deref(),
            venues: &venues,
            back: back.as_ref(),
        };
        let letter = match subject {
            Subject::Waiting(waiting) => {
                let token = self.create_link(message, Purpose::Confirm, waiting.attempt.expires_at).await?;
                let link = format!("{base}/confirm/{token}");
                match record.alert() {
                    Some(_) => about.confirm_alert(&link, to),
                    None => {
                        let held = about.initiative;
                        let held = held.and_then(|it| held_until(&self.settings.seats, it, record));
                        about.confirm(&link, waiting.changes.as_ref(), (held, now), to)
                    }
                }
            }
            Subject::Again(record) | Subject::Confirmed(record) if record.alert().is_some() => {
                let token = self.create_link(message, Purpose::Alerts, record.expires_at).await?;
                about.alert_kept(&format!("{base}/alerts/{token}"), to)
            }
            Subject::Again(_) => about.again(to),
            Subject::Access(_) => {
                let token = self.create_link(message, Purpose::Access, access_until).await?;
                about.access(&format!("{base}/me/{token}"), to)
            }
            _ => {
                let until = own_until(record, initiative.as_deref(), now);
                let token = self.create_link(message, Purpose::Own, until).await?;
                let link = format!("{base}/mine/{token}");
                match &subject {
                    Subject::Seat(_, one) => {
                        let file = self.calendar(&about, std::slice::from_ref(one), now).await?;
                        about.seat(one, &link, file, to)
                    }
                    Subject::Moved(_, one, was) => {
                        let file = self.calendar(&about, std::slice::from_ref(one), now).await?;
                        about.moved(one, was, &link, file, to)
                    }
                    Subject::Decided(_, Decision::Accepted) => {
                        let file = self.calendar(&about, &record.attendances, now).await?;
                        about.accepted(&link, file, (initiative.as_deref().and_then(contact), now), to)
                    }
                    Subject::Decided(..) => about.declined(base, &link, to),
                    Subject::Update(..) if let Some(update) = &update => {
                        let token = self.create_link(message, Purpose::Updates, until).await?;
                        about.update(update, base, &link, format!("{base}/unsubscribe/{token}"), to)
                    }
                    Subject::Seated(_, one) => {
                        let file = self.calendar(&about, std::slice::from_ref(one), now).await?;
                        about.seated(one, &link, file, to)
                    }
                    Subject::Written(..) if let Some(written) = &written => {
                        about.written(written, &link, to)?
                    }
                    Subject::Rebooked(_, one, (from, was)) => {
                        let before = from.as_ref().and_then(|from| was.session(from));
                        let one_alone = std::slice::from_ref(*one);
                        let file = self.calendar_without(&about, one_alone, before.as_ref(), now).await?;
                        about.rebooked(one, was, &link, file, to)
                    }
                    Subject::Released(_, session, was) => {
                        about.released(was, &link, self.cancellation(&about, session, was, now).await?, to)
                    }
                    Subject::CalledOff(_, session, was) => {
                        let file = self.cancellation(&about, session, was, now).await?;
                        let instead = self.instead(&about, (base, &link), now).await;
                        about.called_off(was, &link, (file, instead), to)
                    }
                    Subject::OnAgain(_, one) => about.on_again(one, &link, to),
                    Subject::Venue(..) => {
                        let file = self.calendar(&about, &about.record.attendances, now).await?;
                        about.venue(&link, file, to)
                    }
                    Subject::Reminder(_, one) => {
                        let token = self.create_link(message, Purpose::Unsubscribe, until).await?;
                        let record = with_those_of_one_time(record, one, initiative.as_deref());
                        let about = About { record: &record, ..about };
                        about.reminder(&link, format!("{base}/unsubscribe/{token}"), to)
                    }
                    _ => about.confirmed(&link, self.calendar(&about, &record.attendances, now).await?, to),
                }
            }
        };
        // Whoever types somebody's address must not choose who gets that person's answer, and what it quotes: its link confirms.
        let shown = initiative.as_deref().filter(|_| !message.kind.anybody_can_cause());
        let reply_to = letter.reply_to.clone().or_else(|| contact(shown?));
        mailer.send(message, Letter { reply_to, ..letter }, now).await?;
        Ok(if message.kind.anybody_can_cause() { Sent::Mailed(mailbox) } else { Sent::Out })
    }

    /// Whether what a mail says of a session is so: nobody is told to come to what is not announced any more, or of a change that was taken
    /// back. What the servers have noted of the session counts, for this one may not have read the feed yet that the mail is about: then
    /// the mail waits until it has, or for another one to send it.
    async fn still_holds(
        &self,
        message: &OutboxMessage,
        subject: &Subject<'_>,
        initiative: Option<&Initiative>,
        now: i64,
    ) -> Result<bool, DeliveryError> {
        let Some(name) = subject.announces() else { return Ok(true) };
        let known = self.store.sessions(&message.initiative).await.map_err(|_| unreadable())?;
        let noted = known.iter().find(|one| one.session == name && one.gone_since.is_none());
        let agrees = noted
            .is_none_or(|noted| initiative.is_some_and(|it| sessions::is_as_noted(it, name, &noted.kept)));
        if let Some(noted) = noted {
            let is_taken_back =
                matches!(subject, Subject::Moved(_, _, was) if !sessions::is_news(was, &noted.kept));
            if is_taken_back {
                return Ok(false);
            }
            // As long as it is to come some server has read the feed that says so, or the row will be as the feed is.
            let is_to_come = match noted.starts_at {
                0 => now < message.created_at + WEEK,
                starts_at => now < starts_at,
            };
            if !agrees && is_to_come {
                return Err(DeliveryError::PutOff(
                    60,
                    "the feed that moves its session is not read yet".into(),
                ));
            }
        }
        let is_to_come = |session: &Session| match subject {
            Subject::Reminder(..) => session.start.moment.instant > now,
            _ => session.ends() > now,
        };
        let is_to_come = initiative.and_then(|it| it.session(name)).is_some_and(is_to_come);
        Ok(is_to_come && agrees)
    }

    /// Tells a person what is new near them.
    async fn tell_news(
        &self,
        mailer: &Mailer,
        base: &str,
        message: &OutboxMessage,
        all: &[SignUpRecord],
        now: i64,
    ) -> Result<Sent, DeliveryError> {
        let detail: Value = serde_json::from_str(&message.detail).unwrap_or_default();
        let since = detail.get("since").and_then(Value::as_i64).unwrap_or_default();
        let unread = |_| DeliveryError::PutOff(60, "the feeds or the database could not be read".into());
        let new = self.recent.read(&*self.store, &self.feeds, now).await.map_err(unread)?;
        let mut found: Vec<Found<'_>> = Vec::new();
        let mut alerts = Vec::new();
        for record in all {
            let near = new.near(record, since, message.created_at, now);
            if !near.is_empty() {
                alerts.push(record);
            }
            for one in near {
                if !found.iter().any(|other| other.initiative.id == one.initiative.id) {
                    found.push(one);
                }
            }
        }
        let Some(record) = alerts.last() else {
            // Another server may have owed it, from a feed that this one has not read yet.
            if now < message.created_at + sessions::settle(&self.feeds) {
                return Err(DeliveryError::PutOff(60, "what is new is not in the feed yet".into()));
            }
            // It has left the feed, or the alert was ended, since the mail was owed.
            return Ok(Sent::Unneeded);
        };
        let to = address(&record.person.email)?;
        let until = alerts.iter().map(|record| record.expires_at).max().unwrap_or_default();
        let token = self.create_link(message, Purpose::Alerts, until).await?;
        let back = WayBack::of(&self.settings, record);
        let about = About {
            language: Language::parse(&record.language).unwrap_or(Language::DEFAULT),
            controller: &self.settings.controller,
            record,
            initiative: None,
            venues: &[],
            back: back.as_ref(),
        };
        let link = format!("{base}/alerts/{token}");
        mailer.send(message, about.news(&found, &alerts, (base, &link), to), now).await?;
        Ok(Sent::Out)
    }

    /// Those of these sessions that somebody has a seat of, for their calendar; `None` where there are none to come.
    async fn calendar(
        &self,
        about: &About<'_>,
        attendances: &[Attendance],
        now: i64,
    ) -> Result<Option<File>, DeliveryError> {
        self.calendar_without(about, attendances, None, now).await
    }

    /// The same, and what takes another session out of it.
    async fn calendar_without(
        &self,
        about: &About<'_>,
        attendances: &[Attendance],
        gone: Option<&Session>,
        now: i64,
    ) -> Result<Option<File>, DeliveryError> {
        let (Some(initiative), Some(base)) = (about.initiative, self.settings.public_address()) else {
            return Ok(None);
        };
        let seated = attendances.iter().filter(|one| one.state == AttendanceState::Active);
        let sessions: Vec<_> = seated.filter_map(|one| initiative.session(&one.session)).collect();
        let known = self.store.sessions(&initiative.id).await.map_err(|_| unreadable())?;
        let written = self.feeds.current().map_or(0, |current| current.written());
        let is_shown = self.feeds.is_shown(&initiative.id);
        let told = Told { known: &known, venues: about.venues, is_cancelled: false, is_shown, gone };
        let made = calendar::of((initiative, &told), about.language, sessions, base, (written, now));
        let media_type = "text/calendar; charset=utf-8; method=PUBLISH";
        Ok(made.map(|(name, text)| File { name, media_type, text }))
    }

    /// What somebody may come to whose date is called off: other dates of the same initiative, which `own`, the link to their page, has beside what
    /// they have, then others near it. Nothing where it has left the feed.
    async fn instead(&self, about: &About<'_>, (base, own): (&str, &str), now: i64) -> Vec<Piece> {
        let Some(initiative) = about.initiative else { return Vec::new() };
        let (language, live) = (about.language, &self.state.live);
        let address = |id: &str| format!("{base}/i/{}?lang={}", alentour::app::encode(id), language.tag());
        let here = live.put_into(Arc::new(initiative.clone())).await;
        let has =
            |id: &str| about.record.attendances.iter().any(|one| one.session == id && one.state.is_seated());
        let is_shown = self.feeds.is_shown(&initiative.id);
        let is_free = |one: &&Session| {
            is_shown && one.start.moment.instant > now && one.live.left.get() != Some(0) && !has(&one.id)
        };
        let coming = here.coming(now);
        let dates = coming.iter().filter(|one| is_free(one)).take(INSTEAD);
        let entry = |date: &&Session| {
            Piece::Entry(line(&here.name), vec![wording::session(language, date)], own.to_owned())
        };
        let mut instead: Vec<_> = dates.map(entry).collect();
        if instead.len() < INSTEAD {
            let others = also_open(&self.state, initiative, language).await;
            let when = |it: &Initiative| {
                let next = next_open(it, now).map(|next| next.id.as_str());
                wording::times(language, it, next).into_iter().collect()
            };
            let others = others.iter().map(|it| Piece::Entry(line(&it.name), when(it), address(&it.id)));
            instead.extend(others.take(INSTEAD - instead.len()));
        }
        instead
    }

    /// What takes a session that is called off out of a calendar (RFC 5546, section 3.2.5): by its name there, whatever the feed still says.
    async fn cancellation(
        &self,
        about: &About<'_>,
        session: &str,
        was: &Kept,
        now: i64,
    ) -> Result<Option<File>, DeliveryError> {
        let Some(base) = self.settings.public_address() else { return Ok(None) };
        let known = self.store.sessions(&about.record.initiative).await.map_err(|_| unreadable())?;
        let gone =
            Initiative::new(about.record.initiative.clone(), about.language.mails().an_initiative.to_owned());
        let initiative = about.initiative.unwrap_or(&gone);
        let Some(was) = was.session(session) else { return Ok(None) };
        let is_shown = self.feeds.is_shown(&initiative.id);
        let told = Told { known: &known, venues: &[], is_cancelled: true, is_shown, gone: None };
        let written = self.feeds.current().map_or(0, |current| current.written());
        let made = calendar::of((initiative, &told), about.language, vec![&was], base, (written, now));
        let media_type = "text/calendar; charset=utf-8; method=CANCEL";
        Ok(made.map(|(name, text)| File { name, media_type, text }))
    }

    /// Puts a mail off where its mailbox has had enough of them.
    async fn spare(
        &self,
        message: &OutboxMessage,
        mailbox: &Digest,
        all: &[SignUpRecord],
        now: i64,
    ) -> Result<(), DeliveryError> {
        let has_confirmed = all.iter().any(|one| one.confirmed_at.is_some());
        let is_own = message.kind == MessageKind::Access && self.organises(&message.email_h).await?;
        let limits: &[(u64, i64, &str)] = match has_confirmed {
            _ if is_own => &[(A_DAY, DAY, "24 hours")],
            true => &[(MAILS_A_DAY, DAY, "24 hours")],
            false => &[(UNKNOWN_A_DAY, DAY, "24 hours"), (UNKNOWN_A_WEEK, WEEK, "7 days")],
        };
        self.spare_mailbox(message, mailbox, limits, now).await
    }

    /// Puts a mail off where a mailbox was sent enough in some period: how many, in how many seconds, and that in words.
    pub(super) async fn spare_mailbox(
        &self,
        message: &OutboxMessage,
        mailbox: &Digest,
        limits: &[(u64, i64, &str)],
        now: i64,
    ) -> Result<(), DeliveryError> {
        let under_way = self.mailboxes.enter(&message.id, mailbox);
        for (most, period, words) in limits {
            let mails = self.store.mails_since(mailbox, now - period);
            let mails = mails.await.map_err(|_| unreadable())?;
            if mails + under_way >= *most {
                // What is on its way may fail yet, or be counted already.
                let seconds = if mails >= *most { 6 * HOUR } else { 60 };
                return Err(DeliveryError::PutOff(seconds, format!("{most} mails in {words} are enough")));
            }
        }
        Ok(())
    }

    /// Makes a link good. The same one each time the message is tried.
    async fn create_link(
        &self,
        message: &OutboxMessage,
        purpose: Purpose,
        expires_at: i64,
    ) -> Result<String, DeliveryError> {
        let secret = self.store.secret();
        let current = self.store.keys().current();
        let token = match purpose {
            Purpose::Unsubscribe | Purpose::Updates => message.unsubscribe_token(&current),
            _ => message.token(&current),
        };
        let is_of_one = matches!(purpose, Purpose::Own | Purpose::Unsubscribe | Purpose::Updates);
        let signup = message.signup.clone().filter(|_| is_of_one);
        let link = MailedLink {
            signup: signup.unwrap_or_default(),
            ..MailedLink::new(message.email_h, purpose, expires_at)
        };
        self.store.create_link(&secret.token_hash(&token), &link).await.map_err(|_| unreadable())?;
        Ok(token)
    }

    /// Puts what sinks ask for in the place of one message to them all.
    pub(super) async fn pass_on(&self, message: &OutboxMessage) {
        let asking = self.settings.sinks_of(&message.initiative);
        let asking = asking.filter(|sink| sink.asks_for(message.kind)).map(|sink| sink.name.clone());
        let asking: Vec<_> = asking.collect();
        if let Err(error) = self.store.pass_on(message, &asking).await {
            // Its lease ends, and it is taken again.
            tracing::error!(id = message.id, %error, "an event could not be passed on yet");
        }
    }

    /// Tells one of the operator's sinks.
    pub(super) async fn to_sink(&self, message: &OutboxMessage, now: i64) -> Result<Sent, DeliveryError> {
        let Some(sink) = self.settings.sinks.iter().find(|sink| sink.name == message.sink) else {
            return Err(DeliveryError::Final("the settings have no sink of that name any more".into()));
        };
        let detail: Value = serde_json::from_str(&message.detail).unwrap_or_default();
        let word = |name: &str| detail.get(name).and_then(Value::as_str).map(str::to_owned);
        let record = match message.kind {
            kind if kind.is_about_nobody() => None,
            _ => {
                let all = self.store.of_person(&message.email_h).await.map_err(|_| unreadable())?;
                let is_meant = |one: &SignUpRecord| match &message.signup {
                    Some(id) => one.id == *id,
                    // Enqueued by an older version, which had one sign-up an initiative.
                    None => one.initiative == message.initiative && !one.pending,
                };
                match all.into_iter().find(is_meant) {
                    Some(record) => Some(record),
                    // Erased meanwhile: that is an event of its own.
                    None => return Ok(Sent::Unneeded),
                }
            }
        };
        let signup = record.as_ref().map(|record| record.id.clone());
        let (own, initiative) = match message.kind.is_about_own() {
            // It may have gone since, and it may not be in the feed yet, or any more.
            true => (self.store.own_initiative(&message.initiative).await.map_err(|_| unreadable())?, None),
            false => (None, self.initiative(&message.initiative)?),
        };
        let event = Event {
            message,
            signup: signup.or_else(|| message.signup.clone()).or_else(|| word("id")).unwrap_or_default(),
            initiative: initiative.as_deref(),
            record: record.as_ref(),
            consent: word("consent"),
            session: word("session").zip(was(&detail)),
            people: detail.get("people").and_then(Value::as_u64),
            detail: &detail,
            own: own.as_ref(),
        };
        // Forms of other programs have no place for what is about no sign-up.
        let is_for_people = matches!(sink.channel, Channel::Webhook { .. } | Channel::Mail { .. });
        if message.kind == MessageKind::Vanished && !is_for_people {
            return Ok(Sent::Unneeded);
        }
        self.tell(sink, &event, now).await.map(|()| Sent::Out)
    }

    async fn tell(&self, sink: &Sink, event: &Event<'_>, now: i64) -> Result<(), DeliveryError> {
        let sealed = match (&sink.public_key, event.message.kind) {
            (None, _) => None,
            // These say nothing about anybody, and must be understood without a key.
            (_, kind) if kind.is_about_nobody() => None,
            (Some(key), _) => {
                let failed = || DeliveryError::Final("the public key is none".into());
                Some(sealed::seal(event.to_json(), key).ok_or_else(failed)?)
            }
        };
        match &sink.channel {
            Channel::Webhook { url, secret } => {
                let json = sealed.unwrap_or_else(|| event.to_json());
                webhook::send(&self.agent, url, secret, &event.message.id, &json, now).await
            }
            Channel::Mail { to } => {
                let mailer = self.mailer();
                let mailer = mailer
                    .ok_or_else(|| DeliveryError::Final("the settings have no [mail] any more".into()))?;
                let to = to.parse().map_err(|_| DeliveryError::Final("the sink's address is none".into()))?;
                let letter: Letter = organiser::letter(event, sealed, to);
                mailer.send(event.message, letter, now).await
            }
            Channel::Osdi { url, token } => osdi::send(&self.agent, url, token, event).await,
            Channel::Mobilizon { url, event: id, token } => {
                mobilizon::send(&self.agent, url, id, token, event).await
            }
        }
    }

    /// The initiative as the feed has it, though it is hidden; `None` where it has left the feed.
    pub(super) fn initiative(&self, id: &str) -> Result<Option<Arc<Initiative>>, DeliveryError> {
        match self.feeds.even_hidden(id) {
            Ok(initiative) => Ok(Some(initiative)),
            Err(Error::NotFound) => Ok(None),
            // It begins to be read as the server starts.
            Err(_) => Err(DeliveryError::PutOff(60, "a feed has not been read yet".into())),
        }
    }
}

/// A sign-up with those of its sessions that it has a seat of and that begin when that one does: there is one reminder for all.
fn with_those_of_one_time(
    record: &SignUpRecord,
    one: &Attendance,
    initiative: Option<&Initiative>,
) -> SignUpRecord {
    let start = |one: &Attendance| Some(initiative?.session(&one.session)?.start.moment.instant);
    let is_of_them =
        |other: &&Attendance| other.state == AttendanceState::Active && start(other) == start(one);
    let attendances = record.attendances.iter().filter(is_of_them).cloned().collect();
    SignUpRecord { attendances, ..record.clone() }
}

/// Where answers to mails about an initiative go: to the mailbox that it shows to everybody as its organiser's, or as its page. Of no other
/// address is it known that it may be shown.
fn contact(initiative: &Initiative) -> Option<Address> {
    let links =
        [initiative.organizer.as_ref().and_then(|organiser| organiser.url.as_ref()), initiative.url.as_ref()];
    let mailbox = |link: &Link| {
        let is_mailbox = link.as_str().get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:"));
        // One that needs no decoding, and is the one that it looks like.
        let is_plain = link.host().is_ascii() && !link.host().contains('%');
        let email = EmailAddress::parse(link.host()).filter(|_| is_mailbox && is_plain)?;
        address(email.as_str()).ok()
    };
    links.into_iter().flatten().find_map(mailbox)
}

/// Where mails to that address go.
pub(super) fn address(email: &str) -> Result<Address, DeliveryError> {
    let to = with_ascii_domain(email).parse();
    to.map_err(|_| DeliveryError::Final("the address is none that mail can be sent to".into()))
}

pub(super) fn unreadable() -> DeliveryError {
    DeliveryError::passing("the database could not be read")
}
