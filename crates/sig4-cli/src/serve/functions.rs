//! The functions that are served: each with its processes, which stay as they are while its definition does.

use super::args::ServeArgs;
use super::concurrency::DEFAULT_MAX;
use super::env_vars::EnvVars;
use super::environment;
use super::function_names;
use super::pool::{Order, Pool};
use super::runtime::Runtime;
use crate::failure::Failure;
use crate::print::remark;
use sig4_gateway::definition::FunctionDefinition;
use sig4_gateway::template::dynamic_reference;
use sig4_gateway::{ApiDefinition, FunctionConfiguration, Integration, LambdaFunction, ReplacedApi};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::Path;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// Everything that a function's processes depend on but its code.
#[derive(Clone)]
pub(crate) struct FunctionPlan {
    definition: FunctionDefinition,
    region: String,
    account: String,
    variables: BTreeMap<String, String>,
    /// The user's command for it.
    command: Option<String>,
}

/// The functions of an API, and how to run each.
pub(crate) struct PlannedFunctions(BTreeMap<String, (FunctionPlan, Runtime)>);

/// The functions that are running.
#[derive(Default)]
pub(crate) struct Functions {
    running: BTreeMap<String, Running>,
    /// The end of functions that are no longer served.
    leaving: JoinSet<()>,
    renewals: u64,
}

/// A function, and its processes.
struct Running {
    plan: FunctionPlan,
    function: LambdaFunction,
    order: watch::Sender<Order>,
    pool: JoinHandle<()>,
}

/// The failure of a function at its place in the configuration. A given command is in no file.
fn placed(failure: Failure, function: &FunctionDefinition, args: &ServeArgs, is_given: bool) -> Failure {
    match (&args.config, function.line()) {
        (Some(file), Some(line)) if !is_given => format!("{}:{line}: {failure}", file.display()).into(),
        _ => failure,
    }
}

/// Functions for a new definition, before it is served.
pub(crate) struct Prepared {
    /// All functions by name, and the plans and commands of those that are new or changed.
    functions: BTreeMap<String, (LambdaFunction, Option<(FunctionPlan, Runtime)>)>,
}

impl PlannedFunctions {
    /// Plans the functions of `api`, whose files are below `folder`. A function of a template that cannot run is left out of it.
    pub(crate) fn new(
        api: &mut ApiDefinition,
        folder: &Path,
        args: &ServeArgs,
        env_vars: &EnvVars,
    ) -> Result<Self, Failure> {
        let defined: Vec<FunctionDefinition> = api.functions().cloned().collect();
        let mut commands = Vec::new();
        for (name, command) in &args.functions {
            let Some(function) = function_names::find(&defined, name).map_err(|why| format!("--function: {why}"))?
            else {
                let names: Vec<_> = defined.iter().map(FunctionDefinition::name).collect();
                return Err(format!("there is no function `{name}`; there are these: [{}]", names.join(", ")).into());
            };
            commands.push((function.name().to_owned(), command));
        }
        let env_vars = env_vars.by_logical_id(&defined)?;
        let passed = environment::passed(&args.passed)?;
        let mut planned = BTreeMap::new();
        for definition in defined {
            let own = commands.iter().find(|(name, _)| name == definition.name());
            let command = own.map(|(_, command)| *command).or(args.runtime_command.as_ref()).cloned();
            let runtime = match Runtime::of(&definition, folder, command.as_deref()) {
                Ok(runtime) => runtime,
                // A stack is served without the functions that cannot run. A configuration and a given command have to work.
                Err(failure) if args.template.is_some() && command.is_none() => {
                    *api = api.clone().without_function(definition.name(), &failure.to_string());
                    continue;
                }
                Err(failure) => return Err(placed(failure, &definition, args, command.is_some())),
            };
            let own = definition.environment().map(|(name, value)| (name.to_owned(), value.to_owned()));
            let mut variables: BTreeMap<String, String> = own.chain(passed.iter().cloned()).collect();
            variables.extend(env_vars.of(&definition, &variables));
            let (region, account) = (api.region().to_owned(), api.account().to_owned());
            note_unresolved(definition.name(), &variables);
            let name = definition.name().to_owned();
            planned.insert(name, (FunctionPlan { definition, region, account, variables, command }, runtime));
        }
        env_vars.note_unused(planned.values().map(|(plan, _)| (&plan.definition, &plan.variables)));
        Ok(Self(planned))
    }
}

