//! How large the database is.

use async_trait::async_trait;

use super::Database;
use crate::store::{MeasureStore, Measures, StoreError, TABLES};

#[async_trait]
impl MeasureStore for Database {
    async fn measures(&self) -> Result<Measures, StoreError> {
        let (name, sql) = match self.driver.is_shared() {
            false => (
                "SQLite",
                "SELECT sqlite_version() AS version, c.page_count * s.page_size AS bytes, NULL AS machines
                 FROM pragma_page_count c, pragma_page_size s",
            ),
            true => (
                "PostgreSQL",
                // One that is connected by a socket has no address.
                "SELECT split_part(current_setting('server_version'), ' ', 1) AS version,
                        pg_database_size(current_database()) AS bytes,
                        (SELECT COUNT(DISTINCT COALESCE(host(client_addr), '')) FROM pg_stat_activity
                         WHERE datname = current_database() AND backend_type = 'client backend') AS machines",
            ),
        };
        let rows = self.driver.read(sql, Vec::new()).await?;
        let Some(row) = rows.first() else { return Ok(Measures::default()) };
        let mut tables = Vec::with_capacity(TABLES.len());
        for table in TABLES {
            let sql = format!("SELECT COUNT(*) AS many FROM {}", table.name);
            let rows = self.driver.read(&sql, Vec::new()).await?;
            let many = rows.first().map_or(Ok(0), |row| row.number("many"))?.unsigned_abs();
            if many > 0 {
                tables.push((table.name, many));
            }
        }
        tables.sort_by_key(|(_, many)| std::cmp::Reverse(*many));
        Ok(Measures {
            kind: format!("{name} {}", row.string("version")?),
            bytes: row.number("bytes")?.unsigned_abs(),
            tables,
            machines: row.integer("machines")?.map(i64::unsigned_abs),
        })
    }
}
