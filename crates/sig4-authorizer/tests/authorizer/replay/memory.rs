//! The store of one replica.

use super::uses::Signed;
use sig4::verify::Remembered::{Again, First};
use sig4_authorizer::replay::{MemoryReplayStore, ReplayErrorKind};
use time::{Duration, OffsetDateTime};

#[tokio::test]
async fn a_store_in_memory_counts_and_can_refuse_what_came_before_it() {
    let (store, signed) = (MemoryReplayStore::default(), Signed::now());
    assert_eq!(signed.asked(&store).await, Ok(First));
    assert_eq!(signed.asked(&store).await, Ok(Again));
    let counts = store.status().counts;
    assert_eq!((counts.first, counts.again), (1, 1));

    let store = MemoryReplayStore::default().with_begin(OffsetDateTime::now_utc());
    assert_eq!(Signed::now().asked(&store).await, Err(ReplayErrorKind::Lost));
    assert_eq!(Signed::valid_since(Duration::seconds(1)).asked(&store).await, Ok(First));
}
