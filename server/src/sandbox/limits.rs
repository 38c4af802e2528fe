//! The limits that a process sets itself, and what its end says of them.

use std::process::ExitStatus;

use super::Limit;

/// Limits this process to so many bytes of address space and so many seconds of CPU time; it also writes no files, leaves no
/// core dump (which would hold the document), gives way to the server, and is the one that the system ends first where its
/// memory runs out.
///
/// # Errors
/// The system's, where it sets no such limit. Nothing should be read then.
#[cfg(target_os = "linux")]
pub fn limit_self(memory: u64, cpu_seconds: u64) -> std::io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, nice, setrlimit};
    // Both are courtesies: without them the limits hold all the same.
    let _ = std::fs::write("/proc/self/oom_score_adj", "1000");
    let _ = nice(10);
    // The signal at the first limit of CPU time ends the process; the second is for one that would not hear it.
    let cpu = (cpu_seconds, cpu_seconds + 1);
    for (resource, (soft, hard)) in [
        (Resource::As, (memory, memory)),
        (Resource::Cpu, cpu),
        (Resource::Core, (0, 0)),
        (Resource::Fsize, (0, 0)),
    ] {
        // Nobody may lift a limit that the system's administrator has set.
        let hard = getrlimit(resource).maximum.map_or(hard, |set| set.min(hard));
        setrlimit(resource, Rlimit { current: Some(soft.min(hard)), maximum: Some(hard) })?;
    }
    Ok(())
}

/// Elsewhere the parent's deadline and its limit on the output have to do.
///
/// # Errors
/// None.
#[cfg(not(target_os = "linux"))]
pub fn limit_self(_: u64, _: u64) -> std::io::Result<()> {
    Ok(())
}

/// The limit that a process has exceeded, if its end says so.
#[cfg(target_os = "linux")]
pub fn exceeded(status: ExitStatus) -> Option<Limit> {
    use rustix::process::Signal;
    use std::os::unix::process::ExitStatusExt;
    let signal = Signal::from_named_raw(status.signal()?)?;
    match signal {
        Signal::XCPU => Some(Limit::Time),
        // Rust aborts where it gets no memory; a stack that cannot grow is a segmentation fault; and the system kills where it
        // has none itself. The parent's own kill, at the deadline, is not seen here.
        Signal::ABORT | Signal::SEGV | Signal::BUS | Signal::KILL => Some(Limit::Memory),
        _ => None,
    }
}

/// Elsewhere no limit is set that a process could run into.
#[cfg(not(target_os = "linux"))]
pub fn exceeded(_: ExitStatus) -> Option<Limit> {
    None
}
