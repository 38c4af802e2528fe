//! `/organise/i/{id}/team`: who organises, who helps, and inviting others.

use alentour_model::EmailAddress;
use alentour_texts::Organising;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::page::OrganisePage;
use super::sign_in::header;
use crate::http::Error;
use crate::observability::security;
use crate::people::my_data::address_field;
use crate::people::page::to_be_mended;
use crate::state::AppState;
use crate::store::{Deed, Invitation, Invited, Member, Role, RoleChange, member_name};

/// Invitations by one account, and with one initiative, in 24 hours: a team is put together in an evening, and a stolen account, or several that
/// invite each other, are no mailing machine.
const A_DAY: u64 = 20;

/// What a form sends.
#[derive(Deserialize)]
pub struct Fields {
    #[serde(default)]
    action: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    role: String,
    /// Whom of the team: what [`Member::name`] says.
    #[serde(default)]
    member: String,
}

/// What has been done, or why it was not.
struct Said {
    done: bool,
    words: &'static str,
    /// What was typed that is no address.
    wrong: Option<String>,
}

/// A role in words.
pub fn role_word(texts: &Organising, role: Role) -> &'static str {
    match role {
        Role::Organiser => texts.organiser,
        Role::Helper => texts.helper,
    }
}

/// `GET`.
pub async fn show(
    page: OrganisePage,
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let team = state.store.team(&id).await?;
    render(&page, &id, &team, None)
}

/// `POST`: invites somebody, or changes what somebody may do. The answer does not say whether an address had an account.
pub async fn act(
    page: OrganisePage,
    State(state): State<AppState>,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    let role = match (Role::parse(&fields.role), fields.role.as_str()) {
        (Some(role), _) => Some(role),
        (None, "none") => None,
        _ => return Err(Error::Malformed("role")),
    };
    let said = match (fields.action.as_str(), role) {
        ("invite", Some(role)) => invite(&page, &id, &fields.email, role).await?,
        ("change", _) => change(&page, &id, &fields.member, role).await?,
        _ => return Err(Error::Malformed("action")),
    };
    let who = page.who()?;
    let is_own = fields.member == member_name(state.store.secret(), &who.account.account_h, &id);
    if said.done && fields.action == "change" && is_own && !who.account.is_operator {
        // This page is there for them no more.
        return Ok((StatusCode::SEE_OTHER, [(LOCATION, header(&page.link(""))?)]).into_response());
    }
    let team = state.store.team(&id).await?;
    let response = render(&page, &id, &team, Some(&said))?;
    Ok(to_be_mended(response, said.wrong.is_some()))
}

async fn invite(page: &OrganisePage, id: &str, typed: &str, role: Role) -> Result<Said, Error> {
    let (state, texts) = (page.state(), page.texts);
    let Some(email) = EmailAddress::parse(typed) else {
        let words = page.page.texts.email_wrong;
        return Ok(Said { done: false, words, wrong: Some(typed.to_owned()) });
    };
    let entry = page.who()?.entry(id, Deed::Invited, json!({}));
    let language = page.language().tag();
    let invitation = Invitation { email: &email, language, initiative: id, role };
    let invited = state.store.invite(invitation, A_DAY, &entry).await?;
    let words = match invited {
        Invited::Now => {
            security::account_changed("invited");
            state.writer.outbox_wake().notify_one();
            texts.team_invited
        }
        Invited::Before => texts.team_before,
        Invited::TooMany => texts.team_too_many,
    };
    Ok(Said { done: invited == Invited::Now, words, wrong: None })
}

async fn change(page: &OrganisePage, id: &str, member: &str, role: Option<Role>) -> Result<Said, Error> {
    let (state, texts, who) = (page.state(), page.texts, page.who()?);
    let entry = who.entry(id, Deed::Role, json!({}));
    // Whoever runs the installation can always give the initiative to somebody again.
    let leaves_one = !who.account.is_operator;
    let tells = state.settings.mail.is_some();
    let changed = state.store.change_role(member, id, role, leaves_one, tells, &entry).await?;
    let words = match changed {
        RoleChange::Now => {
            state.writer.outbox_wake().notify_one();
            security::account_changed("role");
            texts.done
        }
        RoleChange::Before => texts.too_late,
        RoleChange::Last => texts.team_last,
    };
    Ok(Said { done: changed == RoleChange::Now, words, wrong: None })
}

fn render(page: &OrganisePage, id: &str, team: &[Member], said: Option<&Said>) -> Result<Response, Error> {
    let (texts, title, who) = (page.texts, page.title(id), page.who()?);
    let content = html! {
        h1 { (texts.team) }
        p.lead { (texts.team_lead) }
        @if let Some(said) = said.filter(|said| said.wrong.is_none()) { p.said.wrong[!said.done] role="status" { (said.words) } }
        @for (at, member) in team.iter().enumerate() {
            (card(page, member, at, member.account.id == who.account.id))
        }
        (form(page, said.and_then(|said| said.wrong.as_deref())))
    };
    let above = [(texts.actions, page.link("")), (title.as_str(), page.of(id, ""))];
    Ok(page.render(&format!("{} – {title}", texts.team), &above, "", &content))
}

/// Somebody of the team, and what they may do.
fn card(page: &OrganisePage, member: &Member, at: usize, is_own: bool) -> Markup {
    let texts = page.texts;
    let (other, words) = match member.role {
        Role::Organiser => (Role::Helper, texts.make_helper),
        Role::Helper => (Role::Organiser, texts.make_organiser),
    };
    html! {
        section.card {
            p id={ "member-" (at) } {
                strong { bdi { (member.shown()) } } " · " (role_word(texts, member.role))
                @if is_own { " · " (texts.team_you) }
            }
            div.choices {
                @for (role, words) in [(other.as_str(), words), ("none", if is_own { texts.team_leave } else { texts.team_remove })] {
                    form method="post" {
                        (page.csrf())
                        input type="hidden" name="action" value="change";
                        input type="hidden" name="member" value=(member.name);
                        button.quiet.small name="role" value=(role) aria-describedby={ "member-" (at) } { (words) }
                    }
                }
            }
        }
    }
}

/// Where somebody is invited. `wrong` is what was typed that is no address.
fn form(page: &OrganisePage, wrong: Option<&str>) -> Markup {
    let texts = page.texts;
    html! {
        section.card {
            h2 { (texts.team_add) }
            form method="post" novalidate {
                (page.csrf())
                (address_field(page.page.texts, (texts.address, "off"), wrong))
                fieldset {
                    legend { (texts.role) }
                    @for (role, words, hint) in [(Role::Helper, texts.helper, texts.helper_may), (Role::Organiser, texts.organiser, texts.organiser_may)] {
                        label.pick {
                            input type="radio" name="role" value=(role.as_str()) checked[role == Role::Helper];
                            span { (words) " – " (hint) }
                        }
                    }
                }
                button name="action" value="invite" { (texts.team_invite) }
                p.hint { (texts.team_hint) }
            }
        }
    }
}
