//! `/organise/settings/mail`: the server that sends mail, and a mail to try it with.

use alentour_model::EmailAddress;
use axum::Form;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;

use super::fields::{Field, Wrong, choice, field};
use super::settings::{Done, given, onward, settle, step};
use super::{amiss, fact, texts};
use crate::http::Error;
use crate::organise::page::OrganisePage;
use crate::outbox::trial;
use crate::settings::{Encryption, MadeMail, Part, made_part};

/// What the form sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    action: String,
    public_url: String,
    host: String,
    port: String,
    encryption: Encryption,
    user: String,
    password: String,
    from: String,
    reply_to: String,
    dkim_selector: String,
}

impl Typed {
    /// What was settled, as if it had been typed.
    fn of(page: &OrganisePage) -> Self {
        let made: Option<MadeMail> = made_part(page.state().settings.parts(), Part::Mail);
        let Some(made) = made else {
            return Self { port: "465".into(), ..Self::default() };
        };
        Self {
            action: String::new(),
            public_url: made.public_url,
            host: made.host,
            port: made.port.to_string(),
            encryption: made.encryption,
            user: made.user,
            password: String::new(),
            from: made.from,
            reply_to: made.reply_to,
            dkim_selector: made.dkim_selector,
        }
    }

    /// What is to be settled, or what is wrong with it.
    fn read(&self, page: &OrganisePage) -> Result<MadeMail, Wrong> {
        let texts = texts(page);
        let mut wrong = Wrong::new();
        let before: Option<MadeMail> = made_part(page.state().settings.parts(), Part::Mail);
        let (host, user) = (self.host.trim(), self.user.trim());
        let port: u16 = self.port.trim().parse().unwrap_or_default();
        // A password is for one server, one name and one way there: it goes nowhere else, and not in clear where it was encrypted.
        let is_there = |before: &MadeMail| {
            (before.host.as_str(), before.port, before.encryption, before.user.as_str())
                == (host, port, self.encryption, user)
        };
        let password = match (before, self.password.is_empty()) {
            (Some(before), true) if is_there(&before) => before.password,
            (Some(before), true) if !before.password.is_empty() && !user.is_empty() => {
                wrong.push(("password", texts.mail_password_again.to_owned()));
                String::new()
            }
            _ => self.password.clone(),
        };
        let made = MadeMail {
            public_url: self.public_url.trim().trim_end_matches('/').to_owned(),
            host: host.to_owned(),
            port,
            encryption: self.encryption,
            user: user.to_owned(),
            password,
            from: self.from.trim().to_owned(),
            reply_to: self.reply_to.trim().to_owned(),
            dkim_selector: self.dkim_selector.trim().to_owned(),
        };
        let is_web = |text: &str| {
            url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        };
        if !page.state().settings.gives_public_url() && !is_web(&made.public_url) {
            wrong.push(("public_url", texts.mail_public_url_wrong.to_owned()));
        }
        if host.is_empty() || host.contains(|c: char| c.is_whitespace() || "/@?#:".contains(c)) {
            wrong.push(("host", texts.mail_host_wrong.to_owned()));
        }
        if made.port == 0 {
            wrong.push(("port", texts.mail_port_wrong.to_owned()));
        }
        if !trial::is_mailbox(&made.from) {
            wrong.push(("from", texts.mail_from_wrong.to_owned()));
        }
        if !made.reply_to.is_empty() && EmailAddress::parse(&made.reply_to).is_none() {
            wrong.push(("reply_to", page.page.texts.email_wrong.to_owned()));
        }
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if made.dkim_selector.len() > 100 || !made.dkim_selector.bytes().all(is_plain) {
            wrong.push(("dkim_selector", texts.mail_dkim_wrong.to_owned()));
        }
        if wrong.is_empty() && trial::check(&made.mail()).is_err() {
            wrong.push(("host", texts.mail_host_wrong.to_owned()));
        }
        if wrong.is_empty() { Ok(made) } else { Err(wrong) }
    }
}

/// `GET`.
pub async fn show(page: OrganisePage, Query(done): Query<Done>) -> Result<Response, Error> {
    let typed = Typed::of(&page);
    Ok(render(&page, &typed, &Wrong::new(), &done.said(&page)))
}

