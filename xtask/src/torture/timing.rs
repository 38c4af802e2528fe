//! Whether answers tell who takes part: a new and a known address, alternately, compared byte by byte and by the clock.

use std::path::Path;
use std::time::Instant;

use anyhow::ensure;
use serde_json::{Value, json};

use super::server::{Folder, Place, SETTINGS, Server, agent, free_port};
use super::visitors::{form, post_to};
use alentour_model::alert::CONSENT;

/// What is sent, and where, for an address.
type Form = fn(&str) -> Value;
const FORMS: [(&str, &str, Form); 2] = [("sign-ups", "/signups", sign_up), ("alerts", "/alerts", alert)];
/// Pairs of requests.
const PAIRS: usize = 500;

/// Compares, and reports: means nothing alone, so the figures are said with the verdict.
///
/// # Errors
/// When bodies differ, or somebody could tell from the time in less than a hundred attempts.
pub fn run(binary: &Path) -> anyhow::Result<String> {
    let folder = Folder::new(SETTINGS)?;
    let server = Server::start(binary, &folder, &folder.database(&Place::Sqlite), free_port()?)?;
    let said = FORMS.iter().map(|(name, path, form)| {
        let said = compare(name, &format!("{}{path}", server.address), *form)?;
        Ok(format!("{name}: {said}"))
    });
    Ok(said.collect::<anyhow::Result<Vec<_>>>()?.join("; "))
}

fn sign_up(email: &str) -> Value {
    form(email, false)
}

fn alert(email: &str) -> Value {
    json!({ "place": "69007", "radius": 25, "email": email, "consent": CONSENT, "language": "fr" })
}

/// Compares the answers of one address.
fn compare(name: &str, address: &str, form: Form) -> anyhow::Result<String> {
    let agent = agent();
    let mut times = [Vec::new(), Vec::new()];
    let first = post_to(&agent, address, &format!("{name}-known-0123456789"), &form("known@example.org"));
    ensure!(first.0 == 201, "{first:?}");
    for i in 0..PAIRS * 2 {
        // Each first as often as the other.
        let known = (i % 2 == 0) ^ (i / 2 % 2 == 0);
        let email = if known { "known@example.org".to_owned() } else { format!("new{i:05}@example.org") };
        let start = Instant::now();
        let answer = post_to(&agent, address, &format!("{name}-{i:05}-0123456789"), &form(&email));
        let time = start.elapsed().as_secs_f64() * 1e6;
        ensure!(answer == first, "{answer:?}, and not {first:?}");
        // The first ones warm up.
        if i > 200 {
            times[usize::from(known)].push(time);
        }
    }
    for times in &mut times {
        times.sort_by(f64::total_cmp);
    }
    let [new, known] = &times;
    let probability = probability_of_superiority(new, known);
    let (new, known) = (new[new.len() / 2], known[known.len() / 2]);
    ensure!(
        (0.35..0.65).contains(&probability),
        "a new address is slower in {:.1} % of pairs (medians {new:.0} and {known:.0} µs)",
        probability * 100.0
    );
    Ok(format!(
        "{PAIRS} pairs: the same bytes; medians {new:.0} µs (new) and {known:.0} µs (known), ratio {:.3}; a new one is slower in {:.1} % of \
         pairs (50 % tells nothing)",
        new / known,
        probability * 100.0
    ))
}

/// The chance that one of the first is larger than one of the second: Mann and Whitney's U, over its largest value.
fn probability_of_superiority(first: &[f64], second: &[f64]) -> f64 {
    let smaller: usize = first.iter().map(|one| second.partition_point(|other| other < one)).sum();
    smaller as f64 / (first.len() * second.len()) as f64
}
