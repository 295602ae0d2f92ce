//! Reads a [`Directory`] from JSON.

use crate::day_keys::DayKeys;
use crate::directory::Directory;
use crate::directory::entity::{long_term_key, required, tagged, temporary_key, time};
use crate::error::{Error, ErrorKind};
use crate::identity::Identity;
use crate::json::node::Node;
use crate::json::read::{read, read_document};
use crate::json::value::Json;
use crate::json_path::shown;
use crate::limits::MAX_DIRECTORY_LEN;
use crate::name::{self, Words};
use crate::policies::Policies;
use crate::policy::Policy;
use crate::principal::{Principal, ROLE_ID, USER_ID};
use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::Arc;

const OF_DIRECTORY: &[&str] =
    &["account", "partition", "organization", "service_control_policies", "root", "groups", "users", "roles"];
const OF_USER: &[&str] = &["path", "unique_id", "tags", "groups", "policies", "boundary", "access_keys"];
const OF_ROLE: &[&str] = &["path", "unique_id", "tags", "policies", "boundary", "sessions"];
const OF_SESSION: &[&str] = &["access_key", "issued", "expires", "multi_factor_at", "tags", "policies"];

/// An organization's id, and the account's paths in it.
type Organization = (Arc<str>, Arc<Vec<String>>);

impl Directory {
    /// Reads a directory of at most [`MAX_DIRECTORY_LEN`] bytes that contains all its policies.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidDirectory`], with the place.
    pub fn from_json(json: &str) -> Result<Self, Error> {
        Self::from_json_and_files(json, |_| Err(io::Error::new(io::ErrorKind::Unsupported, "no files are read")))
    }

    /// Reads a directory. `read` returns the content of a policy file that it names.
    ///
    /// # Errors
    ///
    /// As [`from_json`](Self::from_json); [`ErrorKind::InvalidDirectory`] if a file cannot be read, and
    /// [`ErrorKind::InvalidPolicy`] with the name of the [file](Error::file) for what is wrong in it.
    ///
    /// ```
    /// use sig4_iam::Directory;
    ///
    /// let json = r#"{"account": "123456789012", "users": {"bob": {"policies": ["bob.json"],
    ///     "access_keys": [{"id": "AKIAI44QH8DHBEXAMPLE", "secret": "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY"}]}}}"#;
    /// let policy = r#"{"Statement": {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}}"#;
    /// let directory = Directory::from_json_and_files(json, |name| {
    ///     assert_eq!(name, "bob.json");
    ///     Ok(policy.to_owned()) // std::fs::read_to_string(folder.join(name))
    /// })?;
    /// assert_eq!(directory.identities().count(), 1);
    /// # Ok::<(), sig4_iam::Error>(())
    /// ```
    pub fn from_json_and_files(json: &str, read_file: impl Fn(&str) -> io::Result<String>) -> Result<Self, Error> {
        Self::read_json(json, &read_file, None)
    }

    /// Reads a directory whose access keys may be without their `secret`: `day_keys` take its place. An access key with neither is in the
    /// directory, and its requests are refused. A secret comes before day keys.
    ///
    /// # Errors
    ///
    /// As [`from_json_and_files`](Self::from_json_and_files).
    ///
    /// ```
    /// use sig4_iam::{DayKeys, Directory};
    ///
    /// let users = r#"{"account": "123456789012", "users": {"alice": {"access_keys": [{"id": "AKIDEXAMPLE"}]}}}"#;
    /// let no_files = |file: &str| std::fs::read_to_string(file);
    /// let directory = Directory::from_json_with_day_keys(users, no_files, &DayKeys::default())?;
    /// assert!(directory.find("AKIDEXAMPLE").is_some_and(|alice| !alice.has_key()));
    /// assert!(Directory::from_json(users).unwrap_err().to_string().ends_with("there is no secret"));
    /// # Ok::<(), sig4_iam::Error>(())
    /// ```
    pub fn from_json_with_day_keys(
        json: &str,
        read_file: impl Fn(&str) -> io::Result<String>,
        day_keys: &DayKeys,
    ) -> Result<Self, Error> {
        Self::read_json(json, &read_file, Some(day_keys))
    }

