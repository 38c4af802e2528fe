//! The form to take part, made from what the initiative asks.

use alentour_model::{Asked, Initiative, Participation, Question, QuestionType, SignUp};
use leptos::prelude::*;

use super::attempt::submit;
use super::draft::{Draft, Status};
use super::field::{Field, TextField, input_id};
use crate::app::App;
use crate::clock;
use crate::message::Message;
use crate::words;

/// The form to take part in an initiative; once it is received, the thanks.
#[component]
pub fn Form(app: App, initiative: Initiative) -> impl IntoView {
    let participation = initiative.participation.clone()?;
    let owner = app.owner();
    let draft = app.drafts.try_update_value(|drafts| drafts.of(&initiative, app.locale.language, &owner))?;
    let title = app.text(words::action(&initiative));
    let closed = participation.closes.is_some_and(|closes| closes.ends() <= clock::now().instant)
        || initiative.is_over(clock::now().instant);
    let is_received = Memo::new(move |_| draft.status.get() == Status::Received);
    let body = move || {
        if is_received.get() {
            received(app, draft)
        } else if closed {
            view! { <p>{app.text(Message::Closed)}</p> }.into_any()
        } else {
            fields(app, draft, &initiative, &participation)
        }
    };
    let view = view! {
        <section class="join" aria-labelledby="form-title">
            <h3 id="form-title" tabindex="-1">{title}</h3>
            {body}
        </section>
    };
    Some(view.into_any())
}

fn received(app: App, draft: Draft) -> AnyView {
    let email = draft.signup.with_untracked(|signup| signup.email.trim().to_owned());
    view! {
        <div id="form-status" class="notice received" part="notice" role="status" tabindex="-1">
            <h4>{app.text(Message::Received)}</h4>
            <p>{app.locale.say(Message::ReceivedHelp, &[("email", &email)])}</p>
        </div>
    }
    .into_any()
}

fn fields(app: App, draft: Draft, initiative: &Initiative, participation: &Participation) -> AnyView {
    let field = Field { app, draft };
    let line =
        |name: &str, label: Message, kind, autocomplete, required, access: fn(&mut SignUp) -> &mut String| {
            let value =
                draft.signup.try_update_untracked(|signup| access(signup).clone()).unwrap_or_default();
            field.text(TextField {
                name: name.to_owned(),
                label: app.text(label).to_owned(),
                kind,
                autocomplete,
                required,
                value,
                set: Box::new(move |text| draft.signup.update(|signup| *access(signup) = text)),
            })
        };
    let asked = |asked: Asked, name: &str, label, kind, autocomplete, access| {
        asked.is_asked().then(|| line(name, label, kind, autocomplete, asked == Asked::Required, access))
    };
    let questions: Vec<_> = participation.questions.iter().map(|asked| question(field, asked)).collect();
    let consents: Vec<_> = participation
        .consents
        .iter()
        .map(|request| {
            let name = ["consents.", &request.id].concat();
            let given = untrack(|| draft.consents(request));
            let label = if request.required {
                request.text.clone()
            } else {
                [&request.text, " (", app.text(Message::Optional), ")"].concat()
            };
            let request = request.clone();
            field.tick(name, label, given, Box::new(move |given| draft.set_consent(&request, given)))
        })
        .collect();
    let minimum_age = participation.minimum_age.map(|age| {
        view! { <p class="hint">{app.locale.count(Message::MinimumAge, age as usize, &[])}</p> }
    });
    let initiative_for_submit = initiative.clone();
    view! {
        <form
            part="form"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                submit(app, draft, &initiative_for_submit);
            }
        >
            {minimum_age}
            {summary(app, draft)}
            {session(field, initiative)}
            {party(field, participation)}
            <div class="pair">
                {line("givenName", Message::GivenName, "text", "given-name", true, |signup| &mut signup.given_name)}
                {line("familyName", Message::FamilyName, "text", "family-name", true, |signup| &mut signup.family_name)}
            </div>
            {line("email", Message::Email, "email", "email", true, |signup| &mut signup.email)}
            <div class="pair">
                {asked(participation.telephone, "telephone", Message::Telephone, "tel", "tel", |signup| &mut signup.telephone)}
                {asked(participation.postal_code, "postalCode", Message::PostalCode, "text", "postal-code", |signup| &mut signup.postal_code)}
            </div>
            {questions}
            {asked(participation.message, "message", Message::Message, "textarea", "off", |signup| &mut signup.message)}
            {consents}
            {send_button(app, draft, initiative)}
        </form>
    }
    .into_any()
}

