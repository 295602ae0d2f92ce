//! Compares the two evaluators.

use super::decision::{Answer, Applying, decide};
use super::dice::Dice;
use super::document::{Kind, Statement, read};
use super::generated::{self, Policies};
use super::mutation::{self, Mutation};
use super::request::{Caller, Request, Sort};
use super::shrink::shrunk;
use serde_json::Value;
use sig4_iam::{self as iam, DecisionKind, Error, Policy, Principal, RequestContext, ResourcePolicy};
use time::OffsetDateTime;

/// How many decisions a run compares.
const DECISIONS: usize = 100_000;

/// How many requests share the same policies.
const REQUESTS: usize = 10;

#[derive(Clone, Debug)]
pub struct Case {
    pub request: Request,
    pub policies: Policies,
}

/// The answer of an evaluator: which documents it refuses, or the decision.
#[derive(Clone, Debug, PartialEq)]
pub enum Opinion {
    Refused(Vec<bool>),
    Decided(Answer),
}

/// All documents, in a fixed order.
fn documents(policies: &Policies) -> Vec<(Kind, &Value)> {
    let of_principals = policies.identity.iter().chain(&policies.boundary).chain(&policies.session);
    of_principals
        .chain(policies.levels.iter().flatten())
        .map(|document| (Kind::Identity, document))
        .chain(policies.resource.iter().map(|document| (Kind::Resource, document)))
        .collect()
}

/// Reads the policies with the second evaluator. The error says which documents it refuses.
fn second_read(policies: &Policies) -> Result<Applying, Vec<bool>> {
    let read: Vec<_> = documents(policies).into_iter().map(|(kind, document)| read(kind, document)).collect();
    if read.iter().any(Result::is_err) {
        return Err(read.iter().map(Result::is_err).collect());
    }
    let mut read = read.into_iter().flatten();
    let mut next = |list: &[Value]| -> Vec<Vec<Statement>> { read.by_ref().take(list.len()).collect() };
    Ok(Applying {
        identity: next(&policies.identity),
        boundary: next(&policies.boundary).pop(),
        session: next(&policies.session),
        levels: policies.levels.iter().map(|level| next(level)).collect(),
        resource: next(&policies.resource).pop(),
    })
}

fn second(applying: &Result<Applying, Vec<bool>>, request: &Request) -> Opinion {
    match applying {
        Ok(applying) => Opinion::Decided(decide(request, applying)),
        Err(refused) => Opinion::Refused(refused.clone()),
    }
}

type Read = (iam::Policies, Option<ResourcePolicy>);

/// A document, read by `sig4`.
enum Parsed {
    Policy(Policy),
    OfResource(ResourcePolicy),
}

fn parse(kind: Kind, document: &Value) -> Result<Parsed, Error> {
    let text = document.to_string();
    match kind {
        Kind::Identity => Policy::parse("p", &text).map(Parsed::Policy),
        Kind::Resource => ResourcePolicy::parse("p", &text).map(Parsed::OfResource),
    }
}

/// Reads the policies with `sig4`. The error says which documents it refuses.
fn first_read(policies: &Policies) -> Result<Read, Vec<bool>> {
    let parsed: Vec<_> = documents(policies).into_iter().map(|(kind, document)| parse(kind, document)).collect();
    if parsed.iter().any(Result::is_err) {
        return Err(parsed.iter().map(Result::is_err).collect());
    }
    let (mut all, mut own, mut resource) = (iam::Policies::new(), Vec::new(), None);
    for parsed in parsed.into_iter().flatten() {
        match parsed {
            Parsed::Policy(policy) => own.push(policy),
            Parsed::OfResource(policy) => resource = Some(policy),
        }
    }
    let mut own = own.into_iter();
    let mut next = |list: &[Value]| -> Vec<Policy> { own.by_ref().take(list.len()).collect() };
    all = next(&policies.identity).into_iter().fold(all, iam::Policies::with_identity);
    all = next(&policies.boundary).into_iter().fold(all, iam::Policies::with_boundary);
    all = next(&policies.session).into_iter().fold(all, iam::Policies::with_session);
    all = policies.levels.iter().fold(all, |all, level| all.with_service_control(next(level)));
    Ok((all, resource))
}

