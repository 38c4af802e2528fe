//! `/organise/new` begins a draft. `/organise/i/{id}/publish`: it is shown, or waits for whoever decides.

use alentour_texts::Language;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use maud::html;
use serde::Deserialize;
use serde_json::{Value, json};

use super::page::OrganisePage;
use super::sign_in::header;
use crate::check::preview;
use crate::http::Error;
use crate::own;
use crate::people::page::to_be_mended;
use crate::propose::Answers;
use crate::state::AppState;
use crate::steps::{Step, asked};
use crate::store::{Deed, OwnChange, OwnInitiative, OwnStatus, OwnWhich, Proposal, Role, random_id};

/// Drafts that one account has at most: a stolen one, or a machine, fills no disk.
const MOST: usize = 20;

/// What a form sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Press {
    /// Names the draft, so that a double press makes one.
    pub key: String,
    version: i64,
}

/// `GET /organise/new`.
pub async fn show(page: OrganisePage) -> Result<Response, Error> {
    let texts = page.texts;
    let may = may_begin(&page).await?;
    Ok(page.message(
        "asked",
        texts.new_action,
        if may { texts.new_lead } else { texts.new_closed },
        &html! {
            @if may { (button(&page, &page.link("/new"), texts.new_action)) }
        },
    ))
}

/// `POST /organise/new`: a draft that says who organises it, where that is known.
pub async fn begin(
    page: OrganisePage,
    State(state): State<AppState>,
    Form(press): Form<Press>,
) -> Result<Response, Error> {
    let mut draft = json!({ "name": page.texts.new_name });
    let roles = state.store.roles(&page.who()?.account.account_h).await?;
    let organises = roles.iter().filter(|(_, role)| *role == Role::Organiser);
    let mut known = organises.filter_map(|(id, _)| state.feeds.initiative(id).ok()?.organizer.clone());
    if let Some(organizer) = known.next_back() {
        draft["organizer"] = json!({ "name": organizer.name });
    }
    make(&page, &draft, page.language().tag(), &press.key).await
}

/// Whether one may begin: whoever may publish, and all where proposals are taken.
pub async fn may_begin(page: &OrganisePage) -> Result<bool, Error> {
    Ok(page.state().settings.takes_proposals() || may_publish(page).await?)
}

/// Whether what whoever asks makes is published at once.
async fn may_publish(page: &OrganisePage) -> Result<bool, Error> {
    let (state, who) = (page.state(), page.who()?);
    Ok(state.store.may_publish(&who.account, &|id| state.feeds.is_shown(id)).await?)
}

/// A form that begins a draft.
pub fn button(page: &OrganisePage, address: &str, words: &str) -> maud::Markup {
    html! {
        form method="post" action=(address) {
            (page.csrf())
            input type="hidden" name="key" value=(random_id().unwrap_or_default());
            button { (words) }
        }
    }
}

/// Makes a draft of whoever asks, who organises it, and leads to its steps.
pub async fn make(page: &OrganisePage, draft: &Value, language: &str, key: &str) -> Result<Response, Error> {
    let (state, account) = (page.state(), &page.who()?.account);
    if key.len() != 32 || !may_begin(page).await? {
        return Err(Error::Malformed("key"));
    }
    let document = json!({ "inLanguage": language, "initiatives": [draft] });
    let content = own::read(&document.to_string(), None).map_err(|_| Error::Malformed("initiative"))?;
    let named =
        state.store.secret().digest("draft of an organiser", format!("{}\n{key}", account.id).as_bytes());
    let content = own::named(content, &named).map_err(|_| Error::Malformed("initiative"))?;
    let id = content.id.as_str();
    if state.store.own_initiative(id).await?.is_none() {
        let which = OwnWhich { status: Some(OwnStatus::Draft), owner: Some(&account.id) };
        if state.store.own_initiatives(which).await?.len() >= MOST {
            return Ok(page.message(
                "warning",
                page.texts.new_action,
                page.texts.new_enough,
                &html! {
                    p { a.button href=(page.link("")) { (page.texts.actions) } }
                },
            ));
        }
        let (entry, proposal) = (page.who()?.entry(id, Deed::Proposed, json!({})), Proposal::default());
        state.store.create_own(&content, OwnStatus::Draft, &account.id, &proposal, &entry).await?;
    }
    let there = format!("{}&step={}", page.of(id, "/edit"), Step::Aim.as_str());
    Ok((StatusCode::SEE_OTHER, [(LOCATION, header(&there)?)]).into_response())
}

