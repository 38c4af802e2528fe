//! How many there were by day.

use async_trait::async_trait;

use super::Database;
use super::values::execute;
use crate::store::StoreError;
use crate::store::courses::CourseStore;
use crate::store::error::retried;
use crate::store::tables::COURSES;

#[async_trait]
impl CourseStore for Database {
    async fn signed_for(&self) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT DISTINCT initiative FROM signups WHERE initiative <> '' AND NOT pending";
        let rows = self.driver.read(sql, Vec::new()).await?;
        Ok(rows.iter().map(|row| row.string("initiative")).collect::<Result<_, sqlx::Error>>()?)
    }

    async fn note_totals(&self, totals: &[(String, u32)], day: i64) -> Result<(), StoreError> {
        retried(move || async move {
            let mut transaction = self.driver.begin().await?;
            let rows = totals
                .iter()
                .map(|(id, total)| vec![id.as_str().into(), day.into(), i64::from(*total).into()]);
            let sql = format!(
                "INSERT INTO courses ({}) VALUES {{}} ON CONFLICT (initiative, day) DO UPDATE SET total = excluded.total",
                COURSES.column_names()
            );
            execute(&mut *transaction, &sql, rows.collect()).await?;
            Ok(transaction.commit().await?)
        })
        .await
    }

    async fn course(&self, initiative: &str) -> Result<Vec<(u32, u32)>, StoreError> {
        let sql = "SELECT day, total FROM courses WHERE initiative = $1 ORDER BY day";
        let rows = self.driver.read(sql, vec![initiative.into()]).await?;
        let small = |number: i64| u32::try_from(number).unwrap_or_default();
        let point = rows.iter().map(|row| Ok((small(row.number("day")?), small(row.number("total")?))));
        Ok(point.collect::<Result<_, sqlx::Error>>()?)
    }
}
