//! Who signs a petition, agrees to be named, and was approved by a person.

use alentour_model::Signer;
use async_trait::async_trait;

use super::StoreError;

/// What was decided of somebody who agrees to be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignerState {
    /// They may be named.
    Approved,
    /// They may not.
    Refused,
}

impl SignerState {
    /// The word for it in the database, and in what people write.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Refused => "refused",
        }
    }

    /// The state of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Approved, Self::Refused].into_iter().find(|state| state.as_str() == word)
    }
}

/// Somebody who agrees to be named, for whoever decides. Not `Debug`: it is in no log.
pub struct Candidate {
    /// The sign-up's id.
    pub id: String,
    /// Which version of it this is ([`SignUpRecord::sequence`](super::SignUpRecord::sequence)).
    pub version: i64,
    /// What they signed.
    pub initiative: String,
    /// What would be said of them.
    pub signer: Signer,
    /// What was decided; `None`: nothing yet.
    pub state: Option<SignerState>,
}

/// Why nothing can be decided of a sign-up, with its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undecidable {
    /// It is nobody's who agrees to be named.
    Unknown(String),
    /// It is another version by now than the one that was looked at.
    Changed(String),
}

/// What is said of those who sign.
#[async_trait]
pub trait SignerStore: Send + Sync {
    /// The latest of those who may be named on these initiatives, ten of each at most. One of whom nobody is named is not there.
    async fn signers(&self, initiatives: &[String]) -> Result<Vec<(String, Vec<Signer>)>, StoreError>;

    /// All who agree to be named: of one initiative, or of all.
    async fn candidates(&self, initiative: Option<&str>) -> Result<Vec<Candidate>, StoreError>;

    /// Notes what was decided of sign-ups, by their ids and the versions that were looked at: all of it or nothing. Gives those of which nothing
    /// can be decided; where there are some, nothing was noted.
    async fn moderate(
        &self,
        decided: &[(String, i64, SignerState)],
        now: i64,
    ) -> Result<Vec<Undecidable>, StoreError>;
}
