//! The evaluation of policies, in this order:
//!
//! 1. A deny statement in any policy denies.
//! 2. Each level of service control policies must allow.
//!
//! Of an anonymous request, the resource-based policy then decides alone. For other requests, these steps follow:
//!
//! 3. The resource-based policy. A caller of the same account needs an allow in it or in its own policies. A caller of another
//!    account or partition needs both, and so does every caller if the owner is unknown. In the same account, an allow that names
//!    the user, the session or everyone is final. An allow that names the role still needs the boundary and the session's
//!    policies. An allow that names the account leaves the decision to the account's own policies.
//! 4. A policy of the identity must allow. The root user needs no policy, and has neither boundary nor session.
//! 5. The permissions boundary must allow, if there is one.
//! 6. A policy of the session must allow, if there are any.
//!
//! Source: "Policy evaluation logic"; "How AWS enforcement code logic evaluates requests to allow or deny access"; "Cross-account
//! policy evaluation logic"; "How API Gateway resource policies affect authorization workflow", tables A and B. "AWS JSON policy
//! elements: Principal" documents that naming the own account delegates and grants nothing by itself.

use crate::budget::Budget;
use crate::context::RequestContext;
use crate::decision::{Decision, PolicyKind, Reason, StatementRef};
use crate::document::Document;
use crate::document::language::Effect;
use crate::document::principals::{Grant, KnownCaller};
use crate::document::statement::Statement;
use crate::policies::Policies;
use crate::policy::{Policy, ResourcePolicy};
use crate::principal::PrincipalKind;
use crate::truth::Truth;
use std::sync::Arc;

/// Decides whether the policies allow the request. `resource_policy` is the policy of the resource, such as that of a REST API;
/// an HTTP API has none. An [anonymous](RequestContext::anonymous) request has no `policies`: an allow in them does not count, a deny
/// does.
///
/// ```
/// use sig4_iam::{DecisionKind, Policies, Policy, Principal, RequestContext, evaluate};
///
/// let policy = Policy::parse("pets", r#"{"Version": "2012-10-17", "Statement": [
///     {"Sid": "Own", "Effect": "Allow", "Action": "execute-api:Invoke",
///      "Resource": "arn:aws:execute-api:*:123456789012:abc/$default/*/pets/${aws:username}"},
///     {"Sid": "ReadOnly", "Effect": "Deny", "Action": "execute-api:Invoke",
///      "Resource": "arn:aws:execute-api:*:*:*/*/DELETE/*"}]}"#)?;
/// let (alice, policies) = (Principal::user("123456789012", "alice")?, Policies::new().with_identity(policy));
/// let decide = |call: &str| {
///     let arn = format!("arn:aws:execute-api:us-east-1:123456789012:abc/$default/{call}");
///     let now = time::OffsetDateTime::UNIX_EPOCH;
///     evaluate(&RequestContext::new(&alice, "execute-api:Invoke", &arn, now), &policies, None)
/// };
/// assert!(decide("GET/pets/alice").is_allowed());
/// assert_eq!(decide("GET/pets/bob").to_string(), "not allowed: no identity-based policy allows it");
/// assert_eq!(decide("DELETE/pets/alice").kind(), DecisionKind::ExplicitDeny);
/// assert_eq!(
///     decide("DELETE/pets/alice").to_string(),
///     r#"denied by statement 2 ("ReadOnly") of the identity-based policy "pets""#,
/// );
/// # Ok::<(), sig4_iam::Error>(())
/// ```
#[must_use]
pub fn evaluate(
    context: &RequestContext<'_>,
    policies: &Policies,
    resource_policy: Option<&ResourcePolicy>,
) -> Decision {
    let caller = KnownCaller {
        principal: context.principal(),
        is_bounded: policies.boundary.is_some(),
        partition: context.resource.partition(),
    };
    let mut evaluation = Evaluation { context, caller, budget: Budget::new() };
    let reason = evaluation.reason(policies, resource_policy).unwrap_or_else(|denial| denial);
    Decision(if evaluation.budget.is_spent() { Reason::TooLong } else { reason })
}

/// A statement that allows.
struct Allowance<'p> {
    policy: &'p Arc<str>,
    kind: PolicyKind,
    statement: &'p Statement,
    grant: Grant,
}

