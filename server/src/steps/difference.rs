//! What is another than before in an initiative: in words, for whoever changes it and for those who take part.

use alentour_model::{Cause, Initiative, Kind, Question};
use alentour_texts::Language;
use serde_json::{Value, json};

use super::Fields;
use super::ask::way_in_words;
use super::questions::in_words;
use crate::wording;

/// Characters of a text within a mail, or in the trail.
const CUT: usize = 400;

/// Something that is another than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What it is called.
    pub label: &'static str,
    /// What it was; empty: nothing.
    pub before: String,
    /// What it is; empty: nothing.
    pub after: String,
    /// Whether a mail tells those whom it concerns by itself: of a date that is at another time or place.
    pub is_told: bool,
    /// Whether it is a date that is new, or is there no more: its label says which.
    pub is_date: bool,
    /// Whether it is of what a form asks: whoever has sent it need not know.
    pub is_asked: bool,
}

/// What two versions of an initiative say differently.
pub fn differences(
    language: Language,
    (before, were): (&Initiative, &Fields),
    (after, are): (&Initiative, &Fields),
) -> Vec<Difference> {
    let texts = language.proposing();
    let mut all = dates(language, before, after);
    let place = |one: &Initiative| wording::place(language, one, None).unwrap_or_default();
    // Where there are dates, each says where it is.
    if all.is_empty() || before.sessions.is_empty() {
        all.extend(difference(texts.place, place(before), place(after)));
    }
    let widget = |word: &str| language.widget(word).to_owned();
    let kind = |fields: &Fields| Kind::parse(fields.get("kind")).map(|kind| widget(kind.as_str()));
    all.extend(difference(texts.kind, kind(were).unwrap_or_default(), kind(are).unwrap_or_default()));
    let causes = |fields: &Fields| {
        let known = fields.words("causes").filter_map(Cause::parse);
        known.map(|cause| widget(cause.as_str())).collect::<Vec<_>>().join(" · ")
    };
    all.extend(difference(texts.causes, causes(were), causes(are)));
    for (label, name) in [
        (texts.name, "name"),
        (texts.summary, "summary"),
        (texts.whom, "whom"),
        (texts.change, "change"),
        (texts.people, "people"),
        (texts.skills, "skills"),
        (texts.needs, "needs"),
        (texts.organizer, "organizer"),
        (texts.partners, "partners"),
        (texts.text, "text"),
        (texts.url, "url"),
    ] {
        all.extend(difference(label, were.get(name).to_owned(), are.get(name).to_owned()));
    }
    let way = |fields: &Fields| way_in_words(language, fields.way());
    all.extend(difference(texts.way, way(were).to_owned(), way(are).to_owned()));
    all.extend(questions(language, before, after));
    all.extend(consents(language, before, after));
    all
}

fn difference(label: &'static str, before: String, after: String) -> Option<Difference> {
    (before != after).then_some(Difference {
        label,
        before,
        after,
        is_told: false,
        is_date: false,
        is_asked: false,
    })
}

/// Questions by their names: people have answered them.
fn questions(language: Language, before: &Initiative, after: &Initiative) -> Vec<Difference> {
    let all =
        |one: &Initiative| one.participation.as_ref().map(|it| it.questions.clone()).unwrap_or_default();
    let said = |all: Vec<Question>| -> Vec<_> {
        all.iter().map(|one| (one.id.clone(), in_words(language, one, &all))).collect()
    };
    asked(language.proposing().question_words, &said(all(before)), &said(all(after)))
}

/// Consents by their names, each in the words that are agreed to.
fn consents(language: Language, before: &Initiative, after: &Initiative) -> Vec<Difference> {
    let said = |one: &Initiative| -> Vec<_> {
        let consents = one.participation.iter().flat_map(|it| &it.consents);
        consents.map(|one| (one.id.clone(), one.text.clone())).collect()
    };
    asked(language.proposing().consents, &said(before), &said(after))
}

/// Of what a form asks, by names and words.
fn asked(label: &'static str, were: &[(String, String)], are: &[(String, String)]) -> Vec<Difference> {
    let said = |all: &[(String, String)], id: &str| {
        all.iter().find(|(known, _)| known == id).map(|(_, said)| said.clone()).unwrap_or_default()
    };
    let added = are.iter().filter(|(id, _)| were.iter().all(|(known, _)| known != id));
    let differ = were.iter().chain(added).filter_map(|(id, _)| {
        let differs = difference(label, said(were, id), said(are, id))?;
        Some(Difference { is_asked: true, ..differs })
    });
    differ.collect()
}

/// Dates by their names: people have signed up for them.
fn dates(language: Language, before: &Initiative, after: &Initiative) -> Vec<Difference> {
    let texts = language.proposing();
    let said = |one: &Initiative, id: &str| {
        let date = wording::session(language, one.session(id)?);
        let place = wording::place(language, one, Some(id));
        Some([Some(date), place].into_iter().flatten().collect::<Vec<_>>().join(" · "))
    };
    let mut names: Vec<&str> = before.sessions.iter().map(|one| one.id.as_str()).collect();
    names.extend(after.sessions.iter().map(|one| one.id.as_str()).filter(|id| before.session(id).is_none()));
    let differ = names.into_iter().filter_map(|id| {
        let (was, is) = (said(before, id), said(after, id));
        let (label, is_told) = match (&was, &is) {
            (None, _) => (texts.date_new, false),
            (_, None) => (texts.date_removed, false),
            _ => (texts.dates, true),
        };
        let differs = difference(label, was.unwrap_or_default(), is.unwrap_or_default())?;
        Some(Difference { is_told, is_date: !is_told, ..differs })
    });
    differ.collect()
}

/// What is told to those who take part, what nobody tells them otherwise: the dates that are new or there no more, then what was and what is.
pub fn told(language: Language, all: &[Difference]) -> String {
    let (texts, mails) = (language.organising(), language.mails());
    let said = |label: &str, text: &str| {
        (!text.is_empty())
            .then(|| alentour_texts::fill(mails.labelled, &[("label", label), ("text", &cut(text))]))
    };
    let told = all.iter().filter(|one| !one.is_told && !one.is_asked);
    let (dates, others): (Vec<_>, Vec<_>) = told.partition(|one| one.is_date);
    let dates = dates.iter().flat_map(|one| [said(one.label, &one.before), said(one.label, &one.after)]);
    let dates = dates.flatten().collect::<Vec<_>>().join("\n");
    let others = others.iter().map(|one| {
        let parts = [said(texts.was, &one.before), said(texts.is_now, &one.after)];
        format!("{}\n{}", one.label, parts.into_iter().flatten().collect::<Vec<_>>().join("\n"))
    });
    let blocks = std::iter::once(dates).filter(|dates| !dates.is_empty()).chain(others);
    blocks.collect::<Vec<_>>().join("\n\n")
}

/// As the trail keeps it.
pub fn noted(all: &[Difference]) -> Value {
    let changes = all
        .iter()
        .map(|one| json!({ "what": one.label, "before": cut(&one.before), "after": cut(&one.after) }));
    changes.collect()
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(CUT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}