    fn read_json(
        json: &str,
        read_file: &dyn Fn(&str) -> io::Result<String>,
        day_keys: Option<&DayKeys>,
    ) -> Result<Self, Error> {
        let tree = read(json, MAX_DIRECTORY_LEN, ErrorKind::InvalidDirectory)?;
        read_document(json, &tree, ErrorKind::InvalidDirectory, |root| Loader::load(root, read_file, day_keys))
    }

    /// Reads a directory from a value, which may come from a format other than JSON. Errors have a [path](Error::path), but no
    /// line or column.
    ///
    /// # Errors
    ///
    /// As [`from_json_and_files`](Self::from_json_and_files).
    ///
    /// ```
    /// use sig4_iam::Directory;
    ///
    /// let value = serde_json::json!({"account": "123456789012", "users": {"bob": {"polices": []}}});
    /// let error = Directory::from_value(value, |file| std::fs::read_to_string(file)).unwrap_err();
    /// assert_eq!(error.path().to_string(), "users.bob.polices");
    /// ```
    pub fn from_value(value: serde_json::Value, read_file: impl Fn(&str) -> io::Result<String>) -> Result<Self, Error> {
        let tree = Json::from_value(value, ErrorKind::InvalidDirectory)?;
        Loader::load(&Node::root(&tree, ErrorKind::InvalidDirectory), &read_file, None)
    }
}

/// A directory being read.
struct Loader<'l> {
    read_file: &'l dyn Fn(&str) -> io::Result<String>,
    /// The keys of access keys without a secret. Without day keys, each needs its secret.
    day_keys: Option<&'l DayKeys>,
    directory: Directory,
    partition: String,
    /// The organization's id, and the account's paths in it.
    organization: Option<Organization>,
    /// The service control policies of the account.
    common: Policies,
    groups: HashMap<String, Arc<[Policy]>>,
    unique_ids: HashSet<String>,
}

impl<'l> Loader<'l> {
    fn load(
        node: &Node<'_>,
        read_file: &'l dyn Fn(&str) -> io::Result<String>,
        day_keys: Option<&'l DayKeys>,
    ) -> Result<Directory, Error> {
        node.members_of(OF_DIRECTORY)?;
        let account = checked(&required(node, "account")?, name::account)?.to_owned();
        let partition = match node.member("partition") {
            Some(partition) => checked(&partition, name::partition)?.to_owned(),
            None => "aws".to_owned(),
        };
        let mut loader = Self {
            read_file,
            day_keys,
            directory: Directory::new(account),
            partition,
            organization: organization(node)?,
            common: Policies::new(),
            groups: HashMap::new(),
            unique_ids: HashSet::new(),
        };
        if let Some(levels) = node.member("service_control_policies") {
            loader.service_control(&levels)?;
        }
        if let Some(root) = node.member("root") {
            root.members_of(&["access_keys"])?;
            let principal = loader.completed(Principal::root(loader.directory.account())?)?;
            loader.access_keys(&root, &principal, &loader.common.clone())?;
        }
        for kind in ["groups", "users", "roles"] {
            differ_in_more_than_case(node, kind)?;
        }
        each(node, "groups", |name, group| loader.group(name, &group))?;
        each(node, "users", |name, user| loader.user(name, &user))?;
        each(node, "roles", |name, role| loader.role(name, &role))?;
        Ok(loader.directory)
    }

    fn service_control(&mut self, levels: &Node<'_>) -> Result<(), Error> {
        let Json::List(items) = levels.json else {
            return Err(levels.error("expected a list of levels, each a list of policies"));
        };
        for (index, level) in items.iter().enumerate() {
            let level = levels.at_index(index, level);
            let policies = self.list_of_policies(&level)?;
            self.common = std::mem::take(&mut self.common).with_service_control(policies);
        }
        Ok(())
    }

    fn group(&mut self, name: &str, node: &Node<'_>) -> Result<(), Error> {
        named(node, name, name::group)?;
        node.members_of(&["policies"])?;
        let policies = self.policies(node)?;
        self.groups.insert(name.to_owned(), policies.into());
        Ok(())
    }

