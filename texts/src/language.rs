//! The languages, and what each of them has.

use std::sync::LazyLock;

use crate::calendar::Calendar;
use crate::sets::{
    Accessibility, Consents, Doctor, Embedding, Errors, Mails, Operating, Organiser, Organising, Pages,
    Proposing, Site,
};
use crate::{file, plural};

/// A language that people are spoken to in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// French.
    French,
    /// English.
    English,
    /// Spanish.
    Spanish,
    /// Arabic.
    Arabic,
}

/// A language's folder.
struct Folder {
    tag: &'static str,
    is_rtl: bool,
    plural: fn(u64) -> &'static str,
    widget: &'static str,
    pages: LazyLock<Pages>,
    mails: LazyLock<Mails>,
    calendar: LazyLock<Calendar>,
    consents: LazyLock<Consents>,
    organising: LazyLock<Organising>,
    operating: LazyLock<Operating>,
    proposing: LazyLock<Proposing>,
    embedding: LazyLock<Embedding>,
    accessibility: LazyLock<Accessibility>,
}

macro_rules! text {
    ($tag:literal, $name:literal) => {
        include_str!(concat!("../", $tag, "/", $name, ".txt"))
    };
}

macro_rules! folder {
    ($tag:literal, $is_rtl:literal, $plural:path) => {
        Folder {
            tag: $tag,
            is_rtl: $is_rtl,
            plural: $plural,
            widget: text!($tag, "widget"),
            pages: LazyLock::new(|| Pages::read(text!($tag, "pages"))),
            mails: LazyLock::new(|| Mails::read(text!($tag, "mails"))),
            calendar: LazyLock::new(|| Calendar::read(text!($tag, "calendar"), $plural)),
            consents: LazyLock::new(|| Consents::read(text!($tag, "consents"))),
            organising: LazyLock::new(|| Organising::read(text!($tag, "organising"))),
            operating: LazyLock::new(|| Operating::read(text!($tag, "operating"))),
            proposing: LazyLock::new(|| Proposing::read(text!($tag, "proposing"))),
            embedding: LazyLock::new(|| Embedding::read(text!($tag, "embedding"))),
            accessibility: LazyLock::new(|| Accessibility::read(text!($tag, "accessibility"))),
        }
    };
}

static FRENCH: Folder = folder!("fr", false, plural::french);
static ENGLISH: Folder = folder!("en", false, plural::english);
static SPANISH: Folder = folder!("es", false, plural::english);
static ARABIC: Folder = folder!("ar", true, plural::arabic);

// What some languages have.
static FRENCH_DOCTOR: LazyLock<Doctor> = LazyLock::new(|| Doctor::read(text!("fr", "doctor")));
static ENGLISH_DOCTOR: LazyLock<Doctor> = LazyLock::new(|| Doctor::read(text!("en", "doctor")));
static FRENCH_SITE: LazyLock<Site> = LazyLock::new(|| Site::read(text!("fr", "site")));
static ENGLISH_SITE: LazyLock<Site> = LazyLock::new(|| Site::read(text!("en", "site")));
static FRENCH_ERRORS: LazyLock<Errors> = LazyLock::new(|| Errors::read(text!("fr", "errors")));
static FRENCH_ORGANISER: LazyLock<Organiser> = LazyLock::new(|| Organiser::read(text!("fr", "organiser")));

impl Language {
    /// The one for everybody who speaks none of them.
    pub const DEFAULT: Self = Self::French;

    /// All of them, the default first.
    pub const ALL: [Self; 4] = [Self::French, Self::English, Self::Spanish, Self::Arabic];

    /// Those that `alentour check` and `alentour publish` have.
    pub const OF_OPERATORS: [Self; 2] = [Self::French, Self::English];

    fn folder(self) -> &'static Folder {
        match self {
            Self::French => &FRENCH,
            Self::English => &ENGLISH,
            Self::Spanish => &SPANISH,
            Self::Arabic => &ARABIC,
        }
    }

    /// Its tag (BCP 47).
    pub fn tag(self) -> &'static str {
        self.folder().tag
    }

    /// Whether it is written from right to left.
    pub fn is_rtl(self) -> bool {
        self.folder().is_rtl
    }

    /// Which way it is written, as HTML says it.
    pub fn direction(self) -> &'static str {
        if self.is_rtl() { "rtl" } else { "ltr" }
    }

    /// The language of a tag, whatever its region.
    pub fn parse(tag: &str) -> Option<Self> {
        let main = tag.trim().split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(main))
    }

    /// CLDR's plural category of a number.
    pub fn plural_category(self, n: u64) -> &'static str {
        (self.folder().plural)(n)
    }

    /// A number with one decimal, as it is written in this language.
    pub fn decimal(self, number: f64) -> String {
        let text = format!("{number:.1}");
        if matches!(self, Self::French | Self::Spanish) { text.replace('.', ",") } else { text }
    }

    /// A plural message for a number, with `{n}` and other values filled in.
    pub fn count(self, text: &str, n: u64, values: &[(&str, &str)]) -> String {
        let number = n.to_string();
        let mut all = vec![("n", number.as_str())];
        all.extend_from_slice(values);
        crate::fill(crate::plural(text, self.plural_category(n)), &all)
    }

    /// A message of the widget's; empty where it has none of that key.
    pub fn widget(self, key: &str) -> &'static str {
        file::text(self.folder().widget, key)
    }

    /// The widget's messages with their keys, in the order of the file.
    pub fn widget_messages(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        file::entries(self.folder().widget)
    }

    /// The pages for people.
    pub fn pages(self) -> &'static Pages {
        &self.folder().pages
    }

    /// The mails to people.
    pub fn mails(self) -> &'static Mails {
        &self.folder().mails
    }

    /// Days and times.
    pub fn calendar(self) -> &'static Calendar {
        &self.folder().calendar
    }

    /// Consents of the server's own.
    pub fn consents(self) -> &'static Consents {
        &self.folder().consents
    }

    /// The pages for those who organise.
    pub fn organising(self) -> &'static Organising {
        &self.folder().organising
    }

    /// The pages for whoever runs the installation.
    pub fn operating(self) -> &'static Operating {
        &self.folder().operating
    }

    /// The pages on which an initiative is proposed.
    pub fn proposing(self) -> &'static Proposing {
        &self.folder().proposing
    }

    /// The pages that make the tag, and check a page that has it.
    pub fn embedding(self) -> &'static Embedding {
        &self.folder().embedding
    }

    /// The accessibility statement.
    pub fn accessibility(self) -> &'static Accessibility {
        &self.folder().accessibility
    }

    /// The mails to organisers, so far in French alone.
    pub fn organiser() -> &'static Organiser {
        &FRENCH_ORGANISER
    }

    /// The doctor of feeds; in English where a language has none.
    pub fn doctor(self) -> &'static Doctor {
        if self == Self::French { &FRENCH_DOCTOR } else { &ENGLISH_DOCTOR }
    }

    /// Which language [`doctor`](Self::doctor) speaks.
    pub fn doctor_language(self) -> Self {
        if self == Self::French { Self::French } else { Self::English }
    }

    /// A published site; in English where a language has none.
    pub fn site(self) -> &'static Site {
        if self == Self::French { &FRENCH_SITE } else { &ENGLISH_SITE }
    }

    /// Why a feed cannot be read; `None` where the errors' own English is what is said.
    pub fn errors(self) -> Option<&'static Errors> {
        (self == Self::French).then(|| &*FRENCH_ERRORS)
    }
}
