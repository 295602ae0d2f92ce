//! The client's own string to sign, compared with the right one line by line.

use crate::algorithm::Algorithm;
use crate::bytes::hex;
use crate::crypto::sha256;
use crate::explain::cause::Mistake;
use crate::explain::key::causes::{
    CANONICAL_DIFFERS, DATE_OTHER, SECRET_OF_OTHER_KEY, STS_ALGORITHM, STS_HASH_OTHER, STS_HASH_UPPER, STS_SCOPE,
};
use crate::explain::key::signing_step::{ScopeText, SigningSteps};
use crate::explain::key::step_key::Claimed;
use crate::explain::report::finding::{Certainty, Finding, Proof};
use crate::explain::search::comparison::{compare, forms};
use crate::explain::search::sections::Sections;
use crate::explain::variants::Variants;

/// The longest string to sign: four lines, of which the scope is the longest.
const MAX_TEXT_LEN: usize = 1024;

/// A string to sign from a client's log, and what it is compared with.
pub(crate) struct SignedText<'s> {
    pub(crate) text: &'s str,
    /// The client's canonical request, if its log has it.
    pub(crate) client: Option<&'s str>,
    /// The time of signing that was sent.
    pub(crate) date: &'s str,
    /// The algorithm that the request names.
    pub(crate) algorithm: Algorithm,
    /// The scope in the credential that was sent.
    pub(crate) scope: Option<ScopeText<'s>>,
    pub(crate) sections: &'s Sections<Variants>,
    pub(crate) steps: Option<&'s SigningSteps<'s>>,
    pub(crate) claimed: Claimed,
}

impl SignedText<'_> {
    /// What is wrong with the string to sign, with the canonical request whose hash it has, or with the key. `None` if the text
    /// is no string to sign.
    pub(crate) fn finding(&self) -> Option<Finding> {
        let text = self.text.trim_end().replace("\r\n", "\n");
        let lines: Vec<_> = text.split('\n').collect();
        let [algorithm, date, scope, hash] = lines.as_slice() else { return None };
        if text.len() > MAX_TEXT_LEN {
            return None;
        }
        let mut mistakes = self.hash_mistakes(hash);
        if *algorithm != self.algorithm.as_str() {
            mistakes.push(STS_ALGORITHM.of(*algorithm));
        }
        if *date != self.date {
            mistakes.push(DATE_OTHER.of(*date));
        }
        if self.scope.is_some_and(|right| right.to_string() != *scope) {
            mistakes.push(STS_SCOPE.of(*scope));
        }
        let step =
            self.steps.and_then(|steps| steps.iter().find(|step| step.gives_whole(text.as_bytes(), &self.claimed)));
        mistakes.extend(step.iter().flat_map(|step| step.mistakes.iter().cloned()));
        let certainty = match step {
            // Its hash alone does not tell what is wrong with the canonical request.
            Some(_) if mistakes.iter().all(|mistake| mistake.cause != CANONICAL_DIFFERS) => Certainty::Certain,
            _ => Certainty::Likely,
        };
        if mistakes.is_empty() {
            let mut finding = Finding::new(&[SECRET_OF_OTHER_KEY.into()], Certainty::Likely);
            finding.note("the client's string to sign is right, so its key is not");
            return Some(finding);
        }
        Some(Finding::new(&mistakes, certainty).proven_by(Proof::Signature))
    }

    /// The mistakes behind a hash that is not that of the right canonical request.
    fn hash_mistakes(&self, hash: &str) -> Vec<Mistake> {
        let hash_of = |text: &[u8]| String::from_utf8_lossy(&hex::encode(&sha256::digest(text))).into_owned();
        let right = hash_of(&self.sections.right());
        if hash == right {
            return Vec::new();
        }
        if hash.eq_ignore_ascii_case(&right) {
            return vec![STS_HASH_UPPER.into()];
        }
        let Some(client) = self.client else { return vec![CANONICAL_DIFFERS.into()] };
        let forms = forms(client);
        let form = forms.iter().find(|form| hash_of(form).eq_ignore_ascii_case(hash));
        match form.map(|form| compare(form, self.sections)) {
            Some(Some(comparison)) => comparison.mistakes,
            Some(None) => vec![CANONICAL_DIFFERS.into()],
            None => vec![STS_HASH_OTHER.into()],
        }
    }
}