/// `GET /organise/i/{id}/publish`: how visitors will see a draft, and what a press does.
pub async fn look(
    page: OrganisePage,
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    match state.store.own_initiative(&id).await? {
        Some(own) if own.status == OwnStatus::Draft => ask(&page, &own, None).await,
        _ => Ok(page.message("asked", page.texts.publish, page.texts.no_draft, &page.to_action(&id))),
    }
}

/// `POST /organise/i/{id}/publish`: shows it, or lets it wait for whoever decides.
pub async fn publish(
    page: OrganisePage,
    State(state): State<AppState>,
    Path(id): Path<String>,
    Form(press): Form<Press>,
) -> Result<Response, Error> {
    let (texts, who) = (page.texts, page.who()?);
    let own = state.store.own_initiative(&id).await?.ok_or(Error::Malformed("id"))?;
    if own.status != OwnStatus::Draft {
        return Err(Error::Malformed("version"));
    }
    if unfinished(&page, &own).await?.is_some() {
        return ask(&page, &own, Some(texts.draft_unfinished)).await;
    }
    if own.version != press.version {
        return ask(&page, &own, Some(texts.changed_meanwhile)).await;
    }
    let (to, deed, said) = match may_publish(&page).await? {
        true => (OwnStatus::Published, Deed::Published, texts.published_now),
        false => (OwnStatus::Waiting, Deed::Proposed, texts.stands_waiting),
    };
    let entry = who.entry(&id, deed, json!({}));
    let OwnChange::Now(_) = state.store.set_own_status((&id, own.version), to, "", &entry).await? else {
        return ask(&page, &own, Some(texts.changed_meanwhile)).await;
    };
    state.feeds.own_changed();
    state.writer.outbox_wake().notify_one();
    Ok(page.message("done", texts.publish, said, &page.to_action(&id)))
}

/// The first step of a draft in which something is missing.
async fn unfinished(page: &OrganisePage, own: &OwnInitiative) -> Result<Option<Step>, Error> {
    let mut answers = Answers::standing(page.state(), &own.content).await?;
    if Language::ALL.iter().any(|language| language.organising().new_name == answers.fields.get("name")) {
        answers.fields.set("name", "");
    }
    Ok(answers.first_wrong(page.language()))
}

async fn ask(page: &OrganisePage, own: &OwnInitiative, wrong: Option<&str>) -> Result<Response, Error> {
    let (texts, id) = (page.texts, own.content.id.as_str());
    let unfinished = unfinished(page, own).await?;
    let initiative = own::initiative_of(&own.content).ok().flatten();
    let may_publish = may_publish(page).await?;
    let (lead, button) = match may_publish {
        true => (texts.publish_draft_lead, texts.publish),
        false => (texts.send_draft_lead, texts.send_draft),
    };
    let title = own::title_of(id, initiative.as_ref());
    let content = html! {
        h1 { (button) }
        p.lead { bdi { (title) } }
        @if let Some(wrong) = wrong { p.said.wrong role="status" { (wrong) } }
        // What has no dates yet has no card.
        @if let Some(initiative) = initiative.as_ref().filter(|_| unfinished.is_none()) {
            h2 { (page.language().proposing().preview) } (preview::cards(std::slice::from_ref(initiative), page.language(), super::now()))
            (asked(page.language(), initiative))
        }
        section.card.asked {
            @if let Some(step) = unfinished {
                @if wrong.is_none() { p { (texts.draft_unfinished) } }
                p { a.button href={ (page.of(id, "/edit")) "&step=" (step.as_str()) } { (texts.edit_change) } }
            } @else {
                p { (lead) }
                form method="post" action=(page.of(id, "/publish")) {
                    (page.csrf())
                    input type="hidden" name="version" value=(own.version);
                    div.choices {
                        button { (button) }
                        a.button.quiet href=(page.of(id, "/edit")) { (texts.edit) }
                    }
                }
            }
        }
    };
    let above = [(texts.actions, page.link("")), (title.as_str(), page.of(id, ""))];
    let style = preview::style(&page.state().bundle);
    let response = page.render_styled(button, &above, "", &style, &content);
    Ok(to_be_mended(response, wrong.is_some()))
}
