//! `/organise/tokens`: tokens by which programs act for the account.

use alentour_texts::{Organising, fill};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::json;

use super::now;
use super::page::OrganisePage;
use crate::api;
use crate::http::Error;
use crate::observability::security;
use crate::people::page::mend;
use crate::state::AppState;
use crate::store::{ApiToken, Deed, OwnWhich, Role, Scope, random_id};

const DAY: i64 = 86_400;
/// Days that one may be made for.
const DAYS: [u32; 3] = [30, 90, ApiToken::DAYS];
/// Initiatives that one can be made for alone, of those that an operator is offered: the page is to stay small.
const OFFERED: usize = 100;

/// What a form sends.
#[derive(Default)]
struct Fields {
    action: String,
    token: String,
    name: String,
    scopes: Vec<Scope>,
    initiative: String,
    days: String,
}

impl Fields {
    fn read(body: &[u8]) -> Self {
        let mut all = Self::default();
        for (name, value) in url::form_urlencoded::parse(body) {
            match name.as_ref() {
                "action" => all.action = value.into_owned(),
                "token" => all.token = value.into_owned(),
                "name" => all.name = value.into_owned(),
                "scope" => all.scopes.extend(Scope::parse(&value)),
                "initiative" => all.initiative = value.into_owned(),
                "days" => all.days = value.into_owned(),
                _ => {}
            }
        }
        all
    }
}

/// `GET`.
pub async fn show(page: OrganisePage) -> Result<Response, Error> {
    render(&page, &Fields::default(), false, None).await
}

/// `POST`: makes a token, or makes one good no more.
pub async fn act(page: OrganisePage, State(state): State<AppState>, body: Bytes) -> Result<Response, Error> {
    let fields = Fields::read(&body);
    let texts = page.texts;
    match fields.action.as_str() {
        "create" => create(&page, &fields).await,
        "revoke" => {
            let who = page.who()?;
            let entry = who.entry("", Deed::TokenRevoked, json!({}));
            state.store.revoke_api_token(Some(&who.account.id), &fields.token, &entry).await?;
            security::account_changed("token");
            render(&page, &Fields::default(), false, Some((true, texts.token_revoked))).await
        }
        _ => Err(Error::Malformed("action")),
    }
}

async fn create(page: &OrganisePage, fields: &Fields) -> Result<Response, Error> {
    let (state, texts, who) = (page.state(), page.texts, page.who()?);
    let days = fields.days.parse().ok().filter(|days| DAYS.contains(days)).unwrap_or(ApiToken::DAYS);
    let (Some(name), false) = (ApiToken::named(&fields.name), fields.scopes.is_empty()) else {
        return render(page, fields, true, None).await;
    };
    let is_offered =
        fields.initiative.is_empty() || offered(page).await?.iter().any(|(id, _)| *id == fields.initiative);
    if !is_offered {
        return Err(Error::Malformed("initiative"));
    }
    let no_randomness = |error| Error::Unavailable(format!("no randomness: {error:?}"));
    let secret = api::new_token().map_err(no_randomness)?;
    let at = now();
    let token = ApiToken {
        id: random_id().map_err(no_randomness)?,
        account: who.account.id.clone(),
        name: name.to_owned(),
        scopes: fields.scopes.clone(),
        initiative: fields.initiative.clone(),
        created_at: at,
        expires_at: at + i64::from(days) * DAY,
        used_at: None,
    };
    let hash = api::digest(state.store.secret(), &secret);
    let entry = who.entry(&fields.initiative, Deed::TokenMade, json!({}));
    if !state.store.create_api_token(&hash, &token, &entry).await? {
        return render(page, fields, false, Some((false, texts.token_many))).await;
    }
    security::account_changed("token");
    let rest = html! {
        p.codes dir="ltr" { code { (secret) } }
        p { a.button href=(page.link("/tokens")) { (texts.token_kept) } }
    };
    Ok(page.message("done", texts.token_made, texts.token_made_lead, &rest))
}

/// The initiatives that a token can be made for alone, with their titles.
async fn offered(page: &OrganisePage) -> Result<Vec<(String, String)>, Error> {
    let (store, who) = (&page.state().store, page.who()?);
    let roles = store.roles(&who.account.account_h).await?.into_iter();
    let mut all: Vec<_> = roles.filter(|(_, role)| *role == Role::Organiser).map(|(id, _)| id).collect();
    if who.account.is_operator {
        let own = store.own_initiatives(OwnWhich::default()).await?;
        all.extend(own.into_iter().rev().map(|one| one.content.id));
    }
    let mut known = std::collections::HashSet::new();
    all.retain(|id| known.insert(id.clone()));
    all.truncate(OFFERED);
    Ok(all.into_iter().map(|id| (page.title(&id), id)).map(|(title, id)| (id, title)).collect())
}

