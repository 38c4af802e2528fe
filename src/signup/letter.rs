//! A letter to those who decide. Visitors send it with their own mail program: nothing that they write here goes to any server.

use alentour_model::{Initiative, Letter, Recipient};
use leptos::prelude::*;

use super::field::{FieldSpec, Fields};
use crate::app::App;
use crate::app::draft::{Draft, Written, count_up};
use crate::app::encode;
use crate::controls::{button, leading, link};
use crate::dom::html::{b, details, div, h4, li, p, small, span, summary, ul};
use crate::dom::{El, ev};
use crate::message::Message;

/// Characters that a link to a mail program may have: with Outlook browsers on Windows take 2,046, Gmail takes some 1,600, and what is
/// longer opens nothing and says nothing (superruub.wordpress.com, "Mailto protocol character limit").
const LONGEST: usize = 1600;

/// The letter, and whoever gets it. None where the initiative proposes none.
pub fn letter(app: App, draft: &Draft, position: usize, initiative: &Initiative) -> Option<El> {
    let letter = initiative.letter_at(app.locale.clock.now().instant)?;
    let fields = Fields { app, draft: draft.clone(), position };
    let view = View { fields, rewritten: RwSignal::new(None), moved: RwSignal::new(None) };
    Some(
        div()
            .class("letter")
            // Where nothing else is asked it has its title already.
            .child(initiative.participation.as_ref().map(|_| h4().child(app.text(Message::WriteLetter))))
            .child(p().class("hint").child(app.text(Message::LetterHelp)))
            .child(view.subject(letter))
            .child(copied(app, view.text(letter), Message::CopyLetter, None))
            .child(view.whom(letter)),
    )
}

/// A text, the button that copies it, and perhaps another one.
pub(super) fn copied(app: App, text: El, copy: Message, other: Option<El>) -> El {
    let copy = app.served().is_none().then(|| {
        let copy = button(app.text(copy), "plain");
        copy.on(ev::click, move |event| {
            app.act_on_form(|sender| sender.copy(&event, app.text(Message::TextCopied)))
        })
    });
    div().class("copied").child(text).child(copy).child(other).child(span().attr("role", "status"))
}

/// What the parts of a letter know.
#[derive(Clone)]
struct View {
    fields: Fields,
    /// How often the letter was changed, and the postcode.
    rewritten: RwSignal<Option<usize>>,
    moved: RwSignal<Option<usize>>,
}

impl View {
    fn typed(
        &self,
        spec: FieldSpec,
        value: &str,
        changed: RwSignal<Option<usize>>,
        set: fn(&mut Written, String),
    ) -> El {
        let written = self.fields.draft.letter.clone();
        let set = Box::new(move |typed| {
            set(&mut written.borrow_mut(), typed);
            count_up(changed);
        });
        self.fields.text(FieldSpec { optional: false, ..spec }, value, set)
    }

    fn subject(&self, letter: &Letter) -> El {
        let written = self.fields.draft.letter.borrow().subject(letter).to_owned();
        let spec = FieldSpec::own("letter.subject", self.fields.app.text(Message::LetterSubject), false);
        self.typed(spec, &written, self.rewritten, |written, typed| written.subject = Some(typed))
    }

    fn text(&self, letter: &Letter) -> El {
        let written = self.fields.draft.letter.borrow().text(letter).to_owned();
        let spec = FieldSpec::own("letter.text", self.fields.app.text(Message::LetterText), false);
        let spec = FieldSpec { kind: "long", ..spec };
        self.typed(spec, &written, self.rewritten, |written, typed| written.text = Some(typed))
    }

    /// Those who decide for the visitor's postcode, where that makes a difference.
    fn whom(&self, letter: &Letter) -> El {
        let app = self.fields.app;
        if app.served().is_some() {
            return self.everybody(letter);
        }
        let areas = || letter.recipients.iter().flat_map(|recipient| &recipient.areas);
        // Whatever is typed before so many figures may still become one of them; Corsica's two have postcodes of three figures.
        let longest = areas().map(|area| area.len().max(3)).max();
        let postcode = longest.map(|_| {
            let typed = self.fields.draft.letter.borrow().postcode.clone();
            let spec = FieldSpec::own("letter.postalCode", app.text(Message::LetterPostcode), false);
            let spec = FieldSpec { autocomplete: "postal-code", ..spec };
            self.typed(spec, &typed, self.moved, |written, typed| written.postcode = typed)
        });
        let (view, looked_at) = (self.clone(), app.looked_at(self.fields.position));
        let list = move || -> Vec<El> {
            view.moved.track();
            let letter = looked_at.get().and_then(|initiative| initiative.letter.as_ref());
            let Some(letter) = letter else { return Vec::new() };
            // Some part its figures: "69 007".
            let postcode = view.fields.draft.letter.borrow().postcode.replace(' ', "");
            let found: Vec<_> = (letter.recipients.iter().enumerate())
                .filter(|(_, recipient)| recipient.decides_for(&postcode))
                .map(|(at, recipient)| view.recipient(recipient, at))
                .collect();
            let is_nobody = found.is_empty() && longest.is_some_and(|longest| postcode.len() >= longest);
            let nobody = is_nobody.then(|| p().child(app.text(Message::LetterNobody)));
            nobody.into_iter().chain((!found.is_empty()).then(|| ul().child(found))).collect()
        };
        div().class("whom").child(postcode).child(div().attr("role", "status").child(list))
    }

