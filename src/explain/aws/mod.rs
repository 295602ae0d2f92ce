//! What AWS answers when it refuses a request.

pub(crate) mod messages;
pub(crate) mod canonical;
pub(crate) mod response;