/// `POST`: settles it, tries it, or sends no mail any more.
pub async fn act(page: OrganisePage, Form(typed): Form<Typed>) -> Result<Response, Error> {
    match typed.action.as_str() {
        "save" => match typed.read(&page) {
            Ok(made) => {
                let value = serde_json::to_value(&made).map_err(|_| Error::Malformed("mail"))?;
                // Here again: it is to be tried.
                settle(&page, Part::Mail, Some(value), &Done::at(&page.link("/settings/mail"))).await
            }
            Err(wrong) => {
                let mut response = render(&page, &typed, &wrong, &html! {});
                *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
                Ok(response)
            }
        },
        "clear" => settle(&page, Part::Mail, None, &Done::at(&page.link("/settings/mail"))).await,
        "try" => {
            // Whoever tries again and again asks many ports what they are.
            page.state().limits.mail_trial(&page.who()?.account.id)?;
            let said = tried(&page).await?;
            Ok(render(&page, &Typed::of(&page), &Wrong::new(), &said))
        }
        _ => Err(Error::Malformed("action")),
    }
}

/// Sends a mail to whoever asks, and says what the server said.
async fn tried(page: &OrganisePage) -> Result<Markup, Error> {
    let (texts, who) = (texts(page), page.who()?);
    let Some(mail) = page.state().settings.mail.clone() else { return Err(Error::Malformed("action")) };
    let to = &who.account.holder.email;
    let (is_sent, answer) = match trial::send(&mail, to, texts.mail_try_subject, texts.mail_try_text).await {
        Ok(answer) => (true, answer),
        Err(answer) => (false, answer),
    };
    page.state().settings.note_trial(is_sent);
    Ok(html! {
        section.card.{ (if is_sent { "done" } else { "warning" }) } role="status" {
            h2 { (if is_sent { texts.mail_tried } else { texts.mail_untried }) }
            p { (if is_sent { texts.mail_tried_lead } else { texts.mail_untried_lead }) }
            p { code lang="en" dir="ltr" { (answer) } }
        }
    })
}

fn render(page: &OrganisePage, typed: &Typed, wrong: &Wrong, said: &Markup) -> Response {
    let (texts, settings) = (texts(page), &page.state().settings);
    let content = html! {
        h1 { (texts.mail) }
        @if let Some((first, words)) = wrong.first() { (amiss(page, first, words)) }
        (said)
        p.lead { (texts.mail_why) }
        @if let Some(mail) = &settings.mail {
            section.card {
                dl { (fact(texts.mail_from, html! { bdi dir="ltr" { (mail.from) } })) }
                form method="post" { (page.csrf()) button name="action" value="try" { (texts.mail_try) } }
                p.hint { (texts.mail_try_hint) }
            }
        }
        @if settings.is_given(Part::Mail) { (given(page)) } @else {
            (form(page, typed, wrong))
            @if settings.mail.is_some() {
                details {
                    summary { (texts.mail_clear) }
                    p { (texts.mail_clear_lead) }
                    form method="post" { (page.csrf()) button.quiet name="action" value="clear" { (texts.mail_clear_button) } }
                }
            }
        }
        (onward(page, "/mail"))
    };
    step(page, texts.mail, &content)
}

fn form(page: &OrganisePage, typed: &Typed, wrong: &Wrong) -> Markup {
    let (texts, settings) = (texts(page), &page.state().settings);
    let one = |name, label, hint, value, kind| {
        field(Field { name, label, hint, value, kind, autocomplete: "off" }, wrong)
    };
    let chosen = match typed.encryption {
        Encryption::Tls => "tls",
        Encryption::Starttls => "starttls",
        Encryption::None => "none",
    };
    let ways = [("tls", texts.mail_tls), ("starttls", texts.mail_starttls), ("none", texts.mail_none)];
    html! {
        form.card method="post" novalidate {
            (page.csrf())
            @if settings.gives_public_url() {
                dl { (fact(texts.mail_public_url, html! { bdi dir="ltr" { (settings.public_address().unwrap_or_default()) } })) }
            } @else {
                (one("public_url", texts.mail_public_url, texts.mail_public_url_hint, &typed.public_url, "url"))
            }
            (one("from", texts.mail_from, texts.mail_from_hint, &typed.from, "text"))
            (one("reply_to", texts.mail_reply_to, texts.mail_reply_to_hint, &typed.reply_to, "email"))
            (one("host", texts.mail_host, texts.mail_host_hint, &typed.host, "text"))
            (one("port", texts.mail_port, texts.mail_port_hint, &typed.port, "number"))
            (choice("encryption", texts.mail_encryption, &ways, chosen))
            (one("user", texts.mail_user, texts.mail_user_hint, &typed.user, "text"))
            (one("password", texts.mail_password, texts.mail_password_hint, "", "password"))
            (one("dkim_selector", texts.mail_dkim, texts.mail_dkim_hint, &typed.dkim_selector, "text"))
            button name="action" value="save" { (texts.save) }
            p.hint { (texts.settings_at_once) }
        }
    }
}