/// What is wrong, at the head of the form: a link to each field. It takes the focus when the form is refused.
fn summary(app: App, draft: Draft) -> impl IntoView {
    move || {
        let problems = draft.problems.get();
        (!problems.is_empty()).then(|| {
            let links: Vec<_> = problems
                .iter()
                .map(|problem| {
                    let name = problem.field.clone();
                    let text = app.text(super::field::issue(&name, problem.problem));
                    let go = move |event: leptos::ev::MouseEvent| {
                        event.prevent_default();
                        app.focus(["[id=\"", &input_id(&name), "\"]"].concat(), true);
                    };
                    let label = label(app, &problem.field);
                    view! { <li><a href="#form-title" on:click=go>{label}{text}</a></li> }
                })
                .collect();
            view! {
                <div id="to-mend" class="notice to-mend" part="notice" role="alert" tabindex="-1">
                    <h4>{app.locale.count(Message::ToMend, problems.len(), &[])}</h4>
                    <ul>{links}</ul>
                </div>
            }
        })
    }
}

/// The label of a field as it stands on the page, with a colon.
fn label(app: App, field: &str) -> Option<String> {
    let selector = ["label[for=\"", &input_id(field), "\"]"].concat();
    let text = app.find(&selector)?.text_content()?;
    let short: String = text.chars().take(60).collect();
    Some(short + if text.chars().count() > 60 { "… : " } else { " : " })
}

/// Which session, where there is a choice.
fn session(field: Field, initiative: &Initiative) -> Option<AnyView> {
    let draft = field.draft;
    let coming = initiative.coming(clock::now().instant);
    if let [only] = coming.as_slice() {
        let id = only.id.clone();
        draft.signup.update_untracked(|signup| signup.session = id);
        return None;
    }
    if coming.is_empty() {
        return None;
    }
    let full = field.app.text(Message::Full);
    let options = coming
        .iter()
        .map(|session| {
            let mut text = field.app.locale.session(session);
            if !session.name.is_empty() {
                text = [&session.name, " : ", &text].concat();
            }
            if session.is_full() {
                text = [&text, " (", full, ")"].concat();
            }
            (session.id.clone(), text, session.is_full())
        })
        .collect();
    let chosen = draft.signup.with_untracked(|signup| signup.session.clone());
    let set = Box::new(move |id| draft.signup.update(|signup| signup.session = id));
    Some(field.choice(
        "session".into(),
        field.app.text(Message::ChooseSession).into(),
        true,
        options,
        chosen,
        set,
    ))
}

/// How many people, where more than one may come.
fn party(field: Field, participation: &Participation) -> Option<AnyView> {
    let draft = field.draft;
    let most = participation.party_size;
    (most > 1).then(|| {
        let options: Vec<_> = (1..=most.min(50))
            .map(|n| (n.to_string(), field.app.locale.number(f64::from(n)), false))
            .collect();
        let chosen = draft.signup.with_untracked(|signup| signup.party_size.to_string());
        let set = Box::new(move |text: String| {
            draft.signup.update(|signup| signup.party_size = text.parse().unwrap_or(0))
        });
        field.choice(
            "partySize".into(),
            field.app.text(Message::PartySize).into(),
            true,
            options,
            chosen,
            set,
        )
    })
}

fn question(field: Field, question: &Question) -> AnyView {
    let draft = field.draft;
    let name = ["answers.", &question.id].concat();
    let value = untrack(|| draft.answer(&question.id));
    let id = question.id.clone();
    match question.answer {
        QuestionType::Boolean => {
            let set = Box::new(move |ticked: bool| {
                draft.set_answer(&id, if ticked { "yes".into() } else { String::new() })
            });
            field.tick(name, question.label.clone(), value == "yes", set)
        }
        QuestionType::Choice => {
            let options =
                question.options.iter().map(|option| (option.clone(), option.clone(), false)).collect();
            let set = Box::new(move |text| draft.set_answer(&id, text));
            field.choice(name, question.label.clone(), question.required, options, value, set)
        }
        QuestionType::Text => field.text(TextField {
            name,
            label: question.label.clone(),
            kind: "text",
            autocomplete: "off",
            required: question.required,
            value,
            set: Box::new(move |text| draft.set_answer(&id, text)),
        }),
    }
}

/// The button, and how far sending has come.
fn send_button(app: App, draft: Draft, initiative: &Initiative) -> AnyView {
    let action = words::action(initiative);
    let busy = move || matches!(draft.status.get(), Status::Sending | Status::Trying);
    let status = move || match draft.status.get() {
        Status::Editing | Status::Received => None,
        Status::Sending => Some(app.text(Message::Sending)),
        Status::Trying => Some(app.text(Message::Trying)),
        Status::NotSent => Some(app.text(Message::NotSent)),
    };
    let button =
        move || app.text(if draft.status.get() == Status::NotSent { Message::SendAgain } else { action });
    view! {
        <p id="form-status" class="status" role="status" tabindex="-1" class:busy=busy>{status}</p>
        <button class="action" part="action" type="submit" aria-disabled=move || busy().to_string()>{button}</button>
    }
    .into_any()
}
