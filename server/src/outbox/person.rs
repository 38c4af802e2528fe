//! The mails to the person who signed up. They say what the feed and the operator say: nothing that a visitor wrote, for it may
//! be somebody else who typed this address.

use alentour_model::Initiative;
use alentour_texts::{Language, fill};
use lettre::Address;
use serde_json::Value;

use super::mail::Letter;
use crate::settings::Controller;
use crate::store::{MessageKind, OutboxMessage, SignUpRecord};
use crate::wording::{self, line};

/// What a mail needs to know.
pub struct About<'a> {
    /// Its language.
    pub language: Language,
    /// Who sends it.
    pub controller: &'a Controller,
    /// The sign-up it is about; any of the person's where it is about all.
    pub stored: &'a SignUpRecord,
    /// What they signed up for, where the feed still has it.
    pub initiative: Option<&'a Initiative>,
    /// The link that confirms, where that is asked.
    pub confirm: Option<String>,
    /// The link to what is kept.
    pub access: Option<String>,
}

/// A piece of a mail.
enum Piece {
    Paragraph(String),
    Facts(Vec<(&'static str, String)>),
    Button(&'static str, String),
    Small(String),
}

/// Writes the mail.
pub fn letter(owed: &OutboxMessage, about: &About<'_>, to: Address) -> Letter {
    let texts = about.language.mails();
    let title = about.initiative.map_or_else(|| texts.an_initiative.to_owned(), |it| line(&it.name));
    // Within Arabic, a title keeps its own direction: first strong isolate, and its end.
    let shown = if about.language.is_rtl() { format!("\u{2068}{title}\u{2069}") } else { title.clone() };
    let mut pieces = vec![Piece::Paragraph(texts.hello.into())];
    let subject = match owed.kind {
        MessageKind::Access => {
            access(about, &mut pieces);
            texts.access_subject.to_owned()
        }
        MessageKind::Again => {
            again(owed, about, &shown, &mut pieces);
            fill(texts.again_subject, &[("title", &title)])
        }
        _ => {
            confirm(about, &shown, &mut pieces);
            fill(texts.confirm_subject, &[("title", &title)])
        }
    };
    let name = line(&about.controller.name);
    if !name.is_empty() {
        pieces.push(Piece::Small(fill(texts.sent_by, &[("name", &name)])));
    }
    let contact = line(&about.controller.contact);
    if !contact.is_empty() {
        pieces.push(Piece::Small(fill(texts.questions, &[("contact", &contact)])));
    }
    let (text, html) = (text(about.language, &pieces), html(about.language, &pieces));
    Letter { to, reply_to: None, subject, text, html: Some(html), file: None }
}

fn confirm(about: &About<'_>, title: &str, pieces: &mut Vec<Piece>) {
    let texts = about.language.mails();
    pieces.push(Piece::Paragraph(fill(texts.confirm_lead, &[("title", title)])));
    pieces.push(facts(about, title));
    if let Some(link) = &about.confirm {
        pieces.push(Piece::Button(texts.confirm_button, link.clone()));
    }
    let date = wording::last_day(about.language, about.stored.expires_at);
    pieces.push(Piece::Paragraph(fill(texts.confirm_until, &[("date", &date)])));
    pieces.push(Piece::Small(texts.confirm_not_you.into()));
}

fn again(owed: &OutboxMessage, about: &About<'_>, title: &str, pieces: &mut Vec<Piece>) {
    let texts = about.language.mails();
    pieces.push(Piece::Paragraph(fill(texts.again_lead, &[("title", title)])));
    pieces.push(facts(about, title));
    if let Some(link) = &about.confirm {
        let date = wording::last_day(about.language, about.stored.expires_at);
        pieces.push(Piece::Paragraph(fill(texts.again_unconfirmed, &[("date", &date)])));
        pieces.push(Piece::Button(texts.confirm_button, link.clone()));
    }
    if let (Some(link), Some(wish)) = (&about.access, wish(owed, about)) {
        pieces.push(Piece::Paragraph(fill(texts.again_wish, &[("wish", &wish)])));
        pieces.push(Piece::Paragraph(texts.again_change.into()));
        pieces.push(Piece::Button(texts.manage_button, link.clone()));
    }
    pieces.push(Piece::Small(texts.again_not_you.into()));
}

fn access(about: &About<'_>, pieces: &mut Vec<Piece>) {
    let texts = about.language.mails();
    pieces.push(Piece::Paragraph(texts.access_lead.into()));
    if let Some(link) = &about.access {
        pieces.push(Piece::Button(texts.access_button, link.clone()));
    }
    pieces.push(Piece::Paragraph(texts.access_until.into()));
    pieces.push(Piece::Small(texts.access_not_you.into()));
}

/// What, when, where, how many.
fn facts(about: &About<'_>, title: &str) -> Piece {
    let (language, texts, stored) = (about.language, about.language.mails(), about.stored);
    let mut facts = vec![(texts.what, title.to_owned())];
    if let Some(initiative) = about.initiative {
        let session = stored.session.as_deref();
        facts.extend(wording::times(language, initiative, session).map(|times| (texts.when, times)));
        facts.extend(wording::place(language, initiative, session).map(|place| (texts.place, place)));
    }
    if stored.party > 1 {
        facts.push((texts.people, stored.party.to_string()));
    }
    Piece::Facts(facts)
}

/// What they chose this time: another session, another number of people.
pub fn wish(owed: &OutboxMessage, about: &About<'_>) -> Option<String> {
    let detail: Value = serde_json::from_str(&owed.detail).ok()?;
    let party = detail.get("party")?.as_i64()?;
    let session = detail.get("session").and_then(Value::as_str);
    let time = session
        .and_then(|id| about.initiative?.session(id))
        .map(|session| wording::session(about.language, session));
    let texts = about.language.mails();
    let people = fill(texts.labelled, &[("label", texts.people), ("text", &party.to_string())]);
    Some(time.into_iter().chain([people]).collect::<Vec<_>>().join(" – "))
}

fn text(language: Language, pieces: &[Piece]) -> String {
    let labelled =
        |label: &str, text: &str| fill(language.mails().labelled, &[("label", label), ("text", text)]);
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Paragraph(text) | Piece::Small(text) => out.push_str(text),
            Piece::Facts(facts) => {
                let lines: Vec<_> =
                    facts.iter().map(|(name, value)| format!("  {}", labelled(name, value))).collect();
                out.push_str(&lines.join("\n"));
            }
            Piece::Button(name, link) => {
                out.push_str(&format!("{}\n{link}", labelled(name, "").trim_end_matches(' ')))
            }
        }
        out.push_str("\n\n");
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn html(language: Language, pieces: &[Piece]) -> String {
    let mut out = format!(
        r#"<!doctype html><html lang="{}" dir="{}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head><body style="margin:0 auto;max-width:36em;padding:1em;font:16px/1.5 sans-serif">"#,
        language.tag(),
        language.direction()
    );
    for piece in pieces {
        match piece {
            Piece::Paragraph(text) => out.push_str(&format!("<p>{}</p>", escape(text))),
            Piece::Small(text) => {
                out.push_str(&format!(r#"<p style="font-size:14px;color:#595959">{}</p>"#, escape(text)));
            }
            Piece::Facts(facts) => {
                out.push_str("<p>");
                for (name, value) in facts {
                    let value = format!("<strong><bdi>{}</bdi></strong><br>", escape(value));
                    out.push_str(&fill(language.mails().labelled, &[("label", &escape(name)), ("text", &value)]));
                }
                out.push_str("</p>");
            }
            Piece::Button(name, link) => out.push_str(&format!(
                r#"<p><a href="{0}" style="display:inline-block;padding:12px 20px;border-radius:6px;background:#1d4ed8;color:#fff">{1}</a></p><p style="font-size:14px;color:#595959;word-break:break-all">{0}</p>"#,
                escape(link),
                escape(name)
            )),
        }
    }
    out + "</body></html>"
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
