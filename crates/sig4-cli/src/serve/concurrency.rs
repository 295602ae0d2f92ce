//! How many processes of a function run: on demand, as on Lambda.
//!
//! A process works on one event at a time. A further one is started when an event waits and no process is idle or about to be,
//! and idle ones are ended after a while.

use std::time::Duration;

/// The most processes of a function unless `--concurrency` says otherwise. Further events wait.
pub(crate) const DEFAULT_MAX: usize = 16;
/// The most that `--concurrency` takes: the concurrency that an account of Lambda has at first.
///
/// Source: "Lambda quotas" in the AWS Lambda Developer Guide.
pub(crate) const MAX_PROCESSES: u16 = 1000;

/// How many idle processes are kept for [`KEPT_FOR`]. Those beyond are kept for [`SURPLUS_FOR`]. The last process is kept.
pub(crate) const KEPT: usize = 4;
const KEPT_FOR: Duration = Duration::from_secs(300);
const SURPLUS_FOR: Duration = Duration::from_secs(10);

/// What a process does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Doing {
    /// It has not asked for an event yet.
    Starting,
    /// It has waited for an event this long.
    Idle(Duration),
    /// It is at work.
    Busy,
    /// It gets no more events, and ends after its last one.
    Leaving,
}

/// How many processes to start, if `waiting` events wait.
pub(crate) fn to_start(processes: &[Doing], waiting: usize, max: usize) -> usize {
    let ready = processes.iter().filter(|doing| matches!(doing, Doing::Starting | Doing::Idle(_))).count();
    waiting.saturating_sub(ready).min(max.saturating_sub(processes.len()))
}

/// Which process to end next because it was idle for too long, if any: the one that was idle for longest.
pub(crate) fn to_end(processes: &[Doing]) -> Option<usize> {
    let staying = processes.iter().filter(|doing| **doing != Doing::Leaving).count();
    let limit = match staying {
        0 | 1 => return None,
        2..=KEPT => KEPT_FOR,
        _ => SURPLUS_FOR,
    };
    let idle = |(at, doing): (usize, &Doing)| match doing {
        Doing::Idle(since) => Some((*since, at)),
        _ => None,
    };
    let (longest, at) = processes.iter().enumerate().filter_map(idle).max()?;
    (longest >= limit).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::{DEFAULT_MAX, Doing, KEPT, KEPT_FOR, SURPLUS_FOR, to_end, to_start};
    use std::time::Duration;

    const IDLE: Doing = Doing::Idle(Duration::ZERO);

    #[test]
    fn a_process_is_started_for_each_event_that_no_process_will_take() {
        use Doing::{Busy, Leaving, Starting};
        for (processes, waiting, max, started) in [
            (&[][..], 0, DEFAULT_MAX, 0),
            (&[], 5, DEFAULT_MAX, 5),
            (&[], 5, 4, 4),
            (&[Busy], 4, DEFAULT_MAX, 4),
            (&[Starting, Busy], 2, DEFAULT_MAX, 1),
            (&[IDLE, Busy], 1, DEFAULT_MAX, 0),
            (&[Busy], 1, 1, 0),
            (&[Leaving], 1, 1, 0),
            (&[Leaving], 1, 2, 1),
        ] {
            assert_eq!(to_start(processes, waiting, max), started, "{processes:?} {waiting} {max}");
        }
    }

    #[test]
    fn idle_processes_are_ended_later_the_fewer_there_are_and_the_last_never() {
        let second = Duration::from_secs(1);
        let idle = |count: usize, since: Duration| vec![Doing::Idle(since); count];
        assert_eq!(to_end(&idle(KEPT + 1, SURPLUS_FOR - second)), None);
        assert!(to_end(&idle(KEPT + 1, SURPLUS_FOR)).is_some());
        assert_eq!(to_end(&idle(KEPT, KEPT_FOR - second)), None);
        assert!(to_end(&idle(KEPT, KEPT_FOR)).is_some());
        assert_eq!(to_end(&idle(1, KEPT_FOR * 9)), None);
        assert_eq!(to_end(&[Doing::Idle(KEPT_FOR), Doing::Leaving]), None, "one that leaves does not count");
        assert_eq!(to_end(&[Doing::Idle(KEPT_FOR), Doing::Idle(KEPT_FOR * 2), Doing::Busy]), Some(1));
        assert_eq!(to_end(&[Doing::Busy, Doing::Busy, Doing::Starting]), None);
    }
}