    fn user(&mut self, name: &str, node: &Node<'_>) -> Result<(), Error> {
        named(node, name, name::entity)?;
        node.members_of(OF_USER)?;
        let principal = Principal::user(self.directory.account(), name)?;
        let principal = self.entity(principal, node, USER_ID)?;
        let mut policies = self.policies_of(node)?;
        if let Some(groups) = node.member("groups") {
            check_groups(&groups)?;
            for list in groups.items(|group| self.group_policies(&group))? {
                policies = policies.with_identity_list(list);
            }
        }
        self.access_keys(node, &principal, &policies)
    }

    fn group_policies(&self, node: &Node<'_>) -> Result<Arc<[Policy]>, Error> {
        let name = node.text()?;
        self.groups.get(name).cloned().ok_or_else(|| node.error(format!("there is no group {:?}", shown(name))))
    }

    fn role(&mut self, name: &str, node: &Node<'_>) -> Result<(), Error> {
        named(node, name, name::entity)?;
        node.members_of(OF_ROLE)?;
        let role = Principal::role(self.directory.account(), name)?;
        let role = self.entity(role, node, ROLE_ID)?;
        let policies = self.policies_of(node)?;
        each(node, "sessions", |name, session| self.session(name, &session, &role, &policies))
    }

    fn session(&mut self, name: &str, node: &Node<'_>, role: &Principal, policies: &Policies) -> Result<(), Error> {
        named(node, name, name::session)?;
        node.members_of(OF_SESSION)?;
        let mut principal = tagged(role.clone().with_session(name), node)?;
        if let Some(issued) = time(node, "issued")? {
            principal = principal.with_token_issue_time(issued);
        }
        if let Some(moment) = time(node, "multi_factor_at")? {
            principal = principal.with_multi_factor_at(moment);
        }
        let mut policies = policies.clone();
        for policy in self.policies(node)? {
            policies = policies.with_session(policy);
        }
        let key = required(node, "access_key")?;
        let identity = temporary_key(&key, principal, self.day_keys)?.with_policies(policies);
        let identity = match time(node, "expires")? {
            Some(end) => identity.with_expiration(end),
            None => identity,
        };
        self.add(identity, &key)
    }

    /// Adds an access key that is written in `node`.
    fn add(&mut self, identity: Identity, node: &Node<'_>) -> Result<(), Error> {
        self.directory.add(identity).map_err(|error| error.with_path(node.path))
    }

    /// The user or role with its path, unique id and tags.
    fn entity(&mut self, principal: Principal, node: &Node<'_>, prefix: &str) -> Result<Principal, Error> {
        let mut principal = tagged(self.completed(principal)?, node)?;
        if let Some(path) = node.member("path") {
            principal = principal.with_path(checked(&path, name::path)?)?;
        }
        if let Some(id) = node.member("unique_id") {
            principal = principal.with_unique_id(checked(&id, |id| name::unique_id(id, prefix))?)?;
        }
        if !self.unique_ids.insert(principal.user_id().to_owned()) {
            return Err(node.error("another user or role has the same unique id"));
        }
        Ok(principal)
    }

    /// The principal with its partition and organization.
    fn completed(&self, principal: Principal) -> Result<Principal, Error> {
        let principal = principal.with_partition(self.partition.as_str())?;
        let Some((id, paths)) = &self.organization else { return Ok(principal) };
        Ok(principal.with_organization(id, paths))
    }

    fn access_keys(&mut self, node: &Node<'_>, principal: &Principal, policies: &Policies) -> Result<(), Error> {
        let Some(keys) = node.member("access_keys") else { return Ok(()) };
        keys.items(|key| {
            let identity = long_term_key(&key, principal.clone(), self.day_keys)?;
            self.add(identity.with_policies(policies.clone()), &key)
        })?;
        Ok(())
    }

