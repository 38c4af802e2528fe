//! The form to take part, made from what the initiative asks.

use alentour_model::{Asked, Availability, Initiative, Participation, Question, QuestionType, SignUp};
use leptos::prelude::*;

use super::attempt::{check, submit};
use super::draft::{Draft, Status};
use super::field::{FieldSpec, Fields, input_id, issue};
use super::small_print::{age, honeypot, notice, page};
use crate::app::{App, button, link};
use crate::clock;
use crate::dom::{El, classed, el};
use crate::initiative::facts;
use crate::labels;
use crate::message::Message;

/// The form to take part in an initiative; once it is received, the thanks. `None` where one cannot take part here.
pub fn form(app: App, position: usize, initiative: &Initiative) -> Option<El> {
    let participation = initiative.participation.as_ref()?;
    let draft = app.drafts(|drafts| drafts.of(initiative, app.locale.language))?;
    check(app, &draft, initiative);
    let progress = draft.progress;
    let catalog = app.catalog.get_untracked();
    let content = match initiative.availability(clock::now().instant) {
        Availability::Open => el("div").slot({
            let (catalog, draft) = (catalog.clone(), draft.clone());
            move || {
                // Built anew for somebody else's form; what is typed stays otherwise.
                draft.renewals.track();
                let initiative = catalog.get(position);
                let asked = initiative.and_then(|it| Some((it, it.participation.as_ref()?)));
                let build = |(initiative, participation)| {
                    let fields =
                        fields(Fields { app, draft: draft.clone() }, position, initiative, participation);
                    fields.flag_fn("hidden", move || progress.read().status.is_done())
                };
                asked.map(build).into_iter().collect()
            }
        }),
        Availability::Full => unavailable(app, initiative, Message::AllFull),
        Availability::Closed => unavailable(app, initiative, Message::Closed),
    };
    let thanks = move || {
        let done = catalog.get(position).filter(|_| progress.read().status.is_done());
        done.map(|initiative| received(app, &draft, initiative)).into_iter().collect()
    };
    let action = labels::way(participation.way);
    let title = el("h3").attr("id", "form-title").attr("tabindex", "-1").text(app.text(action));
    Some(
        classed("section", "join")
            .attr("aria-labelledby", "form-title")
            .child(title)
            .child(el("p").text(&initiative.name))
            .child(content)
            .child(el("div").slot(thanks)),
    )
}

/// What is said in the form's place where nobody can sign up, and what one can do instead.
fn unavailable(app: App, initiative: &Initiative, why: Message) -> El {
    let page = initiative.url.as_ref().map(|url| link(url.as_str(), app.text(Message::OrganiserPage)));
    let back = button(app.text(Message::Back), "plain").on("click", move |_| app.leave());
    classed("div", "links").child(el("p").text(app.text(why))).children(page).child(back)
}

fn received(app: App, draft: &Draft, initiative: &Initiative) -> El {
    // Whoever goes on typing is thanked for what was sent. After a page was left nobody knows it any more.
    let attempt = draft.attempt.borrow();
    let sent = attempt.as_ref().map(|attempt| &attempt.sign_up);
    let session = sent.and_then(|sent| initiative.session(&sent.session));
    let place = session.and_then(|session| session.place).unwrap_or_default();
    let place = initiative.places.get(place).filter(|_| session.is_some() || initiative.places.len() == 1);
    let (when, place) = (
        session.map(|session| {
            [facts::session(app.locale, session), facts::in_zone(app.locale, session)].concat()
        }),
        place.map(facts::address),
    );
    let email = sent.map_or(app.text(Message::YourAddress), |sent| sent.email.trim());
    let unconfirmed = draft.progress.read_untracked().status == Status::Unconfirmed;
    let (title, help) = if unconfirmed {
        (Message::Unconfirmed, Message::UnconfirmedHelp)
    } else {
        (Message::Received, Message::ReceivedHelp)
    };
    let manage = unconfirmed.then(|| page(app, "/my-data?", Message::MyData));
    let renewed = draft.clone();
    let another = button(app.text(Message::SignUpAnother), "plain").on("click", move |_| {
        renewed.renew();
        app.focus("#form-title".into(), true);
    });
    classed("div", "notice received")
        .part("notice")
        .attr("id", "form-status")
        .attr("role", "status")
        .attr("tabindex", "-1")
        .child(el("h4").text(app.text(title)))
        .children(when.iter().chain(&place).map(|text| classed("p", "what").text(text)))
        .child(el("p").text(&app.locale.say(help, &[("email", email)])))
        .child(el("p").children(manage.flatten()))
        .child(another)
}

