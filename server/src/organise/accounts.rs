//! `/organise/accounts`: who has an account, and giving and taking them away.

use alentour_model::EmailAddress;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::page::{OrganisePage, page_number, pages};
use super::team::role_word;
use crate::http::Error;
use crate::observability::security;
use crate::people::my_data::address_field;
use crate::people::page::to_be_mended;
use crate::state::AppState;
use crate::store::{AccountRemoval, Deed, ListedAccount};

/// Accounts on one page, and actions that are named of each.
const SHOWN: usize = 50;
const ROLES: usize = 3;

/// What an address asks for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Which page, from 1.
    page: usize,
    /// The account that is to be removed, by its id: it is asked first.
    remove: String,
}

/// What a form sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Press {
    action: String,
    email: String,
    role: String,
    account: String,
}

/// What has been done, or why it was not.
struct Said {
    done: bool,
    words: &'static str,
    /// What was typed that is no address.
    wrong: Option<String>,
}

/// `GET`: the list, or the question before one is removed.
pub async fn show(page: OrganisePage, Query(asked): Query<Asked>) -> Result<Response, Error> {
    if asked.remove.is_empty() {
        list(page, page_number(asked.page), None).await
    } else {
        question(&page, &asked.remove).await
    }
}

/// `POST`: makes an account, or removes one.
pub async fn act(
    page: OrganisePage,
    State(state): State<AppState>,
    Form(press): Form<Press>,
) -> Result<Response, Error> {
    let texts = page.texts;
    let (done, words, wrong) = match press.action.as_str() {
        "invite" => match EmailAddress::parse(&press.email) {
            None => (false, page.page.texts.email_wrong, Some(press.email.clone())),
            Some(email) => {
                let is_operator = press.role == "operator";
                let entry = page.who()?.entry("", Deed::Account, json!({ "operator": is_operator }));
                state.store.invite_account(&email, page.language().tag(), is_operator, &entry).await?;
                security::account_changed("kept");
                state.writer.outbox_wake().notify_one();
                (true, if state.settings.mail.is_some() { texts.team_invited } else { texts.done }, None)
            }
        },
        "remove" => {
            let entry = page.who()?.entry("", Deed::AccountRemoved, json!({}));
            match state.store.remove_unless_last(&press.account, &entry).await? {
                AccountRemoval::Now => {
                    security::account_changed("removed");
                    (true, texts.done, None)
                }
                AccountRemoval::Before => (false, texts.too_late, None),
                AccountRemoval::Last => (false, texts.last_operator, None),
            }
        }
        _ => return Err(Error::Malformed("action")),
    };
    list(page, 1, Some(Said { done, words, wrong })).await
}

async fn list(mut page: OrganisePage, at: usize, said: Option<Said>) -> Result<Response, Error> {
    let (all, count) = page.state().store.account_list((at - 1).saturating_mul(SHOWN), SHOWN, ROLES).await?;
    let of: Vec<_> = all.iter().flat_map(|one| one.roles.iter().map(|(id, _)| id.as_str())).collect();
    page.learn(&of).await;
    let (page, texts) = (&page, page.texts);
    let wrong = said.as_ref().and_then(|said| said.wrong.as_deref());
    let last = usize::try_from(count).unwrap_or(usize::MAX).div_ceil(SHOWN);
    let content = html! {
        h1 { (texts.accounts) }
        p.lead { (texts.accounts_lead) }
        @if let Some(said) = said.as_ref().filter(|said| said.wrong.is_none()) {
            p.said.wrong[!said.done] role="status" { (said.words) }
        }
        @for (nth, one) in all.iter().enumerate() { (card(page, one, nth)?) }
        (pages(page, at, last, |at| format!("{}&page={at}", page.link("/accounts"))))
        (form(page, wrong))
    };
    let response = page.render(texts.accounts, &[(texts.actions, page.link(""))], "", &content);
    Ok(to_be_mended(response, wrong.is_some()))
}

fn card(page: &OrganisePage, one: &ListedAccount, nth: usize) -> Result<Markup, Error> {
    let (texts, holder, is_own) = (page.texts, &one.account.holder, one.account.id == page.who()?.account.id);
    let more = one.all_roles.saturating_sub(one.roles.len() as u64);
    Ok(html! {
        section.card {
            p id={ "account-" (nth) } {
                strong { bdi { (holder.email) } }
                @if !holder.name.is_empty() { " · " bdi { (holder.name) } }
                @if is_own { " · " (texts.team_you) }
            }
            p.hint {
                (if one.account.is_operator { texts.operator } else { texts.account_other })
                " · "
                @match one.signed_in_at {
                    Some(at) => { (texts.signed_in_at) " " (page.page.moment(at)) }
                    None => (texts.signed_in_long_ago),
                }
                " · " (texts.second) "\u{a0}: " (if holder.second_factor().is_some() { page.page.texts.yes } else { page.page.texts.no })
            }
            @if !one.roles.is_empty() {
                ul.plain {
                    @for (id, role) in &one.roles {
                        li { a href=(page.of(id, "")) { bdi { (page.title(id)) } } " · " (role_word(texts, *role)) }
                    }
                }
                @if more > 0 { p.hint { (page.language().count(texts.more_actions, more, &[])) } }
            }
            p { a.button.quiet.small href={ (page.link("/accounts")) "&remove=" (one.account.id) } aria-describedby={ "account-" (nth) } { (texts.account_remove) } }
        }
    })
}

/// Where somebody is given an account. `wrong` is what was typed that is no address.
fn form(page: &OrganisePage, wrong: Option<&str>) -> Markup {
    let texts = page.texts;
    html! {
        section.card {
            h2 { (texts.account_give) }
            form method="post" action=(page.link("/accounts")) novalidate {
                (page.csrf())
                (address_field(page.page.texts, (texts.address, "off"), wrong))
                fieldset {
                    legend { (texts.role) }
                    @for (role, words, hint) in [("organiser", texts.account_other, texts.account_other_may), ("operator", texts.operator, texts.operator_may)] {
                        label.pick {
                            input type="radio" name="role" value=(role) checked[role == "organiser"];
                            span { (words) " – " (hint) }
                        }
                    }
                }
                button name="action" value="invite" { (texts.team_invite) }
            }
        }
    }
}

/// Whether an account is to be removed, and what goes with it.
async fn question(page: &OrganisePage, id: &str) -> Result<Response, Error> {
    let texts = page.texts;
    let found = page.state().store.accounts_named(&[id].into()).await?;
    let account = found.first().ok_or(Error::NotFound)?;
    let is_own = account.id == page.who()?.account.id;
    let content = html! {
        section.card.asked {
            h1 { (texts.account_remove) }
            p.lead { bdi { (account.holder.email) } }
            p { (texts.account_remove_lead) }
            @if is_own { p.warning-line { (texts.account_remove_own) } }
            form method="post" action=(page.link("/accounts")) {
                (page.csrf())
                input type="hidden" name="account" value=(account.id);
                div.choices {
                    button name="action" value="remove" { (texts.account_remove) }
                    a.button.quiet href=(page.link("/accounts")) { (texts.edit_not) }
                }
            }
        }
    };
    let above = [(texts.actions, page.link("")), (texts.accounts, page.link("/accounts"))];
    Ok(page.render(texts.account_remove, &above, "", &content))
}