impl Allowance<'_> {
    fn reference(&self) -> StatementRef {
        reference(self.policy, self.kind, self.statement)
    }
}

fn reference(policy: &Arc<str>, kind: PolicyKind, statement: &Statement) -> StatementRef {
    StatementRef { policy: policy.clone(), kind, sid: statement.sid.clone(), index: statement.index }
}

struct Evaluation<'e> {
    context: &'e RequestContext<'e>,
    caller: KnownCaller<'e>,
    budget: Budget,
}

impl Evaluation<'_> {
    /// Reads every policy first, so that no deny is missed, and then applies the order.
    fn reason(&mut self, policies: &Policies, resource_policy: Option<&ResourcePolicy>) -> Result<Reason, Reason> {
        let mut levels_allow = true;
        for level in policies.service_control.iter() {
            levels_allow &= self.allowance(level, PolicyKind::ServiceControl)?.is_some();
        }
        let resource = match resource_policy {
            Some(policy) => self.search(&policy.name, PolicyKind::Resource, &policy.document)?,
            None => None,
        };
        let identity = self.allowance(policies.identity(), PolicyKind::Identity)?;
        let boundary = self.allowance(&policies.boundary, PolicyKind::Boundary)?;
        let session = self.allowance(&policies.session, PolicyKind::Session)?;
        if !levels_allow {
            return Err(Reason::NotAllowed(PolicyKind::ServiceControl));
        }
        let Some(principal) = self.context.principal() else {
            let allowed = resource.map(|allowance| Reason::Allowed(allowance.reference()));
            return allowed.ok_or(Reason::NotAllowed(PolicyKind::Resource));
        };
        let same_account = self.context.is_same_account();
        if !same_account && resource.is_none() {
            let is_unknown = self.context.has_unknown_owner();
            return Err(if is_unknown { Reason::UnknownOwner } else { Reason::OtherAccount });
        }
        if principal.kind() == PrincipalKind::Root {
            return Ok(resource.map_or(Reason::Root, |allowance| Reason::Allowed(allowance.reference())));
        }
        let granted = resource.filter(|allowance| same_account && allowance.grant > Grant::Account);
        let direct = granted.as_ref().is_some_and(|allowance| allowance.grant == Grant::Caller);
        let allowance = granted.or(identity).ok_or(Reason::NotAllowed(PolicyKind::Identity))?;
        if !direct && policies.boundary.is_some() && boundary.is_none() {
            return Err(Reason::NotAllowed(PolicyKind::Boundary));
        }
        if !direct && !policies.session.is_empty() && session.is_none() {
            return Err(Reason::NotAllowed(PolicyKind::Session));
        }
        Ok(Reason::Allowed(allowance.reference()))
    }

    /// The first allow, or the first deny as an error.
    fn allowance<'p>(
        &mut self,
        policies: impl IntoIterator<Item = &'p Policy>,
        kind: PolicyKind,
    ) -> Result<Option<Allowance<'p>>, Reason> {
        let mut first = None;
        for policy in policies {
            let found = self.search(&policy.name, kind, &policy.document)?;
            first = first.or(found);
        }
        Ok(first)
    }

    /// The allow of a document that gives most, or the first deny as an error.
    fn search<'p>(
        &mut self,
        policy: &'p Arc<str>,
        kind: PolicyKind,
        document: &'p Document,
    ) -> Result<Option<Allowance<'p>>, Reason> {
        let mut best: Option<Allowance<'p>> = None;
        for statement in &document.statements {
            if !self.budget.spend(1) {
                return Err(Reason::TooLong);
            }
            let Some(grant) = statement.grant(&self.caller, &mut self.budget) else { continue };
            match statement.effect {
                Effect::Deny => match statement.applies(&self.context.resource, self.context, &mut self.budget) {
                    Truth::No => {}
                    Truth::Yes => return Err(Reason::Denied(reference(policy, kind, statement))),
                    Truth::Unknown => return Err(Reason::Undecided(reference(policy, kind, statement))),
                },
                Effect::Allow if best.as_ref().is_some_and(|best| best.grant >= grant) => {}
                Effect::Allow => {
                    if statement.applies(&self.context.resource, self.context, &mut self.budget) == Truth::Yes {
                        best = Some(Allowance { policy, kind, statement, grant });
                    }
                }
            }
        }
        Ok(best)
    }
}
