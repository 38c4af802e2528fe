//! Texts to spread: copied, or given to the device to share.

use alentour_model::Initiative;

use super::letter::copied;
use crate::app::App;
use crate::controls::button;
use crate::dom::html::{div, h4, textarea};
use crate::dom::{El, ev};
use crate::message::Message;

/// The texts to share, those of the letter first. None where there are none, or it is over.
pub fn spread(app: App, initiative: &Initiative) -> Option<El> {
    let texts = initiative.spread_at(app.locale.clock.now().instant);
    let texts: Vec<_> = texts.map(|text| shared(app, text)).collect();
    // Where nothing else is asked it has its title already.
    let is_beside = initiative.participation.is_some() || initiative.letter.is_some();
    let title = is_beside.then(|| h4().child(app.text(Message::LetterShare)));
    (!texts.is_empty()).then(|| div().class("letter").child(title).child(texts))
}

/// One of them, to be copied or shared. Which of the two a device does is told by its pointer, as for a link: the style sheet shows the
/// other button.
fn shared(app: App, text: &str) -> El {
    let share = app.served().is_none().then(|| {
        button(app.text(Message::ShareText), "plain").class("plain share").on(ev::click, move |event| {
            app.act_on_form(|sender| sender.share(&event, app.text(Message::TextCopied)));
        })
    });
    let text = textarea()
        .attr("readonly", "")
        .attr("aria-label", app.text(Message::LetterShare))
        .attr("rows", "3")
        .prop("value", text);
    copied(app, text, Message::CopyText, share)
}
