//! The server of s3s, which stores in a folder.

use crate::trial::{ACCESS_KEY, BUCKET, SECRET_KEY, Server, run};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

#[test]
fn s3s_stores_what_sig4_uploads() {
    let runtime = Runtime::new().unwrap();
    let folder = TempDir::new().unwrap();
    std::fs::create_dir(folder.path().join(BUCKET)).unwrap();
    runtime.block_on(async {
        let mut builder = S3ServiceBuilder::new(FileSystem::new(folder.path()).unwrap());
        builder.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        let service = builder.build();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let service = service.clone();
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(client), service));
            }
        });
        run(&Server { origin, name: "s3s" }).await;
    });
}