/// The page. `wrong`: what was typed needs mending; `said` is what has just been done, or why it was not.
async fn render(
    page: &OrganisePage,
    typed: &Fields,
    wrong: bool,
    said: Option<(bool, &str)>,
) -> Result<Response, Error> {
    let (texts, who) = (page.texts, page.who()?);
    let all = page.state().store.api_tokens(Some(&who.account.id)).await?;
    let content = html! {
        h1 { (texts.tokens) }
        @if let Some((done, words)) = said { p.said.wrong[!done] role="status" { (words) } }
        p.lead { (texts.tokens_lead) }
        @if all.is_empty() { p { (texts.tokens_none) } }
        @for (at, token) in all.iter().enumerate() { (card(page, token, at)) }
        section.card {
            h2 { (texts.token_new) }
            (form(page, typed, wrong, &offered(page).await?))
        }
    };
    let above = [(texts.account, page.link("/account"))];
    let mut response = page.render(texts.tokens, &above, "", &content);
    if wrong {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn scope_words(texts: &Organising, scope: Scope) -> &'static str {
    match scope {
        Scope::InitiativesRead => texts.scope_initiatives_read,
        Scope::InitiativesWrite => texts.scope_initiatives_write,
        Scope::SignUpsRead => texts.scope_signups_read,
    }
}

fn card(page: &OrganisePage, token: &ApiToken, at: usize) -> Markup {
    let texts = page.texts;
    let on = |words: &str, seconds: i64| fill(words, &[("date", &page.page.day(seconds))]);
    let expires = if token.expires_at > now() { texts.token_expires } else { texts.token_expired };
    html! {
        section.card aria-labelledby={ "token-" (at) } {
            h2 id={ "token-" (at) } { bdi { (token.name) } }
            ul { @for scope in &token.scopes { li { (scope_words(texts, *scope)) } } }
            @if !token.initiative.is_empty() { p { bdi { (page.title(&token.initiative)) } } }
            p.hint {
                (on(expires, token.expires_at)) " · "
                @match token.used_at {
                    Some(day) => (on(texts.token_used, day)),
                    None => (texts.token_unused),
                }
            }
            form method="post" {
                (page.csrf())
                input type="hidden" name="token" value=(token.id);
                button.quiet.small name="action" value="revoke" aria-describedby={ "token-" (at) } { (texts.token_revoke) }
            }
        }
    }
}

fn form(page: &OrganisePage, typed: &Fields, wrong: bool, offered: &[(String, String)]) -> Markup {
    let texts = page.texts;
    let no_name = wrong && ApiToken::named(&typed.name).is_none();
    let no_scope = wrong && typed.scopes.is_empty();
    let days = typed.days.parse().unwrap_or(ApiToken::DAYS);
    html! {
        @if wrong { (mend(texts, &[(no_name, "name", texts.token_name_wrong), (no_scope, "scope-0", texts.token_scopes_wrong)])) }
        form method="post" novalidate {
            (page.csrf())
            p {
                label for="name" { (texts.token_name) }
                input id="name" name="name" required maxlength=(ApiToken::LONGEST_NAME) autocomplete="off" value=(typed.name)
                    aria-invalid=[no_name.then_some("true")] aria-describedby={ "name-hint" @if no_name { " name-wrong" } };
            }
            p.hint id="name-hint" { (texts.token_name_hint) }
            @if no_name { p.error id="name-wrong" { (texts.token_name_wrong) } }
            fieldset aria-describedby=[no_scope.then_some("scope-wrong")] {
                legend { (texts.token_scopes) }
                @for (at, scope) in Scope::ALL.into_iter().enumerate() {
                    label.pick {
                        input id={ "scope-" (at) } type="checkbox" name="scope" value=(scope.as_str()) checked[typed.scopes.contains(&scope)];
                        span { (scope_words(texts, scope)) }
                    }
                }
            }
            @if no_scope { p.error id="scope-wrong" { (texts.token_scopes_wrong) } }
            p {
                label for="initiative" { (texts.token_for) }
                select id="initiative" name="initiative" {
                    option value="" { (texts.token_for_all) }
                    @for (id, title) in offered { option value=(id) selected[*id == typed.initiative] { (title) } }
                }
            }
            p {
                label for="days" { (texts.token_days) }
                select id="days" name="days" {
                    @for (count, words) in DAYS.into_iter().zip([texts.token_days_month, texts.token_days_quarter, texts.token_days_year]) {
                        option value=(count) selected[count == days] { (words) }
                    }
                }
            }
            button name="action" value="create" { (texts.token_new) }
        }
    }
}
