//! The team of an initiative.

use async_trait::async_trait;

use super::Database;
use super::accounts::{UNUSED, about, set_role};
use super::batch::enqueue;
use super::trail::note;
use super::values::insert_new;
use crate::store::decide::NewMessage;
use crate::store::driver::Transaction;
use crate::store::error::retried;
use crate::store::sealed::Sealed;
use crate::store::tables::{ROLES, Value};
use crate::store::team::{Typed, member_name, place};
use crate::store::{
    Account, Digest, Holder, Invitation, Invited, Member, Message, MessageKind, Role, RoleChange, StoreError,
    TeamStore, TrailEntry, hex,
};

const A_DAY: i64 = 86_400;

#[async_trait]
impl TeamStore for Database {
    async fn team(&self, initiative: &str) -> Result<Vec<Member>, StoreError> {
        let sql = "SELECT a.*, r.role, r.invited_as FROM roles r JOIN accounts a ON a.account_h = r.account_h
                   WHERE r.initiative = $1";
        let mut all = Vec::new();
        for row in self.driver.read(sql, vec![initiative.into()]).await? {
            let Some(role) = Role::parse(&row.string("role")?) else { continue };
            let account = self.read_account(&*row)?;
            let place = place(&account.account_h, initiative);
            let read = |sealed: Vec<u8>| Typed::open(&self.keys, &place, &sealed);
            let invited_as = row.bytes("invited_as")?.map(read).transpose()?.map(|typed| typed.0);
            let name = member_name(self.keys.hmac(), &account.account_h, initiative);
            all.push(Member { name, account, role, invited_as });
        }
        // Not in the order of the accounts: it would tell which were there before.
        all.sort_by(|one: &Member, other| one.shown().cmp(other.shown()));
        Ok(all)
    }

    async fn invite(
        &self,
        invitation: Invitation<'_>,
        most: u64,
        entry: &TrailEntry,
    ) -> Result<Invited, StoreError> {
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            let done = self.invite_within(&mut *transaction, invitation, most, entry).await?;
            transaction.commit().await?;
            Ok(done)
        })
        .await
    }

    async fn change_role(
        &self,
        member: &str,
        initiative: &str,
        role: Option<Role>,
        leaves_one: bool,
        tells: bool,
        entry: &TrailEntry,
    ) -> Result<RoleChange, StoreError> {
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            let which = (member, initiative);
            let done = self.change_role_within(&mut *transaction, which, role, (leaves_one, tells), entry);
            let done = done.await?;
            transaction.commit().await?;
            Ok(done)
        })
        .await
    }
}

impl Database {
    async fn invite_within(
        &self,
        transaction: &mut dyn Transaction,
        Invitation { email, language, initiative, role }: Invitation<'_>,
        most: u64,
        entry: &TrailEntry,
    ) -> Result<Invited, StoreError> {
        // Of two invitations at once into the same team, or by the same account, one waits here, and is counted after the other.
        transaction.execute(LOCK_TEAM, vec![initiative.into()]).await?;
        let sql = "UPDATE accounts SET language = language WHERE id = $1";
        transaction.execute(sql, vec![entry.account.as_str().into()]).await?;
        for (column, value) in [("account", entry.account.as_str()), ("initiative", initiative)] {
            let sql =
                format!("SELECT count(*) AS many FROM trail WHERE {column} = $1 AND action = $2 AND at > $3");
            let values = vec![value.into(), entry.action.as_str().into(), (entry.at - A_DAY).into()];
            let rows = transaction.query(&sql, values).await?;
            if rows.first().map_or(Ok(0), |row| row.number("many"))?.unsigned_abs() >= most {
                return Ok(Invited::TooMany);
            }
        }
        let account_h = self.keys.hmac().email_h(email);
        let id = self.account_to_invite(transaction, &account_h, email.as_str(), language, entry.at).await?;
        let sql = "SELECT role FROM roles WHERE account_h = $1 AND initiative = $2";
        let known = transaction.query(sql, vec![(&account_h).into(), initiative.into()]).await?;
        if !known.is_empty() {
            return Ok(Invited::Before);
        }
        let typed = Typed(email.as_str().to_owned()).seal(&self.keys, place(&account_h, initiative))?;
        let row =
            vec![(&account_h).into(), initiative.into(), role.as_str().into(), Value::Bytes(Some(typed))];
        // Somebody else may have taken them in at the same time.
        if insert_new(transaction, &ROLES, vec![row]).await? == 0 {
            return Ok(Invited::Before);
        }
        owe(transaction, (&account_h, initiative), MessageKind::Invited, entry.at).await?;
        let mut entry = about(entry, &id);
        entry.detail["after"] = role.as_str().into();
        note(transaction, &entry).await?;
        Ok(Invited::Now)
    }