fn first(read: &Result<Read, Vec<bool>>, request: &Request) -> Opinion {
    let (policies, resource) = match read {
        Ok((policies, resource)) => (policies, resource.as_ref()),
        Err(refused) => return Opinion::Refused(refused.clone()),
    };
    let principal = principal(&request.caller);
    let now = OffsetDateTime::from_unix_timestamp(request.now).unwrap();
    let mut context = RequestContext::new(&principal, &request.action, &request.resource, now);
    if let Some(owner) = &request.owner {
        context = context.with_resource_account(owner);
    }
    if let Some(address) = request.source_ip {
        context = context.with_source_ip(address);
    }
    if let Some(tls) = request.tls {
        context = context.with_secure_transport(tls);
    }
    if let Some(user_agent) = &request.user_agent {
        context = context.with_user_agent(user_agent);
    }
    if let Some(referer) = &request.referer {
        context = context.with_referer(referer);
    }
    context =
        request.keys.iter().fold(context, |context, (name, values)| context.with_condition_key(name, values.clone()));
    Opinion::Decided(match iam::evaluate(&context, policies, resource).kind() {
        DecisionKind::Allowed => Answer::Allowed,
        DecisionKind::ExplicitDeny => Answer::ExplicitDeny,
        _ => Answer::ImplicitDeny,
    })
}

fn principal(caller: &Caller) -> Principal {
    let account = caller.account.as_str();
    let mut principal = match caller.sort {
        Sort::Root => Principal::root(account).unwrap(),
        Sort::User => Principal::user(account, &caller.name).unwrap().with_path(&caller.path).unwrap(),
        Sort::Session => {
            Principal::role_session(account, &caller.name, &caller.session).unwrap().with_path(&caller.path).unwrap()
        }
    };
    principal = principal.with_partition(&caller.partition).unwrap();
    if caller.sort != Sort::Root {
        principal = principal.with_unique_id(&caller.unique_id).unwrap();
    }
    principal = caller.tags.iter().fold(principal, |principal, (name, value)| principal.with_tag(name, value));
    principal = caller.organization.iter().fold(principal, |principal, id| principal.with_org_id(id));
    principal = caller.organization_paths.iter().fold(principal, |principal, path| principal.with_org_path(path));
    let moment = |seconds: i64| OffsetDateTime::from_unix_timestamp(seconds).unwrap();
    principal = caller.issued.iter().fold(principal, |principal, at| principal.with_token_issue_time(moment(*at)));
    caller.second_factor.iter().fold(principal, |principal, at| principal.with_multi_factor_at(moment(*at)))
}

/// Policies, read by both evaluators.
pub struct Both {
    first: Result<Read, Vec<bool>>,
    second: Result<Applying, Vec<bool>>,
}

impl Both {
    pub fn read(policies: &Policies) -> Self {
        Self { first: first_read(policies), second: second_read(policies) }
    }

    /// Whether `sig4` refuses one of them.
    pub const fn refused(&self) -> bool {
        self.first.is_err()
    }

    /// The answer of `sig4` and that of the second evaluator.
    pub fn opinions(&self, request: &Request) -> (Opinion, Opinion) {
        (first(&self.first, request), second(&self.second, request))
    }
}

fn opinions(case: &Case) -> (Opinion, Opinion) {
    Both::read(&case.policies).opinions(&case.request)
}

/// Both answers, the reasons of refusals, and the request.
pub fn answers(case: &Case) -> String {
    format!("{:?} {:?} {:?}", opinions(case), refusals(case), case.request)
}

/// For each document that only one evaluator refuses: the text and the reason of `sig4`, and the reason of the other.
fn refusals(case: &Case) -> Vec<(String, String, Option<String>)> {
    let both = documents(&case.policies).into_iter().map(|(kind, document)| {
        (parse(kind, document).err().map(|error| error.to_string()), read(kind, document).err())
    });
    let differing = both.filter(|(first, second)| first.is_some() != second.is_some());
    differing
        .map(|(first, second)| {
            let first = first.unwrap_or_default();
            let reason = first.rsplit(": ").next().unwrap_or_default().to_owned();
            (first, reason, second)
        })
        .collect()
}

