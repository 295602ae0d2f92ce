//! Which server holds a slot: the only one, or a member of a cluster.

use super::bucket::Bucket;
use super::error::{ReplayError, ReplayErrorKind};
use super::link::Link;
use super::settings::RedisSettings;
use super::status::ServerStatus;
use core::time::Duration;
use redis::{AsyncConnectionConfig, ConnectionAddr, Value};
use std::sync::Arc;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time;

/// How often the servers of a cluster are asked who holds which slot, without a reason.
const REFRESH_INTERVAL: Duration = Duration::from_secs(30);

/// How often they are asked at most.
const MIN_REFRESH_PAUSE: Duration = Duration::from_millis(100);

/// How long one server has to tell the slots.
const MAX_SLOTS_TIME: Duration = Duration::from_secs(1);

/// The last slot of a cluster.
const LAST_SLOT: u16 = 16_383;

/// Slots of one server, from the first to the last.
#[derive(Clone, Debug)]
struct Range {
    first: u16,
    last: u16,
    link: Arc<Link>,
}

/// The servers by slot.
#[derive(Debug)]
pub(super) struct Routes {
    table: watch::Receiver<Arc<[Range]>>,
    refresh: Arc<Notify>,
    keeper: Option<JoinHandle<()>>,
}

impl Routes {
    /// Connects to all servers.
    pub(super) fn start(settings: &Arc<RedisSettings>, is_new: bool) -> Self {
        let (sender, table) = watch::channel(Arc::from([]));
        let refresh = Arc::new(Notify::new());
        let keeper = if settings.is_cluster {
            let keeper =
                Keeper { settings: Arc::clone(settings), is_new, table: sender, refresh: Arc::clone(&refresh) };
            Some(tokio::spawn(keeper.keep()))
        } else {
            let link =
                |address: &ConnectionAddr| Link::start(settings, address.clone(), Bucket::all().collect(), is_new);
            let only = |address| Range { first: 0, last: LAST_SLOT, link: Arc::new(link(address)) };
            sender.send_replace(settings.seeds().take(1).map(only).collect());
            None
        };
        Self { table, refresh, keeper }
    }

    /// The server of a slot, once it is known.
    pub(super) async fn link(&self, slot: u16) -> Result<Arc<Link>, ReplayError> {
        let mut table = self.table.clone();
        let known = table.wait_for(|table| find(table, slot).is_some()).await;
        let link = known.ok().and_then(|table| find(&table, slot).map(Arc::clone));
        link.ok_or_else(|| ReplayError::new(ReplayErrorKind::Unreachable, "no server has the slot"))
    }

    /// Asks the cluster again, because a server did not answer as expected.
    pub(super) fn refresh(&self) {
        self.refresh.notify_one();
    }

    /// Every link, without duplicates.
    pub(super) fn links(&self) -> Vec<Arc<Link>> {
        let mut links: Vec<Arc<Link>> = Vec::new();
        for range in self.table.borrow().iter() {
            if !links.iter().any(|link| Arc::ptr_eq(link, &range.link)) {
                links.push(Arc::clone(&range.link));
            }
        }
        links
    }

    pub(super) fn status(&self) -> Vec<ServerStatus> {
        self.links().iter().map(|link| link.status()).collect()
    }
}

impl Drop for Routes {
    fn drop(&mut self) {
        if let Some(keeper) = &self.keeper {
            keeper.abort();
        }
    }
}

fn find(table: &[Range], slot: u16) -> Option<&Arc<Link>> {
    table.iter().find(|range| (range.first..=range.last).contains(&slot)).map(|range| &range.link)
}

/// The task that asks a cluster for its slots.
struct Keeper {
    settings: Arc<RedisSettings>,
    is_new: bool,
    table: watch::Sender<Arc<[Range]>>,
    refresh: Arc<Notify>,
}

impl Keeper {
    async fn keep(self) {
        loop {
            let slots = self.ask_any().await;
            let is_known = slots.is_some();
            if let Some(slots) = slots {
                self.publish(slots);
            }
            time::sleep(MIN_REFRESH_PAUSE).await;
            if is_known {
                let _ = time::timeout(REFRESH_INTERVAL, self.refresh.notified()).await;
            }
        }
    }