fn fields(fields: Fields, position: usize, initiative: &Initiative, participation: &Participation) -> El {
    let (app, draft) = (fields.app, fields.draft.clone());
    let line = |field: &str, label: Message, kind: &str, autocomplete: &str, asked: Asked, access: Access| {
        let signup = draft.signup.clone();
        let value = access(&mut signup.borrow_mut()).clone();
        let own = FieldSpec::own(field, app.text(label), asked == Asked::Required);
        let text = FieldSpec { kind, autocomplete, ..own };
        asked
            .is_asked()
            .then(|| fields.text(text, &value, move |typed| *access(&mut signup.borrow_mut()) = typed))
    };
    let always = Asked::Required;
    let names = classed("div", "pair")
        .children(line("givenName", Message::GivenName, "text", "given-name", always, |signup| {
            &mut signup.given_name
        }))
        .children(line("familyName", Message::FamilyName, "text", "family-name", always, |signup| {
            &mut signup.family_name
        }));
    let email = line("email", Message::Email, "email", "email", always, |signup| &mut signup.email);
    let (telephone, postal_code) = (participation.telephone, participation.postal_code);
    let reach = classed("div", "pair")
        .children(line("telephone", Message::Telephone, "tel", "tel", telephone, |signup| {
            &mut signup.telephone
        }))
        .children(line("postalCode", Message::PostalCode, "text", "postal-code", postal_code, |signup| {
            &mut signup.postal_code
        }));
    let message = line("message", Message::Note, "textarea", "off", participation.message, |signup| {
        &mut signup.message
    });
    let consents = participation.consents.iter().map(|request| {
        let name = ["consents.", &request.id].concat();
        let (draft, request) = (draft.clone(), request.clone());
        let given = draft.consents(&request);
        let text = FieldSpec::own(&name, &request.text, request.required);
        fields.tick(text, given, {
            let request = request.clone();
            move |given| draft.set_consent(&request, given)
        })
    });
    let minimum_age = participation
        .minimum_age
        .map(|age| classed("p", "hint").text(&app.locale.count(Message::MinimumAge, age as usize, &[])));
    let (sent, catalog) = (draft.clone(), app.catalog.get_untracked());
    let mut begun = Some(draft.clone());
    el("form")
        .part("form")
        .attr("novalidate", "")
        // Nobody is asked for anything before the visitor begins; what fails then is asked for again when it is sent.
        .on("focusin", move |_| drop(begun.take().map(|draft| draft.proof.begin(app))))
        .on("submit", move |event| {
            event.prevent_default();
            if let Some(initiative) = catalog.get(position) {
                submit(app, &sent, initiative);
            }
        })
        .children(minimum_age)
        .child(status(app, &draft, true))
        .child(summary(app, &draft))
        .children(session(&fields, initiative))
        .children(party(&fields, participation))
        .child(names)
        .children(email)
        .child(reach)
        .children(participation.questions.iter().map(|asked| question(&fields, asked)))
        .children(message)
        .children(participation.takes_under_15().then(|| age(&fields)).into_iter().flatten())
        .children(consents)
        .child(honeypot(app))
        .child(notice(app, initiative))
        .child(status(app, &draft, false))
        .child(send_button(app, &draft, initiative))
}

/// Where a field's text is in a sign-up.
type Access = fn(&mut SignUp) -> &mut String;

