//! What the form needs on a page by itself, where no script sends it.

#[cfg(not(target_arch = "wasm32"))]
use alentour_model::QuestionType;
#[cfg(not(target_arch = "wasm32"))]
use alentour_model::question::{NO, YES};
use alentour_model::{Asked, ConsentRequest, Initiative, Participation, Question};

#[cfg(not(target_arch = "wasm32"))]
use super::field::FieldSpec;
use super::field::Fields;
use crate::app::App;
use crate::app::served::ServedForm;
#[cfg(not(target_arch = "wasm32"))]
use crate::controls::leading;
#[cfg(not(target_arch = "wasm32"))]
use crate::counts;
use crate::dom::El;
#[cfg(not(target_arch = "wasm32"))]
use crate::dom::html::{h4, li, section, small, ul};
use crate::dom::html::{input, p};
#[cfg(not(target_arch = "wasm32"))]
use crate::message::Message;

/// The page that takes the form in the place of this one.
pub fn elsewhere(app: App) -> Option<String> {
    match &app.served()?.form {
        ServedForm::Elsewhere(page) => Some(page.clone()),
        _ => None,
    }
}

/// What is said in the form's place where its page has nobody to send it to.
pub fn instead(app: App) -> Option<String> {
    match &app.served()?.form {
        ServedForm::Instead(said) => Some(said.clone()),
        _ => None,
    }
}

/// What is said of an initiative that has neither a form nor a page of its own.
#[cfg(not(target_arch = "wasm32"))]
pub fn without_form(app: App, initiative: &Initiative) -> Option<El> {
    let said = instead(app).filter(|said| !said.is_empty() && initiative.url.is_none())?;
    Some(p().child(said))
}

/// In a browser nothing is.
#[cfg(target_arch = "wasm32")]
#[inline(always)]
pub fn without_form(_: App, _: &Initiative) -> Option<El> {
    None
}

/// The form, sent to the page that it is on, with its ticket; what became of the last one is said at its head.
pub fn sent(app: App, initiative: &Initiative, form: El) -> El {
    let Some(served) = app.served() else { return form };
    let ServedForm::Sent { ticket, said } = &served.form else { return form };
    // What is said is read out, and seen, where the page opens.
    let said = (!said.is_empty()).then(|| p().class("notice to-mend").attr("role", "alert").child(said));
    form.attr("method", "post")
        .attr("action", [&app.permalink(initiative), "#form-title"].concat())
        .child(hidden("attempt", ticket))
        .child(said)
}

/// The way back to the page that a form was found from.
#[cfg(not(target_arch = "wasm32"))]
pub fn back(app: App) -> Option<El> {
    let (words, address) = app.served()?.back.clone()?;
    Some(p().child(leading(&address, &words, "plain")))
}

/// In a browser it stands on that page.
#[cfg(target_arch = "wasm32")]
#[inline(always)]
pub fn back(_: App) -> Option<El> {
    None
}

/// A field that is sent and not seen.
pub fn hidden(name: &str, value: &str) -> El {
    input().attr("type", "hidden").attr("name", name).attr("value", value)
}

/// The wording of a consent as it is shown, sent with the form.
pub fn shown(request: &ConsentRequest) -> El {
    hidden(&["shown.", &request.id].concat(), &request.shown())
}

/// The names of those who come along, a line each: nothing could show a field more.
#[cfg(not(target_arch = "wasm32"))]
pub fn guests(fields: &Fields, asked: &Asked) -> Option<El> {
    let app = fields.app;
    app.served()?;
    let text = FieldSpec {
        kind: "textarea",
        hint: app.text(Message::GuestLines),
        // Whoever comes alone names nobody, though names are required.
        optional: *asked == Asked::Optional,
        ..FieldSpec::own("guests", app.text(Message::Guests), false)
    };
    let typed = fields.draft.signup.borrow().guests.join("\n");
    Some(fields.text(text, &typed, Box::new(|_| {})))
}

/// In a browser they have a field each.
#[cfg(target_arch = "wasm32")]
#[inline(always)]
pub fn guests(_: &Fields, _: &Asked) -> Option<El> {
    None
}

/// Whom a question asks, where nothing hides it from others; `None` where it asks everybody.
#[cfg(not(target_arch = "wasm32"))]
pub fn condition(app: App, question: &Question, questions: &[Question]) -> Option<String> {
    app.served()?;
    let condition = question.only_if.as_ref()?;
    let earlier = questions.iter().find(|earlier| earlier.id == condition.question)?;
    let answer = match (earlier.answer, condition.answer.as_str()) {
        (QuestionType::Boolean | QuestionType::YesNo, YES) => app.text(Message::Yes),
        (QuestionType::Boolean | QuestionType::YesNo, NO) => app.text(Message::No),
        (_, answer) => answer,
    };
    Some(app.locale.say(Message::OnlyIf, &[("label", &earlier.label), ("text", answer)]))
}

/// In a browser it is hidden.
#[cfg(target_arch = "wasm32")]
#[inline(always)]
pub fn condition(_: App, _: &Question, _: &[Question]) -> Option<String> {
    None
}

/// What is needed, where no form has it as rows to tick.
#[cfg(not(target_arch = "wasm32"))]
pub fn needs(app: App, position: usize, participation: &Participation) -> Option<El> {
    let needs = participation.needs.iter().enumerate();
    let needs = needs.map(|(at, need)| {
        li().child(&need.name).child(" ").child(small().child(counts::needed(app, position, at)))
    });
    let title = h4().child(app.text(Message::NeedsTitle));
    (!participation.needs.is_empty())
        .then(|| section().class("others").child(title).child(ul().child(needs.collect::<Vec<_>>())))
}

/// In a browser there is a form, or nothing to offer.
#[cfg(target_arch = "wasm32")]
#[inline(always)]
pub fn needs(_: App, _: usize, _: &Participation) -> Option<El> {
    None
}