    /// The policies of a user or a role, without those of its groups.
    fn policies_of(&self, node: &Node<'_>) -> Result<Policies, Error> {
        let policies = self.common.clone().with_identity_list(self.policies(node)?.into());
        match node.member("boundary") {
            Some(boundary) => Ok(policies.with_boundary(self.policy(&boundary)?)),
            None => Ok(policies),
        }
    }

    /// The policies in the element `policies`, if present.
    fn policies(&self, node: &Node<'_>) -> Result<Vec<Policy>, Error> {
        node.member("policies").map_or(Ok(Vec::new()), |list| self.list_of_policies(&list))
    }

    fn list_of_policies(&self, list: &Node<'_>) -> Result<Vec<Policy>, Error> {
        let Json::List(items) = list.json else { return Err(list.error("expected a list of policies")) };
        items.iter().enumerate().map(|(index, json)| self.policy(&list.at_index(index, json))).collect()
    }

    /// A document, a document with a name, or the name of a file.
    fn policy(&self, node: &Node<'_>) -> Result<Policy, Error> {
        if let Json::Text(file) = node.json {
            let text = (self.read_file)(file)
                .map_err(|error| node.error(format!("the file {:?} cannot be read: {error}", shown(file))))?;
            return Policy::parse(file.as_str(), &text).map_err(|error| error.with_file(file));
        }
        match node.member("document") {
            Some(document) => {
                node.members_of(&["name", "document"])?;
                Policy::from_node(required(node, "name")?.text()?, &document)
            }
            None => Policy::from_node(&node.path.to_string(), node),
        }
    }
}

fn organization(node: &Node<'_>) -> Result<Option<Organization>, Error> {
    let Some(organization) = node.member("organization") else { return Ok(None) };
    organization.members_of(&["id", "paths"])?;
    let id = required(&organization, "id")?.text()?.into();
    let paths = match organization.member("paths") {
        Some(paths) => paths.items(|path| path.text().map(str::to_owned))?,
        None => Vec::new(),
    };
    Ok(Some((id, Arc::new(paths))))
}

/// The maximum number of groups of a user. Source: "IAM and AWS STS quotas".
const MAX_GROUPS: usize = 10;

/// Checks that the number of groups of a user is within the limit, and that no group is repeated.
fn check_groups(groups: &Node<'_>) -> Result<(), Error> {
    let mut names = HashSet::new();
    groups.items(|group| {
        let is_new = names.insert(group.text()?.to_owned());
        is_new.then_some(()).ok_or_else(|| group.error("the group stands twice"))
    })?;
    if names.len() > MAX_GROUPS {
        return Err(groups.error(format!("a user is a member of at most {MAX_GROUPS} groups")));
    }
    Ok(())
}

/// The text of an element, checked against a grammar.
fn checked<'n>(node: &Node<'n>, check: impl Fn(&str) -> Result<(), Words>) -> Result<&'n str, Error> {
    let text = node.text()?;
    check(text).map(|()| text).map_err(|words| node.error(words))
}

/// Checks the name of an element.
fn named(node: &Node<'_>, name: &str, check: impl Fn(&str) -> Result<(), Words>) -> Result<(), Error> {
    check(name).map_err(|words| node.error(words))
}

/// Checks that no two members of the element with this name differ only in case, which IAM ignores.
///
/// Source: "IAM and AWS STS quotas", IAM name requirements.
fn differ_in_more_than_case(node: &Node<'_>, name: &str) -> Result<(), Error> {
    let Some(members) = node.member(name) else { return Ok(()) };
    let mut names = HashSet::new();
    for (name, json) in members.members()? {
        if !names.insert(name.to_ascii_lowercase()) {
            let member = members.at_key(name, json);
            return Err(member.error("the name stands twice, in another case"));
        }
    }
    Ok(())
}

/// Reads every member of the element with this name, if present.
fn each(node: &Node<'_>, name: &str, mut read: impl FnMut(&str, Node<'_>) -> Result<(), Error>) -> Result<(), Error> {
    let Some(members) = node.member(name) else { return Ok(()) };
    for (name, json) in members.members()? {
        read(name, members.at_key(name, json))?;
    }
    Ok(())
}
