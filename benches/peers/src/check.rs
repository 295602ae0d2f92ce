//! Comparing the signatures before they are timed.

use crate::case::{Case, DATE};
use crate::peer::{Peer, Sign};
use crate::sig4;

/// Prints how the peer's signature of the case compares with sig4's; an error if they differ for no known reason.
///
/// A peer that signs something else than asked is held to what sig4 makes of the same.
pub(crate) fn check(peer: &Peer, case: &Case, sign: &dyn Sign) -> Result<(), String> {
    let outcome = sign.outcome(case.request.clone());
    let deviation = sign.deviation();
    let fail = |why: &str| Err(format!("{} on {}: {why}", peer.name, case.name));
    if !deviation.own_clock && outcome.date != DATE {
        return fail("it was to sign at the given time");
    }
    match sig4::signature(case, &outcome.date, deviation.unsigned_payload) {
        Ok(expected) if expected == outcome.signature => {}
        Ok(expected) => return fail(&format!("{} in place of sig4's {expected}", outcome.signature)),
        Err(error) => return fail(&error.to_string()),
    }
    let verdict = deviation.reason().map_or_else(
        || "same signature".to_owned(),
        |reason| format!("another signature: {reason}; sig4's for the same time and payload is the same"),
    );
    println!("  {:<20} {:<10} {verdict}", peer.name, case.name);
    Ok(())
}
