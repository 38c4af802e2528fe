//! What the views of one widget know: its language, what the feed offers, what is looked for and found, and what is open.
//! Nothing here needs a browser: what only a browser has stands behind [`Browser`], which takes its events.

mod address;
mod browser;
mod card;
pub mod config;
pub mod criteria;
pub mod draft;
mod live;
pub mod place;
pub mod search;
pub mod served;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use alentour_model::{Catalog, Initiative, Query, Results};
use leptos::prelude::*;

use crate::dom::El;
use crate::locale::Locale;
use crate::message::Message;
pub use address::encode;
pub use browser::{Browser, Sender};
use config::Config;
use draft::Drafts;
use search::Search;
use served::Served;

/// How far the widget has come.
#[derive(Clone, Debug)]
pub enum Stage {
    /// The feed is on its way.
    Loading,
    /// The same, for longer than one waits without being told.
    Slow,
    /// There is no feed, and why.
    Failed(FeedError),
    /// There is a feed.
    Ready,
}

/// Why there is no feed.
#[derive(Clone, Debug)]
pub enum FeedError {
    /// No answer.
    Network,
    /// No answer in time.
    Timeout,
    /// An answer that is none: its HTTP status.
    Status(u16),
    /// An answer that is no feed.
    Malformed,
}

/// What of a widget is not reactive.
struct Inner {
    browser: Option<Rc<dyn Browser>>,
    /// There once the code of forms is.
    sender: RefCell<Option<Rc<dyn Sender>>>,
    drafts: RefCell<Drafts>,
    /// Owns what outlives a view: what has been typed into forms.
    owner: Owner,
    /// What the page asks for, as last seen.
    config: RefCell<Config>,
    /// All that the initiative that is opened says, where the catalogue has its card alone.
    whole: RefCell<Option<Arc<Initiative>>>,
}

/// One widget. Copied freely: everything in it lives as long as the owner that it was made under.
#[derive(Clone, Copy)]
pub struct App {
    inner: StoredValue<Rc<Inner>, LocalStorage>,
    /// The language it speaks.
    pub locale: Locale,
    /// How far it has come.
    pub stage: RwSignal<Stage>,
    /// What the feed offers.
    pub catalog: RwSignal<Arc<Catalog>>,
    /// What is looked for.
    pub search: Search,
    /// What was found.
    pub results: Memo<Results>,
    /// Told once the list of what was found stands: what is said beside it follows this, so that the list need not wait for it.
    pub listed: RwSignal<Option<usize>>,
    /// What there is of kinds and causes, whatever is looked for: facets without their counts.
    pub offered: Memo<Results>,
    /// The initiative that is looked at, by its position in the catalogue.
    pub opened: RwSignal<Option<usize>>,
    /// How far what it says has come: a list knows what cards show.
    pub details: RwSignal<Stage>,
    /// How far the code of forms has come.
    pub form: RwSignal<Stage>,
    /// How many parts of what is looked for have not come, where some have not.
    pub partly: RwSignal<Option<usize>>,
    /// How often seats and signatures have changed: what says how many there are follows it.
    pub live: RwSignal<Option<usize>>,
}

impl App {
    /// A widget without a feed yet. Call it within a reactive owner.
    pub fn new(locale: Locale, config: Config, browser: Option<Rc<dyn Browser>>) -> Self {
        let catalog = RwSignal::new(Arc::new(Catalog::default()));
        let search = Search::new(&config, locale);
        let listed = RwSignal::new(None);
        let results = Memo::new(move |_| catalog.read().search(&search.query(), locale.clock.now()));
        let offered =
            Memo::new(move |_| catalog.read().search(&Query::default(), locale.clock.now()).choices());
        // Where there is no browser all code is there.
        let form = if browser.is_some() { Stage::Loading } else { Stage::Ready };
        let inner = Inner {
            browser,
            sender: RefCell::default(),
            drafts: RefCell::default(),
            owner: Owner::current().unwrap_or_default(),
            config: RefCell::new(config),
            whole: RefCell::default(),
        };
        Self {
            inner: StoredValue::new_local(Rc::new(inner)),
            locale,
            stage: RwSignal::new(Stage::Loading),
            catalog,
            search,
            results,
            listed,
            offered,
            opened: RwSignal::new(None),
            details: RwSignal::new(Stage::Ready),
            form: RwSignal::new(form),
            partly: RwSignal::new(None),
            live: RwSignal::new(None),
        }
    }

    #[inline(never)]
    fn inner(self) -> Option<Rc<Inner>> {
        self.inner.try_get_value()
    }

    /// Whether the widget is gone: then its signals are, too.
    pub fn is_gone(self) -> bool {
        self.inner().is_none()
    }