impl PlannedFunctions {
    /// The environment variables of all functions.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        let variables = self.0.values().flat_map(|(plan, _)| &plan.variables);
        variables.map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl Prepared {
    /// The integration of a function's routes.
    pub(crate) fn integration(&self, function: &FunctionDefinition) -> Integration {
        let prepared = self.functions.get(function.name());
        prepared.map_or_else(Integration::unattached, |(function, _)| Integration::lambda(function))
    }
}

impl FunctionPlan {
    /// Whether a process of the other plan can go on under this one. The line of the definition does not count.
    fn runs_as(&self, other: &Self) -> bool {
        let of = |plan: &Self| {
            let one = &plan.definition;
            let texts = [one.function_name(), one.handler(), one.runtime()].map(str::to_owned);
            (texts, one.code().clone(), one.memory_mib(), one.timeout(), one.reserved_concurrency())
        };
        of(self) == of(other)
            && (&self.region, &self.account, &self.variables, &self.command)
                == (&other.region, &other.account, &other.variables, &other.command)
    }

    /// Opens the address for the function's runtimes.
    async fn listen(&self, args: &ServeArgs) -> Result<LambdaFunction, Failure> {
        let function = &self.definition;
        let mut configuration = FunctionConfiguration::new(function.function_name())
            .with_region(&self.region)
            .with_account(&self.account)
            .with_handler(function.handler())
            .with_memory(function.memory_mib())
            .with_timeout(function.timeout())
            .with_any_user(args.runtime_of_any_user)
            .with_refusal_log(refusal_log(function.name()));
        if let Some(calls) = function.reserved_concurrency() {
            configuration = configuration.with_reserved_concurrency(calls);
        }
        let variables = self.variables.iter();
        let configuration = variables.fold(configuration, |all, (name, value)| all.with_variable(name, value));
        Ok(configuration.listen((Ipv4Addr::LOCALHOST, 0)).await?)
    }
}

impl Functions {
    /// Prepares functions for a new definition. Those that are running as planned are kept.
    pub(crate) async fn prepare(&self, planned: PlannedFunctions, args: &ServeArgs) -> Result<Prepared, Failure> {
        let mut functions = BTreeMap::new();
        for (name, (plan, runtime)) in planned.0 {
            let kept = self.running.get(&name).filter(|running| running.plan.runs_as(&plan));
            let function = match kept {
                Some(running) => (running.function.clone(), None),
                None => (plan.listen(args).await?, Some((plan, runtime))),
            };
            functions.insert(name, function);
        }
        Ok(Prepared { functions })
    }

    /// Runs the functions of the definition that is served from now on. Those of the one that it replaced end with its last
    /// request.
    pub(crate) fn run(&mut self, prepared: Prepared, replaced: Option<ReplacedApi>, max: usize) {
        let mut before = std::mem::take(&mut self.running);
        for (name, (function, changed)) in prepared.functions {
            let running = match (changed, before.remove(&name)) {
                (None, Some(running)) => running,
                (None, None) => continue,
                (Some((plan, runtime)), earlier) => {
                    if let Some(earlier) = earlier {
                        before.insert(name.clone(), earlier);
                    }
                    let reserved = plan.definition.reserved_concurrency().unwrap_or(usize::MAX).max(1);
                    let (order, orders) = watch::channel(Order::Run(0));
                    let pool = Pool::new(name.clone(), function.clone(), runtime, max.min(reserved));
                    Running { plan, function, order, pool: tokio::spawn(pool.run(orders)) }
                }
            };
            self.running.insert(name, running);
        }
        let Some(replaced) = replaced else { return };
        self.leaving.spawn(async move {
            replaced.finished().await;
            end(before.into_values()).await;
        });
    }

    /// Starts the processes of every function anew, each after its event.
    pub(crate) fn renew(&mut self) {
        self.renewals += 1;
        for running in self.running.values() {
            running.order.send_replace(Order::Run(self.renewals));
        }
    }

    /// Ends every process.
    pub(crate) async fn end(mut self) {
        // The requests to definitions that were replaced have ended with the server.
        let leaving = async { while self.leaving.join_next().await.is_some() {} };
        tokio::join!(leaving, end(std::mem::take(&mut self.running).into_values()));
    }
}

async fn end(functions: impl Iterator<Item = Running>) {
    let told: Vec<_> = functions.map(|running| (running.order.send_replace(Order::End), running.pool)).collect();
    for (_, pool) in told {
        // A pool that has failed has ended its processes with it.
        let _ended = pool.await;
    }
}

/// The most processes of a function.
pub(crate) fn most(args: &ServeArgs) -> usize {
    args.concurrency.map_or(DEFAULT_MAX, usize::from)
}

/// Names the variables whose values only AWS knows.
fn note_unresolved(function: &str, variables: &BTreeMap<String, String>) {
    let unresolved = |(name, value): (&String, &String)| Some((name.clone(), dynamic_reference(value)?.to_owned()));
    for (name, reference) in variables.iter().filter_map(unresolved) {
        remark(&format!(
            "{function}: the variable {name} is `{reference}`, which is not resolved here: give its value with --env-vars"
        ));
    }
}

/// Notes requests that a function's Runtime API refused.
fn refusal_log(name: &str) -> impl Fn(&str) + Send + Sync + 'static {
    let name = name.to_owned();
    move |why| remark(&format!("{name}: its Runtime API refused {why}"))
}