/// A difference, shrunk, as text.
fn described(case: Case) -> String {
    // Shrinking keeps the kind of difference.
    let kind = |case: &Case| {
        let (first, second) = opinions(case);
        let of = |opinion: &Opinion| if let Opinion::Decided(answer) = opinion { Some(*answer) } else { None };
        (
            of(&first),
            of(&second),
            first != second,
            refusals(case).into_iter().map(|(_, place, why)| (place, why)).collect::<Vec<_>>(),
        )
    };
    let whole = kind(&case);
    let least = shrunk(case, &|case| kind(case) == whole);
    let (first, second) = opinions(&least);
    let refusals = refusals(&least);
    let Policies { identity, boundary, session, levels, resource } = &least.policies;
    let texts = |list: &[Value]| list.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n  ");
    format!(
        "sig4: {first:?}\nsecond opinion: {second:?} {refusals:?}\nidentity: {}\nboundary: {}\nsession: {}\nlevels: {levels:?}\nresource: {}\n{:#?}",
        texts(identity),
        texts(boundary),
        texts(session),
        texts(resource),
        least.request,
    )
}

fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

fn seed() -> u64 {
    u64::try_from(setting("SIG4_SECOND_OPINION_SEED", 4)).unwrap()
}

/// Counts of the answers of `sig4` (refused, allowed, denied explicitly, denied implicitly), and the differences.
#[derive(Default)]
struct Compared {
    counts: [usize; 4],
    differences: Vec<Case>,
}

fn compare(seed: u64, decisions: usize) -> Compared {
    let mut dice = Dice::new(seed);
    let mut compared = Compared::default();
    for _ in 0..decisions / REQUESTS {
        let policies = generated::policies(&mut dice);
        let both = Both::read(&policies);
        for _ in 0..REQUESTS {
            let request = generated::request(&mut dice);
            let (first, second) = both.opinions(&request);
            compared.counts[match first {
                Opinion::Refused(_) => 0,
                Opinion::Decided(Answer::Allowed) => 1,
                Opinion::Decided(Answer::ExplicitDeny) => 2,
                Opinion::Decided(Answer::ImplicitDeny) => 3,
            }] += 1;
            if first != second {
                compared.differences.push(Case { request, policies: policies.clone() });
            }
        }
    }
    compared
}

#[test]
fn both_evaluators_decide_alike() {
    let decisions = setting("SIG4_SECOND_OPINION_DECISIONS", DECISIONS);
    let parts: Vec<Compared> = std::thread::scope(|scope| {
        let run = |part| scope.spawn(move || compare(seed().wrapping_add(part), decisions / 4));
        let threads = [0, 1, 2, 3].map(run);
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let counts = [0, 1, 2, 3].map(|which| parts.iter().map(|part| part.counts[which]).sum::<usize>());
    let differences: Vec<&Case> = parts.iter().flat_map(|part| &part.differences).collect();
    let shown = setting("SIG4_SECOND_OPINION_SHOWN", 1);
    let described: Vec<_> = differences.iter().take(shown).map(|case| described((*case).clone())).collect();
    println!("{counts:?}");
    assert!(
        differences.is_empty(),
        "{} differences, seed {}:\n{}",
        differences.len(),
        seed(),
        described.join("\n----\n")
    );
    // Each answer has to be common, or the comparison would show little.
    assert!(counts.iter().all(|count| *count * 50 > decisions), "{counts:?}");
}

/// The comparison finds every mistake in the list of mutations.
#[test]
fn every_mutation_is_found() {
    let mut dice = Dice::new(seed());
    let mut hidden: Vec<Mutation> = mutation::ALL.to_vec();
    for _ in 0..DECISIONS / REQUESTS {
        let policies = generated::policies(&mut dice);
        let both = Both::read(&policies);
        for _ in 0..REQUESTS {
            let request = generated::request(&mut dice);
            let (right, unmutated) = both.opinions(&request);
            if right == unmutated {
                hidden.retain(|mistake| mutation::with(*mistake, || second(&both.second, &request)) == right);
            }
        }
        if hidden.is_empty() {
            return;
        }
    }
    panic!("not found: {hidden:?}");
}
