//! Tokens by which programs act for an account.

use async_trait::async_trait;

use super::{Account, Digest, StoreError, TrailEntry};

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// To read initiatives that are made here, with where they stand.
    InitiativesRead,
    /// To make, change, publish and withdraw them.
    InitiativesWrite,
    /// To read sign-ups.
    SignUpsRead,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::InitiativesRead, Self::InitiativesWrite, Self::SignUpsRead];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InitiativesRead => "initiatives:read",
            Self::InitiativesWrite => "initiatives:write",
            Self::SignUpsRead => "signups:read",
        }
    }

    /// Reads a word; `None` where it is none of them.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == word)
    }
}

/// A token, but for what is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// Names it.
    pub id: String,
    /// The id of the account that it acts for.
    pub account: String,
    /// What its holder calls it: the name of a program. It stands in the trail.
    pub name: String,
    /// What it is good for.
    pub scopes: Vec<Scope>,
    /// The one initiative that it is for; empty: all that its account may.
    pub initiative: String,
    /// UTC seconds.
    pub created_at: i64,
    /// Until when it is good, UTC seconds.
    pub expires_at: i64,
    /// The beginning of the day on which it was used last, UTC seconds.
    pub used_at: Option<i64>,
}

impl ApiToken {
    /// Characters that a name may have.
    pub const LONGEST_NAME: usize = 60;
    /// Tokens that an account has at most.
    pub const MOST: usize = 50;
    /// Days that one is good for, unless something else is asked, and at most.
    pub const DAYS: u32 = 365;

    /// Whether it is good for that, with that initiative; `None`: with none in particular.
    pub fn allows(&self, scope: Scope, initiative: Option<&str>) -> bool {
        let is_its = self.initiative.is_empty() || initiative.is_none_or(|id| id == self.initiative);
        self.scopes.contains(&scope) && is_its
    }

    /// A name as it is kept: a line; `None` where it is none, or too long.
    pub fn named(name: &str) -> Option<&str> {
        let name = name.trim();
        let is_one = !name.is_empty() && name.chars().count() <= Self::LONGEST_NAME;
        (is_one && !name.chars().any(char::is_control)).then_some(name)
    }
}

/// Where tokens are kept. Only hashes of them are.
#[async_trait]
pub trait ApiTokenStore: Send + Sync {
    /// Keeps a token by its hash. `false` where there is no such account, or it has [`ApiToken::MOST`].
    async fn create_api_token(
        &self,
        hash: &Digest,
        token: &ApiToken,
        entry: &TrailEntry,
    ) -> Result<bool, StoreError>;

    /// The tokens of an account by its id, or all (`None`), oldest first.
    async fn api_tokens(&self, account: Option<&str>) -> Result<Vec<ApiToken>, StoreError>;

    /// Makes a token good no more, by its id: one of that account's, or anybody's (`None`). `false` where there is none.
    async fn revoke_api_token(
        &self,
        account: Option<&str>,
        id: &str,
        entry: &TrailEntry,
    ) -> Result<bool, StoreError>;

    /// The token of that hash, if it is good at that time (UTC seconds), with the account that it acts for as that is now. Notes the day.
    async fn api_token(&self, hash: &Digest, now: i64) -> Result<Option<(Account, ApiToken)>, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_what_it_says_and_for_its_initiative() {
        let token = ApiToken {
            id: "t".into(),
            account: "a".into(),
            name: "site".into(),
            scopes: vec![Scope::InitiativesRead],
            initiative: "one".into(),
            created_at: 0,
            expires_at: 9,
            used_at: None,
        };
        assert!(
            token.allows(Scope::InitiativesRead, Some("one")) && token.allows(Scope::InitiativesRead, None)
        );
        assert!(!token.allows(Scope::InitiativesRead, Some("other")));
        assert!(!token.allows(Scope::SignUpsRead, Some("one")));
        let any = ApiToken { initiative: String::new(), ..token };
        assert!(any.allows(Scope::InitiativesRead, Some("other")));
    }

    #[test]
    fn a_name_is_a_line_that_is_not_too_long() {
        assert_eq!(ApiToken::named("  site web "), Some("site web"));
        for wrong in ["", " ", "a\nb", &"é".repeat(61)] {
            assert_eq!(ApiToken::named(wrong), None, "{wrong}");
        }
    }
}
