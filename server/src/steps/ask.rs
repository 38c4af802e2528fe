//! The form of a step, without the buttons that lead on.

use alentour_model::{Cause, Kind, Way};
use alentour_texts::{Language, fill};
use maud::{Markup, html};

use super::rows::MOST_ROWS;
use super::weekly::DAYS;
use super::{Fields, Problem, Row, Step, Town};

/// A step as it is asked.
pub struct Asking<'a> {
    /// Which.
    pub step: Step,
    /// In which language.
    pub language: Language,
    /// What was answered.
    pub fields: &'a Fields,
    /// What is wrong with that.
    pub problems: &'a [Problem],
    /// The place that its town means.
    pub town: &'a Town,
    /// Rows of dates, or of questions, that are shown at least.
    pub rows: usize,
    /// The address that completes a town while it is typed; empty where no script runs.
    pub places: &'a str,
}

/// What is wrong, with a link to each field; nothing where nothing is.
pub fn summary(language: Language, problems: &[Problem]) -> Markup {
    html! {
        @if !problems.is_empty() {
            div.problems role="alert" {
                p { strong { (language.proposing().wrong) } }
                ul { @for problem in problems { li { a href={ "#" (problem.field) } { (problem.said) } } } }
            }
        }
    }
}

/// How people take part, in words; `None`: not here.
pub(super) fn way_in_words(language: Language, way: Option<Way>) -> &'static str {
    let texts = language.proposing();
    match way {
        Some(Way::Rsvp) => texts.way_rsvp,
        Some(Way::Shift) => texts.way_shift,
        Some(Way::Signature) => texts.way_signature,
        Some(Way::Membership) => texts.way_membership,
        Some(Way::Offer) => texts.way_offer,
        Some(Way::Pledge) => texts.way_pledge,
        Some(Way::Enrolment) => texts.way_enrolment,
        None => texts.way_none,
    }
}

/// The fields of a step.
pub fn ask(asking: &Asking<'_>) -> Markup {
    match asking.step {
        Step::Aim => asking.aim(),
        Step::People => asking.people(),
        Step::When => asking.when(),
        Step::Partners => asking.partners(),
        Step::Telling => asking.telling(),
    }
}

