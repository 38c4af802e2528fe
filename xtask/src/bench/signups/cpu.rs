//! Processor time, as Linux counts it in `/proc`.

use std::fs;
use std::process::Command;
use std::sync::OnceLock;

use anyhow::Context;

use crate::process;

/// Milliseconds that a process has used, with those of its children that have ended.
///
/// # Errors
/// Where there is no such process, or no `/proc`.
pub fn of(process: u32) -> anyhow::Result<f64> {
    Ok(read(process)?.time * tick()?)
}

/// The same, with its children that run: PostgreSQL has one for each connection.
///
/// # Errors
/// Where there is no such process, or no `/proc`.
pub fn of_family(process: u32) -> anyhow::Result<f64> {
    let mut time = read(process)?.time;
    for entry in fs::read_dir("/proc").context("no /proc")? {
        let name = entry?.file_name();
        let Some(number) = name.to_str().and_then(|name| name.parse().ok()) else { continue };
        // One that ends meanwhile is the parent's the next time.
        if let Ok(child) = read(number)
            && child.parent == process
        {
            time += child.time;
        }
    }
    Ok(time * tick()?)
}

/// What `/proc/PID/stat` says.
#[derive(Debug, PartialEq)]
struct Stat {
    parent: u32,
    /// Ticks in user and system mode, children that have ended included.
    time: f64,
}

fn read(process: u32) -> anyhow::Result<Stat> {
    let path = format!("/proc/{process}/stat");
    let text = fs::read_to_string(&path).with_context(|| format!("{path} cannot be read"))?;
    parse(&text).with_context(|| format!("{path} is {text:?}"))
}

fn parse(text: &str) -> Option<Stat> {
    // The name, in parentheses, may contain anything: spaces and parentheses too.
    let (_, rest) = text.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    // proc(5): state is field 3, the parent 4, utime 14, stime 15, cutime 16, cstime 17.
    let times = fields.get(11..15)?.iter().map(|field| field.parse::<f64>().ok());
    Some(Stat { parent: fields.get(1)?.parse().ok()?, time: times.sum::<Option<f64>>()? })
}

/// Milliseconds of a tick.
fn tick() -> anyhow::Result<f64> {
    static TICK: OnceLock<f64> = OnceLock::new();
    if let Some(tick) = TICK.get() {
        return Ok(*tick);
    }
    let a_second: f64 = process::output(Command::new("getconf").arg("CLK_TCK"), "getconf")?.trim().parse()?;
    Ok(*TICK.get_or_init(|| 1000.0 / a_second))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn a_line_of_proc_is_read_whatever_the_program_is_called() {
        let line = "4711 (a) b (c) S 42 4711 4711 0 -1 4194304 100 0 0 0 7 5 20 10 20 0 9 0 100 1000 200";
        assert_eq!(parse(line), Some(Stat { parent: 42, time: 42.0 }));
        assert_eq!(parse("4711 (a) S 42"), None);
    }

    #[test]
    fn work_is_counted_and_waiting_is_not() {
        let me = std::process::id();
        let (before, start) = (of(me).unwrap(), Instant::now());
        let mut sum = 0_u64;
        while of(me).unwrap() - before < 100.0 {
            assert!(start.elapsed() < Duration::from_secs(60), "nothing is counted");
            sum = (0..1_000_000_u64).fold(sum, |sum, i| sum.wrapping_mul(31).wrapping_add(i));
        }
        assert_ne!(sum, 0);
        assert!(of_family(me).unwrap() >= before + 100.0);
        assert!(of(u32::MAX).is_err());
    }
}
