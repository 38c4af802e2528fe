//! What only a browser has, as the views ask for it. Where there is none, nobody presses anything either.

use alentour_model::Initiative;

use super::App;
use super::draft::Draft;
use crate::dom::El;

/// History, focus, scrolling, requests and storage of a browser.
pub trait Browser {
    /// Opens an initiative as the visitor asks, with a way back in the tab's history, and moves to a part of it.
    fn visit(&self, app: App, position: usize, part: &'static str);
    /// Goes back to the list, the way that the browser's own button goes.
    fn leave(&self, app: App);
    /// Fetches the feed again, as asked by a button that goes: its focus goes on to what comes instead.
    fn retry(&self, app: App);
    /// Fetches what has not come of what is looked for.
    fn fetch_rest(&self, app: App);
    /// Fetches again what the initiative that is open says.
    fn retry_details(&self, app: App);
    /// Moves the focus once what has changed is on the page; with `scroll`, to the top of what is seen of it.
    fn focus(&self, selector: String, scroll: bool);
    /// Selects what stands in the field for the place.
    fn select_place(&self);
    /// Takes the focus from the field for the place where that hides a keyboard on the screen, which covers what has been found.
    fn put_keyboard_away(&self);
    /// Finds the place of that name and takes it; where it is the name of several, whoever has typed it is asked which.
    fn find_place(&self, app: App, name: String, is_typed: bool);
    /// Suggests places for what has been typed so far.
    fn suggest_places(&self, app: App, typed: String);
    /// Fetches what is known of words, unless it is there: some are about to be looked for.
    fn learn_words(&self, app: App);
    /// Asks where the visitor is, and takes that place. Only the button does this.
    fn locate(&self, app: App);
    /// Copies the address of the link that was pressed, and then says that in the element behind it.
    fn copy_link(&self, event: &web_sys::Event, said: &'static str);
    /// A card of the initiative of that identifier is shown: what is not known of its seats is asked for.
    fn see(&self, app: App, id: &str);
    /// Fetches the code of forms, unless it is there or under way: an initiative is opened.
    fn fetch_form(&self, app: App);
    /// Fetches it where an alert may be asked for with it: there is nothing near.
    fn offer_alert(&self, app: App);
}

/// What the form asks of a browser: it comes with the form.
pub trait Sender {
    /// Whether the page has no origin that a server could know (a frame that is closed off, a file): it refuses its forms.
    fn is_closed_off(&self) -> bool;
    /// The visitor has begun to fill a form in: asks for the proof of work that goes with it, and what has changed since it was shown.
    fn begin(&self, app: App, draft: &Draft);
    /// Checks the form, and sends it until the server has it.
    fn send(&self, app: App, draft: &Draft, initiative: &Initiative);
    /// Asks what became of an attempt that a page before this one has left without an answer.
    fn check(&self, app: App, draft: &Draft, initiative: &Initiative);
    /// Makes ready for somebody else's form.
    fn renew(&self, draft: &Draft);
    /// Copies the text beside what was pressed, and then says that there.
    fn copy(&self, event: &web_sys::Event, said: &'static str);
    /// Has the device share the text beside what was pressed, or copies it where it cannot.
    fn share(&self, event: &web_sys::Event, said: &'static str);
    /// Draws into an element how an initiative of that identifier has come along, as the server that the feed is of has noted it.
    fn course(&self, app: App, id: &str, place: El) -> El;
    /// What asks for an alert, where the server that the feed is of sends mail.
    fn alert(&self, app: App) -> Vec<El>;
}
