//! The request and its context.
//!
//! Source: "AWS global condition context keys"; "IAM policy elements: Variables and tags", principal key values;
//! "IAM identifiers".

use super::arn;
use super::mutation::{Mutation, is};
use super::text::{Known, folded};
use super::value::date_of;
use std::net::IpAddr;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sort {
    Root,
    User,
    Session,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Caller {
    pub sort: Sort,
    pub partition: String,
    pub account: String,
    pub path: String,
    /// Of the user or the role.
    pub name: String,
    pub session: String,
    pub unique_id: String,
    pub tags: Vec<(String, String)>,
    pub organization: Option<String>,
    pub organization_paths: Vec<String>,
    pub issued: Option<i64>,
    pub second_factor: Option<i64>,
}

impl Caller {
    pub fn account_arn(&self) -> String {
        format!("arn:{}:iam::{}:root", self.partition, self.account)
    }

    /// The ARN of the user or the role.
    pub fn entity_arn(&self) -> String {
        let kind = if self.sort == Sort::User { "user" } else { "role" };
        format!("arn:{}:iam::{}:{kind}{}{}", self.partition, self.account, self.path, self.name)
    }

    pub fn session_arn(&self) -> String {
        format!("arn:{}:sts::{}:assumed-role/{}/{}", self.partition, self.account, self.name, self.session)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    pub caller: Caller,
    pub action: String,
    pub resource: String,
    /// The account that `with_resource_account` sets.
    pub owner: Option<String>,
    pub now: i64,
    pub source_ip: Option<IpAddr>,
    pub tls: Option<bool>,
    pub user_agent: Option<String>,
    pub referer: Option<String>,
    /// The keys that `with_key` sets. The last value of a key counts.
    pub keys: Vec<(String, Vec<String>)>,
}

impl Request {
    fn part(&self, number: usize) -> Option<String> {
        let part = arn::parts(&self.resource)?[number];
        (!part.is_empty()).then(|| part.to_owned())
    }

    /// The partition of the resource, if it is an ARN.
    pub fn partition(&self) -> Option<String> {
        self.part(1)
    }

    /// The account that owns the resource: the ARN's, or else the given one. `None` if they differ or neither is there.
    pub fn owner(&self) -> Option<String> {
        let by_hand = self.by_hand("aws:resourceaccount").filter(|_| is(Mutation::HandSetOwnerCounts));
        if let Some(values) = by_hand {
            return values.first().cloned();
        }
        let named = self.part(4);
        let contradicted = named.is_some() && self.owner.is_some() && named != self.owner;
        if contradicted && !is(Mutation::ContradictionIsIgnored) {
            return None;
        }
        named.or_else(|| self.owner.clone()).filter(|owner| is_account(owner))
    }

    /// Whether the caller's account owns the resource. An unknown owner is another account.
    pub fn is_own(&self) -> bool {
        let partition = self.partition().is_none_or(|partition| partition == self.caller.partition);
        let unknown = is(Mutation::UnknownOwnerIsMine);
        (partition || is(Mutation::PartitionIsIgnored))
            && self.owner().map_or(unknown, |owner| owner == self.caller.account)
    }

    fn by_hand(&self, name: &str) -> Option<&Vec<String>> {
        self.keys.iter().rev().find(|(key, _)| folded(key) == name).map(|(_, values)| values)
    }

    /// Whether the value of the key is unknown: a session has a time of issue, a resource an owner, who may have an organization,
    /// and a request a region, an address and a transport, even if it was not set; and a key whose name looks like a pattern or a
    /// variable does not exist.
    pub fn is_unclear(&self, key: &str) -> bool {
        let name = folded(key);
        let is_there = match name.as_str() {
            "aws:tokenissuetime" => self.caller.sort == Sort::Session,
            "aws:resourceaccount" => !is(Mutation::UnknownOwnerHasNoKey),
            "aws:resourceorgid" | "aws:resourceorgpaths" => !self.is_own() && self.by_hand(&name).is_none(),
            "aws:requestedregion" | "aws:securetransport" | "aws:sourceip" => self.by_hand(&name).is_none(),
            _ => false,
        };
        is_there && self.values(key).is_none() || key.contains(['*', '?']) || key.contains("${")
    }

    /// The values of a key. `None` if the key is absent.
    pub fn values(&self, key: &str) -> Option<Vec<String>> {
        let key = folded(key);
        let given = self.by_hand(&key).cloned();
        let own = self.own_values(&key);
        let fixed = key == "aws:resourceaccount" || self.is_own() && key.starts_with("aws:resourceorg");
        let values = if fixed { own } else { given.or(own) };
        values.filter(|values| !values.is_empty())
    }

    fn own_values(&self, key: &str) -> Option<Vec<String>> {
        let caller = &self.caller;
        if let Some(tag) = key.strip_prefix("aws:principaltag/") {
            let last = caller.tags.iter().rev().find(|(name, _)| folded(name) == tag)?;
            return Some(vec![last.1.clone()]);
        }
        if key == "aws:principalorgpaths" {
            return (!caller.organization_paths.is_empty()).then(|| caller.organization_paths.clone());
        }
        if key == "aws:resourceorgpaths" {
            return (self.is_own() && !caller.organization_paths.is_empty()).then(|| caller.organization_paths.clone());
        }
        self.single(key).map(|value| vec![value])
    }

    fn single(&self, key: &str) -> Option<String> {
        let caller = &self.caller;
        // Long-term credentials have no keys about a second factor.
        let temporary = caller.sort == Sort::Session;
        let second_factor = caller
            .second_factor
            .filter(|moment| temporary && (*moment <= self.now || is(Mutation::FutureSecondFactorCounts)));
        match key {
            "aws:currenttime" => Some(date_of(self.now)),
            "aws:epochtime" => Some(self.now.to_string()),
            "aws:principalarn" if caller.sort == Sort::Root => Some(caller.account_arn()),
            "aws:principalarn" => Some(caller.entity_arn()),
            "aws:principalaccount" => Some(caller.account.clone()),
            "aws:principaltype" => Some(match caller.sort {
                Sort::Root => "Account".to_owned(),
                Sort::User => "User".to_owned(),
                Sort::Session => "AssumedRole".to_owned(),
            }),
            "aws:principalorgid" => caller.organization.clone(),
            "aws:userid" => Some(match caller.sort {
                Sort::Root => caller.account.clone(),
                Sort::User => caller.unique_id.clone(),
                Sort::Session => format!("{}:{}", caller.unique_id, caller.session),
            }),
            "aws:username" if caller.sort == Sort::User => Some(caller.name.clone()),
            "aws:tokenissuetime" => caller.issued.map(date_of),
            "aws:multifactorauthpresent" => temporary.then(|| second_factor.is_some().to_string()),
            "aws:multifactorauthage" => second_factor.map(|moment| (self.now - moment).to_string()),
            "aws:requestedregion" => self.part(3),
            "aws:resourceaccount" => self.owner(),
            "aws:resourceorgid" => caller.organization.clone().filter(|_| self.is_own()),
            "aws:viaawsservice" | "aws:viaawsmcpservice" | "aws:principalisawsservice" => Some("false".to_owned()),
            "aws:sourceip" => self.source_ip.map(|address| address.to_canonical().to_string()),
            "aws:securetransport" => self.tls.map(|tls| tls.to_string()),
            "aws:useragent" => self.user_agent.clone(),
            "aws:referer" => self.referer.clone(),
            _ => None,
        }
    }

    /// The value of a policy variable. An empty value counts as missing.
    pub fn variable(&self, key: &str) -> Known<String> {
        match self.values(key).as_deref() {
            None if self.is_unclear(key) => Known::Unclear,
            None => Known::Missing,
            Some([value]) if value.is_empty() && !is(Mutation::EmptyTagIsAValue) => Known::Missing,
            Some([value]) => Known::Is(value.clone()),
            Some(_) => Known::Unclear,
        }
    }
}

/// Twelve digits.
pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.chars().all(|digit| digit.is_ascii_digit())
}
