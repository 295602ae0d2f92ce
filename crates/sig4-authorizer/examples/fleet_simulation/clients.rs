//! Clients: when they sign, and with what.

use crate::chance::Chance;
use crate::clock::{DAY, MINUTE, Seconds, datetime};
use crate::publisher::{END, Key};
use crate::scenario::Scenario;
use http::Request;
use http::request::Parts;
use sig4::expires::Expires;
use sig4::{Payload, Signer};

/// Requests of a simulation.
const REQUESTS: usize = 20_000;
/// The clocks of clients differ by as much, in either direction.
const CLOCK_DIFFERENCE: Seconds = 60;
/// One request in so many is a presigned URL, if there are any.
const URL_EVERY: i64 = 5;

/// The moments of all requests: half of them within ten minutes of a midnight.
pub fn moments(chance: &mut Chance) -> Vec<Seconds> {
    let moment = |n: usize| match n % 2 {
        0 => chance.below(END),
        _ => chance.between(1, END / DAY - 1) * DAY + chance.between(-10 * MINUTE, 10 * MINUTE),
    };
    (0..REQUESTS).map(moment).collect()
}

/// A signed request, and who signed it.
pub struct Sent<'k> {
    pub parts: Parts,
    pub key: &'k Key,
}

/// A request of some client that arrives at a moment.
pub fn request<'k>(
    at: Seconds,
    keys: &'k [Key],
    signer: &Signer,
    scenario: &Scenario,
    chance: &mut Chance,
) -> Sent<'k> {
    let used: Vec<_> = keys.iter().filter(|key| key.is_used(at)).collect();
    let key = *used.get(chance.index(used.len())).expect("some client has a key");
    signed(at, key, signer, scenario, chance)
}

/// A request of the client that has a key.
pub fn signed<'k>(at: Seconds, key: &'k Key, signer: &Signer, scenario: &Scenario, chance: &mut Chance) -> Sent<'k> {
    let target = format!("https://abc.execute-api.us-east-1.amazonaws.com/orders/{}", chance.below(1_000_000));
    let request = Request::get(target).body(()).expect("it is one");
    let mut parts = request.into_parts().0;
    if scenario.url_lifetime > 0 && chance.one_in(URL_EVERY) {
        presign(&mut parts, at, key, signer, scenario.url_lifetime, chance);
    } else {
        let now = datetime(at + chance.between(-CLOCK_DIFFERENCE, CLOCK_DIFFERENCE));
        let signed = signer.sign_view(&(&parts).into(), &Payload::Bytes(b""), &key.credentials, now);
        signed.and_then(|signed| signed.apply_to_parts(&mut parts)).expect("it can be signed");
    }
    Sent { parts, key }
}

/// Signs the URL of a request that arrives some time before the URL expires.
fn presign(parts: &mut Parts, at: Seconds, key: &Key, signer: &Signer, lifetime: Seconds, chance: &mut Chance) {
    let age = chance.between(0, lifetime - MINUTE);
    let expires = Expires::from_secs(u64::try_from(lifetime).expect("it is positive")).expect("it is in range");
    let url = signer.presign_parts(parts, &Payload::Bytes(b""), &key.credentials, expires, datetime(at - age));
    parts.uri = url.and_then(|url| url.into_uri()).expect("it can be signed");
}