impl Asking<'_> {
    /// Whether there is a field for a town, which a script completes.
    pub fn is_completed(&self) -> bool {
        self.step == Step::When && !matches!(self.town, Town::OneOf(_)) && !self.places.is_empty()
    }

    fn aim(&self) -> Markup {
        let texts = self.language.proposing();
        let causes =
            Cause::ALL.iter().map(|cause| (cause.as_str(), self.language.widget(cause.as_str()), ""));
        html! {
            (self.boxes("causes", texts.causes, texts.causes_hint, causes))
            (self.line("whom", texts.whom, texts.whom_hint))
            (self.area("change", texts.change, texts.change_hint, 3))
        }
    }

    fn people(&self) -> Markup {
        let texts = self.language.proposing();
        let kinds = Kind::ALL.iter().map(|kind| {
            let line = match kind {
                Kind::Volunteering => texts.kind_volunteering,
                Kind::Gathering => texts.kind_gathering,
                Kind::Petition => texts.kind_petition,
                Kind::Group => texts.kind_group,
                Kind::Project => texts.kind_project,
                Kind::Campaign => texts.kind_campaign,
                _ => texts.kind_training,
            };
            (kind.as_str(), self.language.widget(kind.as_str()), line)
        });
        html! {
            (self.radios("kind", texts.kind, "", kinds))
            (self.input("people", texts.people, texts.people_hint, &[("inputmode", "numeric"), ("class", "number")]))
            (self.area("skills", texts.skills, texts.skills_hint, 3))
            (self.questions())
            (self.consents())
        }
    }

    fn when(&self) -> Markup {
        let texts = self.language.proposing();
        html! {
            (self.radios("when", texts.when, "", [
                ("dates", texts.when_dates, ""),
                ("weekly", texts.when_weekly, ""),
                ("always", texts.when_always, texts.when_always_hint),
            ]))
            fieldset.part {
                legend { (texts.dates) }
                p.hint { (texts.dates_hint) }
                (self.rows())
            }
            details.part open[self.fields.get("when") == "weekly"] {
                summary { (texts.weekly) }
                (self.weekly())
            }
            (self.radios("where", texts.place, "", [
                ("place", texts.place_here, ""),
                ("online", texts.place_online, ""),
                ("nationwide", texts.place_nationwide, ""),
            ]))
            fieldset.part {
                legend { (texts.address) }
                (self.town())
                (self.line("venue", texts.venue, texts.venue_hint))
                (self.line("street", texts.street, ""))
            }
        }
    }

    fn rows(&self) -> Markup {
        let texts = self.language.proposing();
        let filled: Vec<Row> = self.fields.rows().into_iter().map(|(_, row)| row).collect();
        // Numbers as they were sent where something is wrong, which names them.
        let numbers: Vec<usize> = self.fields.rows().into_iter().map(|(number, _)| number).collect();
        let next = numbers.iter().max().map_or(0, |last| last + 1);
        let wanted = self.rows.clamp(1, MOST_ROWS).saturating_sub(filled.len());
        let blank = (next..next + wanted).map(|number| (number, Row::default()));
        let all: Vec<_> = numbers.into_iter().zip(filled).chain(blank).collect();
        html! {
            @for (at, (number, row)) in all.iter().enumerate() {
                fieldset.row {
                    legend { (fill(texts.date_number, &[("n", &(at + 1).to_string())])) }
                    @if !row.id.is_empty() { input type="hidden" name={ "id-" (number) } value=(row.id); }
                    (self.small(&format!("date-{number}"), texts.date, "date"))
                    (self.small(&format!("start-{number}"), texts.start, "time"))
                    (self.small(&format!("end-{number}"), texts.end, "time"))
                    (self.small(&format!("seats-{number}"), texts.seats, "text"))
                }
            }
            @if all.len() < MOST_ROWS {
                p { button.quiet.small name="do" value="row" formnovalidate { (texts.add_date) } }
            }
        }
    }

    fn weekly(&self) -> Markup {
        let texts = self.language.proposing();
        let days = DAYS.into_iter().zip(0..).map(|(day, at)| (day, self.language.calendar().weekday(at), ""));
        html! {
            (self.boxes("days", texts.days, "", days))
            div.row {
                (self.small("from", texts.from, "date"))
                (self.small("begins", texts.start, "time"))
                (self.small("ends", texts.end, "time"))
                (self.small("until", texts.until, "date"))
            }
            p.hint { (texts.weekly_hint) }
        }
    }

    /// Where others have its name, which of them it is.
    fn town(&self) -> Markup {
        let texts = self.language.proposing();
        match self.town {
            Town::OneOf(places) => html! {
                (self.radios("town", texts.town_which, "", places.iter().map(|place| {
                    let label = place.label();
                    (label.clone(), label, "")
                })))
                // Where none is chosen, what was typed stays.
                input type="hidden" name="town" value=(self.fields.get("town"));
                p { button.quiet.small name="do" value="town" formnovalidate { (texts.town_other) } }
            },
            _ if self.is_completed() => {
                self.input("town", texts.town, texts.town_hint, &[("places", self.places)])
            }
            _ => self.line("town", texts.town, texts.town_hint),
        }
    }

    fn partners(&self) -> Markup {
        let texts = self.language.proposing();
        let ways = Way::ALL.iter().map(|way| (way.as_str(), way_in_words(self.language, Some(*way))));
        let ways = [("", texts.way_usual)]
            .into_iter()
            .chain(ways)
            .chain([("none", way_in_words(self.language, None))]);
        html! {
            (self.line("organizer", texts.organizer, texts.organizer_hint))
            (self.area("partners", texts.partners, texts.partners_hint, 3))
            (self.area("needs", texts.needs, texts.needs_hint, 3))
            (self.select("way", texts.way, texts.way_hint, ways))
        }
    }

    fn telling(&self) -> Markup {
        let texts = self.language.proposing();
        let languages = Language::ALL.into_iter().map(|language| (language.tag(), language.pages().name));
        html! {
            (self.line("name", texts.name, texts.name_hint))
            (self.area("summary", texts.summary, texts.summary_hint, 3))
            (self.area("text", texts.text, texts.text_hint, 8))
            (self.select("language", texts.language, "", languages))
            (self.input("url", texts.url, texts.url_hint, &[("inputmode", "url"), ("dir", "ltr")]))
        }
    }

    pub(super) fn problem(&self, field: &str) -> Option<&str> {
        self.problems.iter().find(|problem| problem.field == field).map(|problem| problem.said.as_str())
    }

    /// What a field is described by: its hint, and what is wrong with it.
    fn described(&self, field: &str, hint: &str) -> Option<String> {
        let hint = (!hint.is_empty()).then(|| format!("{field}-hint"));
        let wrong = self.problem(field).map(|_| format!("{field}-wrong"));
        let all: Vec<_> = hint.into_iter().chain(wrong).collect();
        (!all.is_empty()).then(|| all.join(" "))
    }

    fn error(&self, field: &str) -> Markup {
        html! { @if let Some(said) = self.problem(field) { p.error id={ (field) "-wrong" } { (said) } } }
    }

    fn line(&self, field: &str, label: &str, hint: &str) -> Markup {
        self.input(field, label, hint, &[])
    }

    pub(super) fn input(&self, field: &str, label: &str, hint: &str, more: &[(&str, &str)]) -> Markup {
        let more = |name: &str| more.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        let wrong = self.problem(field).map(|_| "true");
        html! {
            div.field {
                label for=(field) { (label) }
                @if !hint.is_empty() { p.hint id={ (field) "-hint" } { (hint) } }
                input class=[more("class")] id=(field) name=(field) type="text" value=(self.fields.get(field)) autocomplete="off"
                    inputmode=[more("inputmode")] dir=(more("dir").unwrap_or("auto")) data-places=[more("places")]
                    autofocus[more("autofocus").is_some()]
                    aria-invalid=[wrong] aria-describedby=[self.described(field, hint)];
                (self.error(field))
            }
        }
    }

    /// One of several in a row.
    fn small(&self, field: &str, label: &str, kind: &str) -> Markup {
        let wrong = self.problem(field).map(|_| "true");
        let numeric = (kind == "text").then_some("numeric");
        html! {
            div.field {
                label for=(field) { (label) }
                input id=(field) name=(field) type=(kind) value=(self.fields.get(field)) autocomplete="off" inputmode=[numeric]
                    aria-invalid=[wrong] aria-describedby=[self.described(field, "")];
                (self.error(field))
            }
        }
    }

    pub(super) fn area(&self, field: &str, label: &str, hint: &str, rows: usize) -> Markup {
        let wrong = self.problem(field).map(|_| "true");
        html! {
            div.field {
                label for=(field) { (label) }
                @if !hint.is_empty() { p.hint id={ (field) "-hint" } { (hint) } }
                textarea id=(field) name=(field) rows=(rows) dir="auto"
                    aria-invalid=[wrong] aria-describedby=[self.described(field, hint)] { (self.fields.get(field)) }
                (self.error(field))
            }
        }
    }

    pub(super) fn select<'a>(
        &self,
        field: &str,
        label: &str,
        hint: &str,
        options: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Markup {
        let (chosen, wrong) = (self.fields.get(field), self.problem(field).map(|_| "true"));
        html! {
            div.field {
                label for=(field) { (label) }
                @if !hint.is_empty() { p.hint id={ (field) "-hint" } { (hint) } }
                select id=(field) name=(field) aria-invalid=[wrong] aria-describedby=[self.described(field, hint)] {
                    @for (value, words) in options { option value=(value) selected[value == chosen] { (words) } }
                }
                (self.error(field))
            }
        }
    }

    fn radios<V: AsRef<str>, L: AsRef<str>>(
        &self,
        field: &str,
        legend: &str,
        hint: &str,
        options: impl IntoIterator<Item = (V, L, &'static str)>,
    ) -> Markup {
        let chosen = self.fields.get(field);
        self.choices((field, "radio"), legend, hint, options, &|value| value == chosen)
    }

    fn boxes<V: AsRef<str>, L: AsRef<str>>(
        &self,
        field: &str,
        legend: &str,
        hint: &str,
        options: impl IntoIterator<Item = (V, L, &'static str)>,
    ) -> Markup {
        self.choices((field, "checkbox"), legend, hint, options, &|value| {
            self.fields.words(field).any(|word| word == value)
        })
    }

    /// Boxes or buttons, the first of which is where what is wrong leads.
    fn choices<V: AsRef<str>, L: AsRef<str>>(
        &self,
        (field, kind): (&str, &str),
        legend: &str,
        hint: &str,
        options: impl IntoIterator<Item = (V, L, &'static str)>,
        is_chosen: &dyn Fn(&str) -> bool,
    ) -> Markup {
        html! {
            fieldset.choice aria-describedby=[self.described(field, hint)] {
                legend { (legend) }
                @if !hint.is_empty() { p.hint id={ (field) "-hint" } { (hint) } }
                (self.error(field))
                @for (at, (value, label, line)) in options.into_iter().enumerate() {
                    @let id = if at == 0 { field.to_owned() } else { format!("{field}-{at}") };
                    p.pick {
                        input id=(id) name=(field) type=(kind) value=(value.as_ref()) checked[is_chosen(value.as_ref())];
                        label for=(id) {
                            (label.as_ref())
                            @if !line.is_empty() { br; span.hint { (line) } }
                        }
                    }
                }
            }
        }
    }
}