    /// A message as it stands.
    pub fn text(self, message: Message) -> &'static str {
        self.locale.text(message)
    }

    /// How many of something there are, or more than that.
    pub fn count_of(self, count: usize, is_more: bool) -> String {
        self.locale.number(count as f64) + if is_more { "+" } else { "" }
    }

    /// Whether what is near is near where the browser says that the visitor is.
    #[inline(never)]
    pub fn is_around_visitor(self) -> bool {
        let criteria = self.search.criteria.read_untracked();
        criteria.around.as_ref().is_some_and(|place| place.label == self.text(Message::AroundMeHere))
    }

    /// Has the browser do something. Nothing happens where there is none, or once the widget is gone.
    pub fn act(self, act: impl FnOnce(&dyn Browser)) {
        if let Some(browser) = self.browser() {
            act(&*browser);
        }
    }

    #[inline(never)]
    fn browser(self) -> Option<Rc<dyn Browser>> {
        self.inner().and_then(|inner| inner.browser.clone())
    }

    /// Has the form's side of the browser do something, as [`act`](Self::act).
    pub fn act_on_form(self, act: impl FnOnce(&dyn Sender)) {
        let sender = self.inner().and_then(|inner| inner.sender.borrow().clone());
        if let Some(sender) = sender {
            act(&*sender);
        }
    }

    /// What asks for an alert; nothing until the code of forms is there.
    pub fn alert(self) -> Vec<El> {
        // As long as it is borrowed nobody takes another one: what it gives is built later.
        let inner = self.inner();
        let sender = inner.as_ref().and_then(|inner| inner.sender.try_borrow().ok());
        sender.and_then(|sender| Some(sender.as_ref()?.alert(self))).unwrap_or_default()
    }

    /// The code of forms is there, and shows in their places.
    pub fn take_form(self, sender: Rc<dyn Sender>) {
        if let Some(inner) = self.inner() {
            inner.sender.replace(Some(sender));
            self.form.set(Stage::Ready);
        }
    }

    /// Takes over what the page asks for, and gives what it asked for before; `None` once the widget is gone.
    pub fn configure(self, config: Config) -> Option<Config> {
        Some(self.inner()?.config.replace(config))
    }

    /// Reads something of what the page asks for; a default once the widget is gone.
    pub fn config<T: Default>(self, read: impl FnOnce(&Config) -> T) -> T {
        self.inner().map(|inner| read(&inner.config.borrow())).unwrap_or_default()
    }

    /// Forgets the permanent link that has been followed: the visitor has gone back to the list.
    pub fn forget_link(self) {
        if let Some(inner) = self.inner() {
            inner.config.borrow_mut().open = None;
        }
    }

    /// An address of the server that takes sign-ups; `None` once the widget is gone.
    pub fn address(self, path: &str) -> Option<String> {
        Some([&self.inner()?.config.borrow().api, path].concat())
    }

    /// The page that the views are, where they are one by themselves.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn served(self) -> Option<Arc<Served>> {
        self.config(|config| config.served.clone())
    }

    /// In a browser they never are, and what is for such pages is not in the bundle.
    #[cfg(target_arch = "wasm32")]
    #[inline(always)]
    pub fn served(self) -> Option<Arc<Served>> {
        None
    }

    /// The page of an initiative, where views lead to pages: as long as no script opens it.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn page_of(self, initiative: &Initiative) -> Option<String> {
        let query = served::query(self.locale.language, &self.search.criteria.read());
        if let Some(served) = self.served() {
            return served.initiative(&initiative.id, &query);
        }
        let pages = self.config(|config| config.pages.clone())?;
        Some([pages, encode(&initiative.id), query].concat())
    }

    /// In a browser a script opens it.
    #[cfg(target_arch = "wasm32")]
    #[inline(always)]
    pub fn page_of(self, _: &Initiative) -> Option<String> {
        None
    }

    /// The link that opens an initiative: its page, or the partner's page.
    pub fn permalink(self, initiative: &Initiative) -> String {
        if let Some(page) = self.page_of(initiative) {
            return page;
        }
        // The page's own address: a hash alone would lead elsewhere where the page has a <base>.
        let page = self.config(|config| config.page.clone());
        [&page, "#alentour=", &encode(&initiative.id)].concat()
    }

    /// Takes over a feed. What is looked at stays open, wherever it is now.
    pub fn receive(self, catalog: Arc<Catalog>) {
        let opened = self.opened.get_untracked();
        let id = opened.and_then(|opened| Some(self.catalog.read_untracked().get(opened)?.id.clone()));
        let position = id.and_then(|id| catalog.position(&id));
        if position != opened {
            self.opened.set(position);
        }
        self.catalog.set(catalog);
        let catalog = self.catalog.get_untracked();
        if catalog.is_whole() {
            self.search.forget_unknown(&catalog);
        }
        self.stage.set(Stage::Ready);
    }

    /// Takes everything down. The owner is held by what it owns, and would keep all of it.
    pub fn unmount(self) {
        if let Some(inner) = self.inner() {
            inner.owner.cleanup();
        }
    }
}
