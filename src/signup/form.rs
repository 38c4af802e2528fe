//! The form to take part, made from what the initiative asks.

use alentour_model::{Asked, Availability, Initiative, Participation, SignUp, Use, Way};
use leptos::prelude::*;

use super::course::course;
use super::field::{FieldSpec, Fields};
use super::guests::guests;
use super::letter::letter;
use super::needs::needs;
use super::others::also_by;
use super::question::questions;
use super::session::{filled, session};
use super::small_print::{age, honeypot, notice};
use super::spread::spread;
use super::summary::summary;
use super::thanks::received;
use super::without_script;
use crate::app::draft::{Draft, Status};
use crate::app::{App, encode};
use crate::controls::{button, leading, link};
use crate::dom::html::{self, div, form, p};
use crate::dom::{El, ev};
use crate::labels;
use crate::message::Message;

/// The form; once it is received, the thanks. Then the letter and texts to share, where there are any. Nothing once the widget is gone.
///
/// The bundle has it, and all that only it needs, in a file of its own: `place.rs` calls it through a pointer.
#[inline(never)]
pub fn contents(app: App, position: usize) -> Vec<El> {
    let looked_at = app.looked_at(position);
    let Some(initiative) = looked_at.get() else { return Vec::new() };
    let Some(draft) = app.draft(initiative) else { return Vec::new() };
    let (letter, spread) = (letter(app, &draft, position, initiative), spread(app, initiative));
    let Some(participation) = &initiative.participation else {
        // A letter is a way to take part.
        let said = without_script::without_form(app, initiative).filter(|_| letter.is_none());
        return said.into_iter().chain(letter).chain(spread).collect();
    };
    app.act_on_form(|sender| sender.check(app, &draft, initiative));
    let progress = draft.progress;
    let content = match initiative.availability(app.locale.clock.now().instant) {
        Availability::Open | Availability::Full if let Some(page) = without_script::elsewhere(app) => {
            let action = leading(&page, app.text(labels::way(participation.way)), "action");
            div().child(without_script::needs(app, position, participation)).child(p().child(action))
        }
        Availability::Open | Availability::Full if let Some(instead) = without_script::instead(app) => {
            let needs = without_script::needs(app, position, participation);
            div().child(needs).child(unavailable(app, initiative, &instead))
        }
        Availability::Open | Availability::Full if is_closed_off(app) => {
            closed_off(app, initiative, participation)
        }
        Availability::Open | Availability::Full => div().child({
            let draft = draft.clone();
            move || {
                // Built anew for somebody else's form; what is typed stays otherwise.
                draft.renewals.track();
                let looked_at = app.looked_at(position);
                // On a page by itself, what was sent is not sent back with the thanks.
                let is_left = app.served().is_none() || !progress.read_untracked().status.is_done();
                let initiative = looked_at.get().filter(|_| is_left)?;
                let shown = Fields { app, draft: draft.clone(), position };
                let shown = fields(shown, initiative, initiative.participation.as_ref()?);
                Some(shown.attr("hidden", move || progress.read().status.is_done()))
            }
        }),
        Availability::Closed => unavailable(app, initiative, app.text(Message::Closed)),
    };
    let thanks = {
        let looked_at = looked_at.clone();
        move || {
            let done = looked_at.get().filter(|_| progress.read().status.is_done());
            done.map(|initiative| received(app, &draft, initiative))
        }
    };
    let also = also_by(app, initiative);
    let course = course(app, initiative);
    let first = [signers(app, position), content, div().child(thanks)];
    first.into_iter().chain(course).chain(letter).chain(spread).chain(also).collect()
}

/// Some of those who have signed and agree to be named, as long as they do.
fn signers(app: App, position: usize) -> El {
    let looked_at = app.looked_at(position);
    div().child(move || {
        app.live.track();
        let names = looked_at.get()?.petition.as_ref()?.signers.get();
        let names: Vec<_> = names.lines().map(str::to_owned).collect();
        let said = || app.locale.say(Message::SignedBy, &[("names", &app.locale.list(&names))]);
        (!names.is_empty()).then(|| p().class("note").child(said()))
    })
}

/// What is said in the form's place where nobody can sign up, and what one can do instead.
fn unavailable(app: App, initiative: &Initiative, why: &str) -> El {
    let page = initiative.url.as_ref().map(|url| link(url.as_str(), app.text(Message::OrganiserPage)));
    // A page by itself has its way back at its head.
    let is_listed = app.served().is_none() && !app.config(|config| config.is_only);
    let back = is_listed.then(|| {
        button(app.text(Message::Back), "plain").on(ev::click, move |_| app.act(|browser| browser.leave(app)))
    });
    div().class("links").child(p().child(why)).child(page).child(back)
}