    /// The slots, of the first server that tells them: a known one, or one of the URLs.
    async fn ask_any(&self) -> Option<Vec<(u16, u16, ConnectionAddr)>> {
        let known: Vec<_> = self.table.borrow().iter().map(|range| range.link.address().clone()).collect();
        for address in known.iter().chain(self.settings.seeds()) {
            let asked = time::timeout(MAX_SLOTS_TIME, self.ask(address)).await;
            match asked {
                Ok(Ok(slots)) if !slots.is_empty() => return Some(slots),
                Ok(Err(error)) => tracing::debug!(server = %address, %error, "the cluster's slots are not told"),
                _ => tracing::debug!(server = %address, "the cluster's slots are not told"),
            }
        }
        None
    }

    async fn ask(&self, address: &ConnectionAddr) -> Result<Vec<(u16, u16, ConnectionAddr)>, ReplayError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(MAX_SLOTS_TIME))
            .set_response_timeout(Some(MAX_SLOTS_TIME));
        let client = self.settings.client(address)?;
        let mut connection = client.get_multiplexed_async_connection_with_config(&config).await?;
        let slots: Vec<Value> = redis::cmd("CLUSTER").arg("SLOTS").query_async(&mut connection).await?;
        Ok(slots.iter().filter_map(|range| read_range(range, address)).collect())
    }

    fn publish(&self, slots: Vec<(u16, u16, ConnectionAddr)>) {
        let old = self.table.borrow().clone();
        let mut links: Vec<Arc<Link>> = Vec::new();
        let mut table = Vec::new();
        for (first, last, address) in &slots {
            let at = |link: &&Arc<Link>| link.address() == address;
            let known = links.iter().find(at).or_else(|| old.iter().map(|range| &range.link).find(at)).map(Arc::clone);
            let link = known.unwrap_or_else(|| {
                Arc::new(Link::start(&self.settings, address.clone(), self.buckets(&slots, address), self.is_new))
            });
            link.set_buckets(self.buckets(&slots, address));
            links.push(Arc::clone(&link));
            table.push(Range { first: *first, last: *last, link });
        }
        self.table.send_replace(table.into());
    }

    fn buckets(&self, slots: &[(u16, u16, ConnectionAddr)], address: &ConnectionAddr) -> Vec<Bucket> {
        let has = |slot| slots.iter().any(|(first, last, of)| of == address && (*first..=*last).contains(&slot));
        Bucket::all().filter(|bucket| has(bucket.slot(&self.settings.prefix))).collect()
    }
}

/// One entry of `CLUSTER SLOTS`: the first slot, the last, and the master's host and port. An empty host means the server that was asked.
fn read_range(range: &Value, asked: &ConnectionAddr) -> Option<(u16, u16, ConnectionAddr)> {
    let Value::Array(parts) = range else { return None };
    let [Value::Int(first), Value::Int(last), Value::Array(master), ..] = parts.as_slice() else { return None };
    let [host, Value::Int(port), ..] = master.as_slice() else { return None };
    let host: String = redis::from_redis_value_ref(host).unwrap_or_default();
    let address = member(asked, host, u16::try_from(*port).ok()?)?;
    Some((u16::try_from(*first).ok()?, u16::try_from(*last).ok()?, address))
}

/// The address of another member, reached in the same way: with TLS or without.
fn member(asked: &ConnectionAddr, host: String, port: u16) -> Option<ConnectionAddr> {
    let or = |asked: &String| if host.is_empty() { asked.clone() } else { host.clone() };
    match asked {
        ConnectionAddr::Tcp(asked, _) => Some(ConnectionAddr::Tcp(or(asked), port)),
        ConnectionAddr::TcpTls { host: asked, insecure, tls_params, .. } => {
            Some(ConnectionAddr::TcpTls { host: or(asked), port, insecure: *insecure, tls_params: tls_params.clone() })
        }
        _ => None,
    }
}
