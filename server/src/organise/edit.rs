//! `/organise/i/{id}/edit`: changes an initiative that is made here, by the steps in which one is proposed. What would be another is shown before
//! anything changes; what those who take part must know of it is proposed as a message.

use alentour_model::Initiative;
use alentour_texts::fill;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::now;
use super::page::OrganisePage;
use super::sign_in::header;
use crate::check::preview;
use crate::completion;
use crate::http::Error;
use crate::own;
use crate::propose::Answers;
use crate::state::AppState;
use crate::steps::{self, Asking, Difference, Problem, Step};
use crate::store::{
    Audience, Deed, LONGEST_SUBJECT, LONGEST_TEXT, OwnChange, OwnInitiative, OwnStatus, Tally,
};
use crate::wording;

/// That of the steps, which is the same where one is proposed.
const STYLE: &str = include_str!("../propose/style.css");

/// What an address asks for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Which step; none: which there are.
    step: String,
}

/// What a form sends.
pub type Sent = Vec<(String, String)>;

fn value<'a>(sent: &'a Sent, name: &str) -> &'a str {
    sent.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

/// A change in the making.
struct Edit<'a> {
    page: &'a OrganisePage,
    own: &'a OwnInitiative,
    step: Step,
    answers: &'a Answers,
}

/// `GET`: the steps, or one of them.
pub async fn show(
    page: OrganisePage,
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let Some(own) = state.store.own_initiative(&id).await? else { return Ok(of_a_feed(&page, &id)) };
    let answers = Answers::standing(&state, &own.content).await?;
    match Step::parse(&asked.step) {
        None => Ok(choice(&page, &own)),
        Some(step) => Ok(Edit { page: &page, own: &own, step, answers: &answers }.form(&[], 0)),
    }
}

/// `POST`: asks again, shows what would be another, or publishes it.
pub async fn act(
    page: OrganisePage,
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    Form(sent): Form<Sent>,
) -> Result<Response, Error> {
    let step = Step::parse(&asked.step).ok_or(Error::Malformed("step"))?;
    let Some(own) = state.store.own_initiative(&id).await? else { return Ok(of_a_feed(&page, &id)) };
    let does = value(&sent, "do");
    if value(&sent, "version").parse() != Ok(own.version) {
        return Ok(stale(&page, &own));
    }
    let mut answers = Answers::standing(&state, &own.content).await?;
    let were = answers.fields.clone();
    answers.fields.take(step, &sent);
    if does == "town" {
        answers.fields.set("town", "");
    }
    let is_draft = own.status == OwnStatus::Draft;
    if is_draft && step == Step::People && were.get("kind").is_empty() && were.get("way") == "none" {
        // How one takes part goes with the kind, until it was said.
        answers.fields.set("way", "");
    }
    answers.look_up(&state).await?;
    let edit = Edit { page: &page, own: &own, step, answers: &answers };
    match does {
        "row" => return Ok(edit.form(&[], step.one_row_more(&answers.fields))),
        "town" | "change" => return Ok(edit.form(&[], 0)),
        "check" | "publish" => {}
        _ => return Err(Error::Malformed("do")),
    }
    let mut problems = answers.problems(step, page.language());
    let before = own::initiative_of(&own.content).ok().flatten().ok_or(Error::NotFound)?;
    let Some((content, after)) = answers.content().filter(|_| problems.is_empty()) else {
        if problems.is_empty() {
            let field = step.fields().first().copied().unwrap_or_default().to_owned();
            problems.push(Problem { field, said: page.language().proposing().wrong_whole.to_owned() });
        }
        return Ok(edit.form(&problems, 0));
    };
    let tally = state.store.tally(&id, now()).await?;
    if let Some(problem) = edit.left_out(&before, &after, &tally) {
        return Ok(edit.form(&[problem], 0));
    }
    let all = steps::differences(page.language(), (&before, &were), (&after, &answers.fields));
    if is_draft && all.is_empty() {
        return edit.go_on();
    }
    if all.is_empty() || (does == "check" && !is_draft) {
        return Ok(edit.preview(&after, &all, &sent));
    }
    let entry = page.who()?.entry(&id, Deed::Changed, json!({ "changes": steps::noted(&all) }));
    match state.store.change_own(own.version, &content, &entry).await? {
        OwnChange::Now(_) => {}
        OwnChange::Stale | OwnChange::Refused(_) => return Ok(stale(&page, &own)),
        OwnChange::Unknown => return Err(Error::NotFound),
    }
    if is_draft {
        return edit.go_on();
    }
    state.feeds.own_changed();
    let count = state.store.count_audience(&id, &Audience::All, now()).await?;
    Ok(edit.done(&after, &all, (&tally, count)))
}