/// Whether what is typed here could never be sent.
fn is_closed_off(app: App) -> bool {
    let mut is_closed_off = false;
    app.act_on_form(|sender| is_closed_off = sender.is_closed_off());
    is_closed_off
}

/// The page that takes the form: as a link, and to be copied where no link leads out.
fn closed_off(app: App, initiative: &Initiative, participation: &Participation) -> El {
    let path = ["/i/", &encode(&initiative.id), "?lang=", app.locale.language].concat();
    let page = app.address(&path).unwrap_or_default();
    let action = link(&page, app.text(labels::way(participation.way))).class("action");
    div()
        .child(p().child(app.text(Message::ClosedOff)))
        .child(p().class("links").child(action))
        .child(p().class("note").attr("dir", "ltr").child(&page))
}

fn fields(fields: Fields, initiative: &Initiative, participation: &Participation) -> El {
    let (app, draft, position) = (fields.app, fields.draft.clone(), fields.position);
    let line = |field: &str, label: Message, kind: &str, autocomplete: &str, asked: Asked, access: Access| {
        let signup = draft.signup.clone();
        let value = access(&mut signup.borrow_mut()).clone();
        let own = FieldSpec::own(field, app.text(label), asked == Asked::Required);
        let text = FieldSpec { kind, autocomplete, ..own };
        asked.is_asked().then(|| {
            fields.text(text, &value, Box::new(move |typed| *access(&mut signup.borrow_mut()) = typed))
        })
    };
    let always = Asked::Required;
    let names = div()
        .class("pair")
        .child(line("givenName", Message::GivenName, "text", "given-name", always, |signup| {
            &mut signup.given_name
        }))
        .child(line("familyName", Message::FamilyName, "text", "family-name", always, |signup| {
            &mut signup.family_name
        }));
    let email = line("email", Message::Email, "email", "email", always, |signup| &mut signup.email);
    let (telephone, postal_code) = (participation.telephone, participation.postal_code);
    let reach = div()
        .class("pair")
        .child(line("telephone", Message::Telephone, "tel", "tel", telephone, |signup| &mut signup.telephone))
        .child(line("postalCode", Message::PostalCode, "text", "postal-code", postal_code, |signup| {
            &mut signup.postal_code
        }));
    // The needs are called so.
    let note = if participation.needs.is_empty() { labels::note(participation.way) } else { Message::Note };
    let message =
        line("message", note, "textarea", "off", participation.message, |signup| &mut signup.message);
    let (is_named, is_served) =
        (draft.signup.borrow().agrees_to_be_named(participation), app.served().is_some());
    // Some(0) for who agrees to be named: signals of one type share their code.
    let is_named = RwSignal::new(is_named.then_some(0_usize));
    let mut consents = Vec::new();
    for request in &participation.consents {
        let name = ["consents.", &request.id].concat();
        let given = draft.consents(request);
        let text = FieldSpec::own(&name, &request.text, request.required);
        let shown = app.served().map(|_| without_script::shown(request));
        let tick = fields.tick(text, given, {
            let (draft, request, again) = (draft.clone(), request.clone(), fields.clone());
            Box::new(move |given| {
                draft.set_consent(&request, given);
                if request.used_for == Some(Use::Signers) {
                    is_named.set(given.then_some(0));
                    again.look_again("town");
                }
            })
        });
        consents.push(tick.child(shown));
        if request.used_for == Some(Use::Signers) {
            // Without a script nothing could show it: there it says who needs it.
            let hidden = move || !is_served && is_named.read().is_none();
            consents.push(town(&fields).attr("hidden", hidden));
        }
    }
    let minimum_age = participation
        .minimum_age
        .map(|age| p().class("hint").child(app.locale.count(Message::MinimumAge, age as usize, &[])));
    let (sent, mut begun) = (draft.clone(), Some(draft.clone()));
    let send = move || {
        if let Some(initiative) = app.looked_at(position).get() {
            app.act_on_form(|sender| sender.send(app, &sent, initiative));
        }
    };
    let again = send.clone();
    // In a frame without `allow-forms` nothing is submitted; what is pressed, be it by the Enter key, is.
    let press = move |event: web_sys::MouseEvent| {
        event.prevent_default();
        send();
    };
    without_script::sent(app, initiative, form())
        .part("form")
        .attr("novalidate", "")
        // Nobody is asked for anything before the visitor begins; what fails then is asked for again when it is sent.
        .on(ev::focusin, move |_| {
            if let Some(draft) = begun.take() {
                app.act_on_form(|sender| sender.begin(app, &draft));
            }
        })
        .on(ev::submit, move |event| {
            event.prevent_default();
            again();
        })
        .child(p().class("hint").child(app.text(Message::TwoMinutes)))
        .child(minimum_age)
        .child(status(app, &draft, true))
        .child(summary(app, position, &draft))
        .child(session(&fields, initiative))
        .child(party(&fields, participation))
        .child(guests(&fields, participation))
        .child(needs(&fields, participation))
        .child(names)
        .child(email)
        .child(reach)
        .child(if participation.takes_under_15() { Some(age(&fields)) } else { None })
        .child(questions(&fields, position, &participation.questions))
        .child(message)
        .child(consents)
        .child(honeypot(app))
        .child(notice(app, initiative))
        .child(status(app, &draft, false))
        .child(filled(app, position, initiative))
        // Last: it says the date that is chosen as the others are made.
        .child(send_button(app, &draft, position, participation.way).on(ev::click, press))
}

