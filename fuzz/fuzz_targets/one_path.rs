#![no_main]

use libfuzzer_sys::fuzz_target;
use sig4_fuzz::gateway::Api;
use sig4_fuzz::routers::Arrangements;
use sig4_test_support::path_pieces as pieces;
use tokio::runtime::{Builder, Runtime};

struct Subjects {
    runtime: Runtime,
    arrangements: Arrangements,
    api: Api,
}

thread_local! {
    static SUBJECTS: Subjects = {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let api = runtime.block_on(Api::start());
        Subjects { runtime, arrangements: Arrangements::default(), api }
    };
}

// Whenever a handler runs, the route, the policies and the handler have one path: behind and before routers of axum, and in the
// HTTP API.
fuzz_target!(|input: (bool, &[u8])| {
    let path = match input {
        (true, bytes) => format!("/{}", String::from_utf8_lossy(bytes)),
        (false, choices) => pieces::of(choices),
    };
    SUBJECTS.with(|subjects| {
        subjects.runtime.block_on(async {
            subjects.arrangements.check(&path).await;
            subjects.api.check(&path).await;
        });
    });
});