    /// The id of the account of that address, which is made where there is none. Nothing in the trail says which of both it was.
    async fn account_to_invite(
        &self,
        transaction: &mut dyn Transaction,
        account_h: &Digest,
        email: &str,
        language: &str,
        now: i64,
    ) -> Result<String, StoreError> {
        let sql = "SELECT id FROM accounts WHERE account_h = $1";
        let rows = transaction.query(sql, vec![account_h.into()]).await?;
        if let Some(row) = rows.first() {
            return Ok(row.string("id")?);
        }
        let account = Account {
            account_h: *account_h,
            id: self.id_of_invited(account_h),
            holder: Holder { email: email.to_owned(), ..Holder::default() },
            language: language.to_owned(),
            is_operator: false,
            is_told: true,
            created_at: now,
        };
        // Somebody else may have made it at the same time: theirs is the one, then.
        self.insert_account(transaction, &account, true).await?;
        let rows = transaction.query(sql, vec![account_h.into()]).await?;
        Ok(rows.first().map(|row| row.string("id")).transpose()?.unwrap_or(account.id))
    }

    /// The id of an account that an invitation makes: the same each time, so that what the trail has of somebody who is removed and invited again
    /// reads as that of an account that was there all the time.
    fn id_of_invited(&self, account_h: &Digest) -> String {
        let mut id = hex(&self.keys.hmac().digest("account of an invitation", account_h));
        // As long as those that are made at random.
        id.truncate(32);
        id
    }

    async fn change_role_within(
        &self,
        transaction: &mut dyn Transaction,
        (member, initiative): (&str, &str),
        role: Option<Role>,
        (leaves_one, tells): (bool, bool),
        entry: &TrailEntry,
    ) -> Result<RoleChange, StoreError> {
        // All of the team are locked: of two organisers who remove each other at once, one stays.
        transaction.execute(LOCK_TEAM, vec![initiative.into()]).await?;
        let sql = "SELECT a.account_h, a.id, r.role FROM roles r
               JOIN accounts a ON a.account_h = r.account_h WHERE r.initiative = $1";
        let rows = transaction.query(sql, vec![initiative.into()]).await?;
        let (mut of, mut others) = (None, 0);
        for row in &rows {
            let account_h = row.digest("account_h")?;
            match member_name(self.keys.hmac(), &account_h, initiative) == member {
                true => of = Some((account_h, row.string("id")?)),
                false => others += u64::from(row.string("role")? == Role::Organiser.as_str()),
            }
        }
        let Some((account_h, id)) = of else { return Ok(RoleChange::Before) };
        if leaves_one && others == 0 && role != Some(Role::Organiser) {
            return Ok(RoleChange::Last);
        }
        if !set_role(transaction, &id, initiative, role, entry).await? {
            return Ok(RoleChange::Before);
        }
        if role.is_some() {
            return Ok(RoleChange::Now);
        }
        let sql = "SELECT 1 AS one FROM outbox WHERE email_h = $1 AND initiative = $2 AND kind = $3
               AND sent_at IS NULL AND dead_at IS NULL";
        let invited = MessageKind::Invited.as_str();
        let values = vec![(&account_h).into(), initiative.into(), invited.into()];
        let knows = transaction.query(sql, values).await?.is_empty();
        if tells && knows && id != entry.account {
            owe(transaction, (&account_h, initiative), MessageKind::Removed, entry.at).await?;
        } else {
            let sql = format!("{UNUSED} AND account_h = $2");
            transaction.execute(&sql, vec![true.into(), (&account_h).into()]).await?;
        }
        Ok(RoleChange::Now)
    }
}

const LOCK_TEAM: &str = "UPDATE roles SET role = role WHERE initiative = $1";

/// Owes an account a mail.
pub(super) async fn owe(
    transaction: &mut dyn Transaction,
    name: (&Digest, &str),
    kind: MessageKind,
    now: i64,
) -> Result<(), StoreError> {
    let message = NewMessage::new(name, Message { kind, sink: String::new() }, "", 0, now)?;
    enqueue(transaction, &[message]).await?;
    Ok(())
}