/// The town that who agrees to be named is named with.
fn town(fields: &Fields) -> El {
    let (app, signup) = (fields.app, fields.draft.signup.clone());
    let is_served = app.served().is_some();
    let own = FieldSpec::own("town", app.text(Message::Town), !is_served);
    let hint = if is_served { app.text(Message::TownHint) } else { "" };
    let value = signup.borrow().town.clone();
    let spec = FieldSpec { autocomplete: "address-level2", follows: true, hint, ..own };
    fields.text(spec, &value, Box::new(move |typed| signup.borrow_mut().town = typed))
}

/// Where a field's text is in a sign-up.
type Access = fn(&mut SignUp) -> &mut String;

/// How many people, where more than one may come.
fn party(fields: &Fields, participation: &Participation) -> Option<El> {
    if participation.party_size < 2 {
        return None;
    }
    let (app, signup) = (fields.app, fields.draft.signup.clone());
    let options = (1..=participation.party_size.min(50))
        .map(|n| (n.to_string(), app.locale.number(f64::from(n)), false));
    let chosen = signup.borrow().party_size.to_string();
    let text = FieldSpec::own("partySize", app.text(Message::PartySize), true);
    let draft = fields.draft.clone();
    let set = Box::new(move |text: String| draft.set_party(text.parse().unwrap_or(0)));
    Some(fields.choice(text, options.collect(), &chosen, set))
}

/// How far sending has come; at the head of the form, what became of an attempt before this page.
pub(super) fn status(app: App, draft: &Draft, is_head: bool) -> El {
    let progress = draft.progress;
    let id = move || (!is_head && !progress.read().status.is_done()).then_some("form-status");
    p().class("status").id(id).attr("role", "status").attr("tabindex", "-1").child(move || -> String {
        let (message, of_head) = match progress.read().status {
            Status::Editing | Status::Received | Status::Unconfirmed => return String::new(),
            Status::Checking => (Message::Checking, true),
            Status::Unsure => (Message::Unsure, true),
            Status::Lost => (Message::Lost, true),
            Status::Sending => (Message::Sending, false),
            Status::Slow => (Message::SendingSlow, false),
            Status::Retrying => (Message::Trying, false),
            Status::NotSent => (Message::NotSent, false),
        };
        if of_head == is_head { app.text(message).to_owned() } else { String::new() }
    })
}

/// The button that sends the form. It says what it does: "Je participe le 27 nov.".
fn send_button(app: App, draft: &Draft, position: usize, way: Way) -> El {
    let (progress, draft) = (draft.progress, draft.clone());
    let looked_at = app.looked_at(position);
    let text = move || {
        if progress.read().status == Status::NotSent {
            return app.text(Message::SendAgain).to_owned();
        }
        let does = app.text(labels::sending(way));
        // Without a script another date may be chosen, and the button says nothing else.
        draft.choices.track();
        app.live.track();
        let (signup, now) = (draft.signup.borrow(), app.locale.clock.now().instant);
        let looked_at = looked_at.get().filter(|_| app.served().is_none());
        let mut chosen = Vec::new();
        for id in &signup.sessions {
            chosen.extend(looked_at.and_then(|it| it.session(id)).filter(|session| session.ends() > now));
        }
        match chosen.as_slice() {
            [] => does.to_owned(),
            all if all.iter().all(|session| session.is_full() || signup.may_wait(&session.id)) => {
                app.text(Message::JoinWaitingList).to_owned()
            }
            [one] => {
                let day = app.locale.date(one.start.date());
                app.locale.say(Message::OnDay, &[("text", does), ("date", &day)])
            }
            several => app.locale.count(Message::OnDates, several.len(), &[("text", does)]),
        }
    };
    // Not `disabled`: that would take the focus away from whoever pressed it.
    html::button()
        .class("action")
        .part("action")
        .attr("type", "submit")
        .attr("aria-disabled", move || progress.read().status.is_busy())
        .child(text)
}