/// That it is changed where it comes from.
fn of_a_feed(page: &OrganisePage, id: &str) -> Response {
    let texts = page.texts;
    let content = html! {
        h1 { (texts.edit) }
        p.lead { (texts.edit_of_feed) }
        p { a.button.quiet href=(page.of(id, "/venue")) { (texts.venue) } }
    };
    framed(page, id, "", "", &content)
}

/// Which step.
fn choice(page: &OrganisePage, own: &OwnInitiative) -> Response {
    let (texts, id) = (page.texts, own.content.id.as_str());
    let content = html! {
        h1 { (texts.edit) }
        p.lead { bdi { (page.title(id)) } }
        @if own.status != OwnStatus::Published { p.attention { (texts.edit_unpublished) } }
        p { (texts.edit_lead) }
        ul.answers {
            @for step in Step::ALL {
                li {
                    span { (named(page, step)) }
                    a href={ (page.of(id, "/edit")) "&step=" (step.as_str()) } aria-label={ (texts.edit_change) " – " (named(page, step)) } { (texts.edit_change) }
                }
            }
            li {
                span { (texts.venue) }
                a href=(page.of(id, "/venue")) aria-label={ (texts.edit_change) " – " (texts.venue) } { (texts.edit_change) }
            }
        }
        @if own.status == OwnStatus::Draft { p { a.button href=(page.of(id, "/publish")) { (texts.draft_look) } } }
        @else { p { a href=(page.of(id, "/withdraw")) { (if own.status == OwnStatus::Withdrawn { texts.publish_again } else { texts.withdraw }) } } }
    };
    framed(page, id, "", "", &content)
}

fn stale(page: &OrganisePage, own: &OwnInitiative) -> Response {
    let content = html! {
        h1 { (page.texts.edit) }
        p.said.wrong role="status" { (page.texts.changed_meanwhile) }
        p { a.button href=(page.of(&own.content.id, "/edit")) { (page.texts.edit) } }
    };
    let mut response = framed(page, &own.content.id, "", "", &content);
    *response.status_mut() = StatusCode::CONFLICT;
    response
}

/// What a step is called.
fn named(page: &OrganisePage, step: Step) -> &'static str {
    let texts = page.language().proposing();
    match step {
        Step::Aim => texts.step_aim,
        Step::People => texts.step_people,
        Step::When => texts.step_when,
        Step::Partners => texts.step_partners,
        Step::Telling => texts.step_telling,
    }
}

fn framed(page: &OrganisePage, id: &str, query: &str, style: &str, content: &Markup) -> Response {
    let title = page.title(id);
    let above = [(page.texts.actions, page.link("")), (title.as_str(), page.of(id, ""))];
    let style = format!("{STYLE}{style}");
    page.render_styled(&format!("{} – {title}", page.texts.edit), &above, query, &style, content)
}

