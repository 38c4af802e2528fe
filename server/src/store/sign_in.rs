//! Signing in: mailed links, and the browsers that an account is signed in with.

use async_trait::async_trait;

use super::{Account, Digest, StoreError};

/// A browser that is signed in. Not `Debug`: it is in no log.
#[derive(Clone)]
pub struct SignedIn {
    /// Who it is.
    pub account: Account,
    /// When its mailed link was used, UTC seconds.
    pub began_at: i64,
    /// When its cookie was made, UTC seconds.
    pub made_at: i64,
}

/// What became of a mailed link that was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// The browser is signed in.
    Now,
    /// The code of the second factor is wrong. The link is good as before.
    WrongCode,
    /// It was used, or is none any more.
    Gone,
}

/// Where it is kept who is signed in.
#[async_trait]
pub trait SignInStore: Send + Sync {
    /// Makes a mailed link good, by its hash, unless it is already.
    async fn create_sign_in_link(
        &self,
        hash: &Digest,
        account_h: &Digest,
        expires_at: i64,
    ) -> Result<(), StoreError>;

    /// Whose link that is, if it may still be used.
    async fn sign_in_link(&self, hash: &Digest, now: i64) -> Result<Option<Account>, StoreError>;

    /// Uses a mailed link, once, to sign a browser in, by the hash of its cookie. `code` is looked at where the account has a second factor.
    async fn sign_in(
        &self,
        link: &Digest,
        cookie: &Digest,
        code: &str,
        now: i64,
        until: i64,
    ) -> Result<SignIn, StoreError>;

    /// Who a browser is signed in as, by the hash of its cookie.
    async fn signed_in(&self, cookie: &Digest, now: i64) -> Result<Option<SignedIn>, StoreError>;

    /// Puts another cookie in the place of one, which stays good for another `grace` seconds, for what was asked at the same time. `false`
    /// where that has been done, or the browser is not signed in.
    async fn renew_cookie(
        &self,
        old: &Digest,
        new: &Digest,
        now: i64,
        grace: i64,
    ) -> Result<bool, StoreError>;

    /// Signs a browser out, or all of that account's (`everywhere`). Says how many.
    async fn sign_out(&self, cookie: &Digest, everywhere: bool) -> Result<u64, StoreError>;

    /// How many browsers an account is signed in with.
    async fn browsers(&self, account_h: &Digest, now: i64) -> Result<u64, StoreError>;
}