    /// Somebody who decides, and how one writes to them.
    fn recipient(&self, recipient: &Recipient, at: usize) -> El {
        let app = self.fields.app;
        let (view, looked_at) = (self.clone(), app.looked_at(self.fields.position));
        let mail = (!recipient.email.is_empty()).then(|| {
            let address = move || {
                view.rewritten.track();
                let letter = looked_at.get().and_then(|initiative| initiative.letter.as_ref());
                let (letter, written) = (letter?, view.fields.draft.letter.borrow());
                Some(mail(&written, letter, &letter.recipients.get(at)?.email, fits(&written, letter)))
            };
            // What is too long for a link is pasted.
            let (draft, looked_at) = (self.fields.draft.clone(), app.looked_at(self.fields.position));
            let copy = move |event: web_sys::MouseEvent| {
                let letter = looked_at.get().and_then(|initiative| initiative.letter.as_ref());
                if letter.is_some_and(|letter| !fits(&draft.letter.borrow(), letter)) {
                    app.act_on_form(|sender| sender.copy(&event, app.text(Message::LetterPaste)));
                }
            };
            leading("", app.text(Message::WriteMail), "action").attr("href", address).on(ev::click, copy)
        });
        named(recipient).child(mail).child(self.page(recipient))
    }

    fn page(&self, recipient: &Recipient) -> Option<El> {
        let page = recipient.url.as_ref()?;
        Some(link(page.as_str(), self.fields.app.text(Message::ContactForm)))
    }

    /// All of them, where no script finds those of a postcode.
    fn everybody(&self, letter: &Letter) -> El {
        let app = self.fields.app;
        let (everybodys, others): (Vec<_>, Vec<_>) =
            letter.recipients.iter().partition(|recipient| recipient.areas.is_empty());
        let written = Written::default();
        let does_fit = fits(&written, letter);
        let line = |recipient: &&Recipient| {
            // The whole letter in the link of each deputy would be a page of megabytes.
            let with_text = recipient.areas.is_empty() && does_fit;
            let mail = (!recipient.email.is_empty()).then(|| {
                let address = mail(&written, letter, &recipient.email, with_text);
                leading(&address, app.text(Message::WriteMail), "action")
            });
            let areas = (!recipient.areas.is_empty()).then(|| small().child(recipient.areas.join(", ")));
            named(recipient).child(areas).child(mail).child(self.page(recipient))
        };
        let others: Vec<_> = others.iter().map(line).collect();
        let others = (!others.is_empty()).then(|| {
            details().child(summary().child(app.text(Message::LetterPostcode))).child(ul().child(others))
        });
        let everybodys: Vec<_> = everybodys.iter().map(line).collect();
        div().class("whom").child(ul().child(everybodys)).child(others)
    }
}

/// A name, and what they are.
fn named(recipient: &Recipient) -> El {
    li().child(span().child(b().child(&recipient.name)).child(small().child(&recipient.office)))
}

/// The link that opens the letter in a mail program (RFC 6068), with its text or without.
fn mail(written: &Written, letter: &Letter, email: &str, with_text: bool) -> String {
    let address = encode(email).replace("%40", "@");
    let mut mail = ["mailto:", &address, "?subject=", &encode(written.subject(letter))].concat();
    if with_text {
        mail.extend(["&body=", &body(written, letter)]);
    }
    mail
}

/// Whether a letter fits into a link, to whomever.
fn fits(written: &Written, letter: &Letter) -> bool {
    let longest = letter.recipients.iter().map(|recipient| recipient.email.len()).max();
    let subject = encode(written.subject(letter)).len();
    longest.unwrap_or_default() + subject + body(written, letter).len() <= LONGEST
}

/// The text within a link: line ends are CRLF there (RFC 6068, section 5).
fn body(written: &Written, letter: &Letter) -> String {
    encode(&written.text(letter).replace('\n', "\r\n"))
}