/// What is wrong, at the head of the form: a link to each field. It takes the focus when the form is refused.
fn summary(app: App, draft: &Draft) -> El {
    let (progress, refusals) = (draft.progress, draft.refusals);
    // A new refusal makes a new summary, which is read out; a new status does not.
    el("div").slot(move || {
        refusals.track();
        let progress = progress.read_untracked();
        let problems = &progress.problems;
        if problems.is_empty() {
            return Vec::new();
        }
        let links = problems.iter().map(|problem| {
            let id = input_id(&problem.field);
            let issue = app.text(issue(&problem.field, problem.problem));
            let text = label(app, &id).map_or(issue.to_owned(), |label| app.locale.labelled(&label, issue));
            let link = el("a").attr("href", "#form-title").text(&text).on("click", move |event| {
                event.prevent_default();
                app.focus(["[id=\"", &id, "\"]"].concat(), true);
            });
            el("li").child(link)
        });
        let notice = classed("div", "notice to-mend")
            .part("notice")
            .attr("id", "to-mend")
            .attr("role", "alert")
            .attr("tabindex", "-1")
            .child(el("h4").text(&app.locale.count(Message::ToMend, problems.len(), &[])))
            .child(el("ul").children(links));
        vec![notice]
    })
}

/// The label of an input as it stands on the page, at most 60 characters.
fn label(app: App, input: &str) -> Option<String> {
    let text = app.find(&["label[for=\"", input, "\"]"].concat())?.text_content()?;
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    Some(short)
}

/// Which session, where there is a choice.
fn session(fields: &Fields, initiative: &Initiative) -> Option<El> {
    let (app, signup) = (fields.app, fields.draft.signup.clone());
    let coming = initiative.coming(clock::now().instant);
    if let [only] = coming.as_slice() {
        only.id.clone_into(&mut signup.borrow_mut().session);
    }
    if coming.len() < 2 {
        return None;
    }
    let zone = facts::shared_zone(app.locale, coming.iter().copied());
    let options = coming.iter().map(|session| {
        let mut text = facts::session(app.locale, session);
        if zone.is_none() {
            text.push_str(&facts::in_zone(app.locale, session));
        }
        if session.is_full() {
            text = [&text, " (", app.text(Message::Full), ")"].concat();
        }
        (session.id.clone(), text, session.is_full())
    });
    let chosen = signup.borrow().session.clone();
    let text = FieldSpec::own("session", app.text(Message::ChooseSession), true);
    Some(fields.choice(text, options.collect(), &chosen, move |id| signup.borrow_mut().session = id))
}

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
    let set = move |text: String| signup.borrow_mut().party_size = text.parse().unwrap_or(0);
    Some(fields.choice(text, options.collect(), &chosen, set))
}

fn question(fields: &Fields, question: &Question) -> El {
    let name = ["answers.", &question.id].concat();
    let text = FieldSpec::own(&name, &question.label, question.required);
    let (draft, id) = (fields.draft.clone(), question.id.clone());
    let value = draft.answer(&id);
    match question.answer {
        QuestionType::Boolean => {
            let set =
                move |ticked: bool| draft.set_answer(&id, if ticked { "yes".into() } else { String::new() });
            fields.tick(text, value == "yes", set)
        }
        QuestionType::Choice => {
            let options = question.options.iter().map(|option| (option.clone(), option.clone(), false));
            fields.choice(text, options.collect(), &value, move |chosen| draft.set_answer(&id, chosen))
        }
        QuestionType::Text => fields.text(text, &value, move |typed| draft.set_answer(&id, typed)),
    }
}

/// How far sending has come; at the head of the form, what became of an attempt before this page.
fn status(app: App, draft: &Draft, is_head: bool) -> El {
    let progress = draft.progress;
    let id = move || (!is_head && !progress.read().status.is_done()).then(|| "form-status".into());
    classed("p", "status").attr_fn("id", id).attr("role", "status").attr("tabindex", "-1").text_fn(
        move || {
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
        },
    )
}

fn send_button(app: App, draft: &Draft, initiative: &Initiative) -> El {
    let progress = draft.progress;
    let action = labels::action(initiative);
    let text = move || {
        let again = progress.read().status == Status::NotSent;
        app.text(if again { Message::SendAgain } else { action }).to_owned()
    };
    // Not `disabled`: that would take the focus away from whoever pressed it.
    classed("button", "action")
        .part("action")
        .attr("type", "submit")
        .bool_fn("aria-disabled", move || progress.read().status.is_busy())
        .text_fn(text)
}
