//! The id of a decision.

/// A random UUID of version 4. A system without randomness gives the nil UUID, which identifies nothing but decides nothing either.
pub(super) fn request_id() -> String {
    let mut bytes = [0; 16];
    match getrandom::fill(&mut bytes) {
        Ok(()) => uuid::Builder::from_random_bytes(bytes).into_uuid().to_string(),
        Err(_) => uuid::Uuid::nil().to_string(),
    }
}