impl Edit<'_> {
    /// Where its forms go.
    fn address(&self) -> String {
        format!("{}&step={}", self.page.of(&self.own.content.id, "/edit"), self.step.as_str())
    }

    fn framed(&self, style: &str, content: &Markup) -> Response {
        let query = format!("step={}&", self.step.as_str());
        framed(self.page, &self.own.content.id, &query, style, content)
    }

    /// Leads from a step of a draft to the next one: nobody sees it yet, and it is looked at as a whole.
    fn go_on(&self) -> Result<Response, Error> {
        let id = self.own.content.id.as_str();
        let there = match self.step.next() {
            Some(step) => format!("{}&step={}", self.page.of(id, "/edit"), step.as_str()),
            None => self.page.of(id, "/publish"),
        };
        Ok((StatusCode::SEE_OTHER, [(LOCATION, header(&there)?)]).into_response())
    }

    /// What the button of a step is called.
    fn button(&self) -> &'static str {
        match self.own.status {
            OwnStatus::Draft => self.page.language().proposing().next,
            _ => self.page.texts.edit_check,
        }
    }

    /// What every form of it carries.
    fn carried(&self) -> Markup {
        html! { (self.page.csrf()) input type="hidden" name="version" value=(self.own.version); }
    }

    /// The step, to be answered.
    fn form(&self, problems: &[Problem], rows: usize) -> Response {
        let (texts, language, answers) = (self.page.texts, self.page.language(), self.answers);
        let (fields, town) = (&answers.fields, &answers.town);
        let places = completion::address(&self.page.page);
        let asking = Asking { step: self.step, language, fields, problems, town, rows, places: &places };
        let content = html! {
            h1 { (named(self.page, self.step)) }
            (steps::summary(language, problems))
            form.card method="post" action=(self.address()) novalidate {
                // What the Enter key presses.
                button.unseen name="do" value="check" tabindex="-1" aria-hidden="true" { (self.button()) }
                (self.carried())
                (steps::ask(&asking))
                div.choices {
                    button name="do" value="check" { (self.button()) }
                    a.button.quiet href=(self.page.of(&self.own.content.id, "/edit")) { (texts.edit_not) }
                }
            }
        };
        let mut response =
            completion::render(&self.page.page, asking.is_completed(), &content, |style, content| {
                self.framed(style, content)
            });
        if !problems.is_empty() {
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        }
        response
    }

    /// That a date which people have is called off, and not left out.
    fn left_out(&self, before: &Initiative, after: &Initiative, tally: &Tally) -> Option<Problem> {
        let (one, people) = own::left_out(before, after, tally, now())?;
        let language = self.page.language();
        let date = wording::session(language, one);
        let said = language.count(self.page.texts.edit_has_people, people, &[("date", &date)]);
        Some(Problem { field: "when".to_owned(), said })
    }

    /// What would be another, and what visitors would see.
    fn preview(&self, after: &Initiative, all: &[Difference], sent: &Sent) -> Response {
        let (page, texts) = (self.page, self.page.texts);
        let answered = sent.iter().filter(|(name, _)| self.step.asks(name));
        let content = html! {
            h1 { (texts.edit_preview) }
            @if all.is_empty() { p.lead { (texts.edit_none) } }
            (differing(page, all))
            @if all.iter().any(|one| one.is_told) { p { (texts.edit_moved) } }
            @if !all.is_empty() {
                h2 { (page.language().proposing().preview) }
                (preview::cards(std::slice::from_ref(after), page.language(), now()))
                (steps::asked(page.language(), after))
            }
            form method="post" action=(self.address()) {
                (self.carried())
                @for (name, value) in answered { input type="hidden" name=(name) value=(value); }
                div.choices {
                    @if !all.is_empty() { button name="do" value="publish" { (texts.edit_publish) } }
                    button.quiet name="do" value="change" { (texts.edit_back) }
                }
            }
        };
        self.framed(&preview::style(&page.state().bundle), &content)
    }

    /// That it is so now, and the message that is proposed to so many.
    fn done(&self, after: &Initiative, all: &[Difference], (tally, count): (&Tally, u64)) -> Response {
        let (page, texts, language) = (self.page, self.page.texts, self.page.language());
        let id = self.own.content.id.as_str();
        let is_public = self.own.status == OwnStatus::Published;
        let told = steps::told(language, all);
        let tells = is_public && count > 0 && !told.is_empty() && page.state().settings.mail.is_some();
        let title = wording::line(&after.name);
        let text = format!("{}\n\n{told}", fill(texts.tell_lead, &[("title", &title)]));
        let content = html! {
            h1 { (texts.edit) }
            p.said role="status" { (if is_public { texts.edit_done } else { texts.saved }) }
            @if all.iter().any(|one| one.is_told) && tally.signups > 0 { p { (texts.edit_moved) } }
            @if tells {
                section.card aria-labelledby="tell" {
                    h2 id="tell" { (texts.edit_tell) }
                    p { (language.count(texts.edit_tell_lead, count, &[])) }
                    blockquote { p.written { bdi { (text) } } }
                    form method="post" action=(page.of(id, "/write")) {
                        (page.csrf())
                        input type="hidden" name="to" value="all";
                        input type="hidden" name="subject" value=(cut(&fill(texts.tell_subject, &[("title", &title)]), LONGEST_SUBJECT));
                        input type="hidden" name="text" value=(cut(&text, LONGEST_TEXT));
                        div.choices { button name="action" value="change" { (texts.edit_tell_button) } }
                    }
                }
            }
            p.choices {
                a.button.quiet href=(page.of(id, "/edit")) { (texts.edit_more) }
                a.button.quiet href=(page.of(id, "")) { (texts.edit_to_action) }
            }
        };
        self.framed("", &content)
    }
}

/// What is another, and what it was.
fn differing(page: &OrganisePage, all: &[Difference]) -> Markup {
    let texts = page.texts;
    html! {
        @if !all.is_empty() {
            dl {
                @for one in all {
                    dt { (one.label) }
                    @if !one.before.is_empty() { dd.written { del { bdi { (one.before) } } } }
                    dd.written { @if one.after.is_empty() { (texts.edit_gone) } @else { ins { bdi { (one.after) } } } }
                }
            }
        }
    }
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}
