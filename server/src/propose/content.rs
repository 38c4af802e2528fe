//! From the answers of a proposal to the initiative that visitors will see.

use alentour_model::read::DEFAULT_ZONE;
use alentour_model::{Date, Initiative};
use serde_json::Value;

use super::{Opened, now};
use crate::http::Error;
use crate::own;
use crate::state::AppState;
use crate::steps::{self, Fields, Problem, Step, Town};
use crate::store::{OwnContent, ProposalRecord};
use crate::wording;
use alentour_texts::Language;

/// The answers of a proposal, and what they are held against.
pub struct Answers {
    pub fields: Fields,
    /// The place that its town means.
    pub town: Town,
    /// What it said before, where it is an initiative already.
    known: Option<(Value, String)>,
    /// What is to be published has that identifier.
    before: OwnContent,
}

impl Answers {
    /// Those that are kept; of an initiative that nothing was answered about anew, what it says.
    pub async fn of(state: &AppState, found: &ProposalRecord, language: Language) -> Result<Self, Error> {
        let known = found.own.as_ref().and_then(|own| {
            Some((serde_json::from_str(&own.content.json).ok()?, own.content.language.clone()))
        });
        let mut fields = Fields::from(found.draft.fields.clone());
        if let (true, Some((known, language))) = (found.draft.fields.is_empty(), &known) {
            fields = steps::read(known, language);
        }
        if fields.get("language").is_empty() {
            fields.set("language", language.tag());
        }
        let before = found.own.as_ref().map(|own| own.content.clone()).unwrap_or_else(|| OwnContent {
            id: found.id.clone(),
            language: language.tag().to_owned(),
            json: "{}".to_owned(),
        });
        let mut answers = Self { fields, town: Town::None, known, before };
        answers.look_up(state).await?;
        Ok(answers)
    }

    /// Those of an initiative that is made here, as it stands.
    pub async fn standing(state: &AppState, content: &OwnContent) -> Result<Self, Error> {
        let known: Value =
            serde_json::from_str(&content.json).map_err(|why| Error::Unavailable(why.to_string()))?;
        let fields = steps::read(&known, &content.language);
        let known = Some((known, content.language.clone()));
        let mut answers = Self { fields, town: Town::None, known, before: content.clone() };
        answers.look_up(state).await?;
        Ok(answers)
    }

    /// Looks the town up that was typed.
    pub async fn look_up(&mut self, state: &AppState) -> Result<(), Error> {
        let (fields, bundle) = (self.fields.clone(), state.bundle.clone());
        let find = move || Town::find(&fields, &bundle);
        self.town =
            tokio::task::spawn_blocking(find).await.map_err(|why| Error::Unavailable(why.to_string()))?;
        if let Town::Is(place) = &self.town {
            // As it is found again, whatever was typed.
            self.fields.set("town", &place.label());
        }
        Ok(())
    }

    /// What is wrong with a step.
    pub fn problems(&self, step: Step, language: Language) -> Vec<Problem> {
        let known = self.known.as_ref().map(|(known, language)| steps::read(known, language));
        steps::check(step, &self.fields, known.as_ref(), &self.town, today(), language)
    }

    /// The first step in which something is to be mended.
    pub fn first_wrong(&self, language: Language) -> Option<Step> {
        Step::ALL.into_iter().find(|step| !self.problems(*step, language).is_empty())
    }

    /// What visitors will see; `None` where that would not be all.
    pub fn content(&self) -> Option<(OwnContent, Initiative)> {
        let known = self.known.as_ref().map(|(known, language)| (known, language.as_str()));
        let document = steps::write(&self.fields, known, self.town.place());
        let content = own::read(&document.to_string(), Some(&self.before)).ok()?;
        let initiative = own::initiative_of(&content).ok().flatten()?;
        Some((content, initiative))
    }
}

/// The initiative of a proposal as it stands: what is kept, or what its answers make.
pub async fn shown(
    state: &AppState,
    opened: &Opened,
    language: Language,
) -> Result<Option<Initiative>, Error> {
    if let Some(own) = &opened.found.own {
        return Ok(own::initiative_of(&own.content).ok().flatten());
    }
    let answers = Answers::of(state, &opened.found, language).await?;
    Ok(answers.content().map(|(_, initiative)| initiative))
}

/// The day in France.
fn today() -> Date {
    wording::on_clocks_of(DEFAULT_ZONE, now()).date()
}
