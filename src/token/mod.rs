//! Tokens made of signatures, one service a file.
//!
//! Some services take a presigned request as a password or a bearer token. Each type here holds the parts of such a request, and its
//! `token` signs them: it takes the credentials and `now`, and returns a [`Token`] with the moment when it ends. Keep a value as you keep
//! a [`Signer`](crate::Signer): it caches the day's signing keys, and a new token takes microseconds.
//!
//! | service | type | the token is |
//! |---|---|---|
//! | RDS and Aurora | [`Rds`] | the password of a database user |
//! | Aurora DSQL | [`Dsql`] | the password of a database role |
//! | ElastiCache | [`ElastiCache`] | the password of a user |
//! | MemoryDB | [`MemoryDb`] | the password of a user |
//! | MSK | [`Msk`] | the bearer token of SASL/OAUTHBEARER |
//! | EKS | [`Eks`], checked by [`EksAuthenticator`] | the bearer token of the Kubernetes API |
//! | IoT Core | [`IotMqtt`] | the URL of MQTT over WebSocket |
//! | API Gateway | [`WebSocketConnect`] | the URL of `$connect` |
//! | Bedrock | [`Bedrock`] | a short-term API key |
//! | Vault | [`VaultLogin`] | the body of a login |
//!
//! Two services answer a signed request in place of a presigned URL: [`WebSocketConnections`] makes requests to connected clients, and
//! [`Redshift`] requests for the password of a database user, whose answer it reads.
//!
//! ```
//! use sig4::token::Rds;
//! use sig4::{Credentials, Timestamp};
//!
//! let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")?;
//! let database = Rds::new("eu-west-1", "db.cluster-abc.eu-west-1.rds.amazonaws.com", 3306, "jane_doe")?;
//! let token = database.token(&credentials, Timestamp::parse("20150830T123600Z")?)?;
//! assert!(token.as_str().starts_with("db.cluster-abc.eu-west-1.rds.amazonaws.com:3306/?Action=connect&DBUser=jane_doe&X-Amz-"));
//! assert_eq!(token.expiration(), Timestamp::parse("20150830T125100Z")?.to_datetime());
//! # Ok::<(), sig4::Error>(())
//! ```

mod bedrock;
mod cache;
mod dsql;
mod eks;
mod elasticache;
mod iot;
mod issued;
mod memorydb;
mod msk;
mod names;
mod presign;
mod rds;
mod redshift;
mod redshift_login;
mod sts;
mod vault;
mod websocket;
mod websocket_connections;

pub use bedrock::Bedrock;
pub use dsql::Dsql;
pub use eks::{Eks, EksAuthenticator, EksClaim, MAX_EKS_TOKEN_LEN};
pub use elasticache::ElastiCache;
pub use iot::IotMqtt;
pub use issued::Token;
pub use memorydb::MemoryDb;
pub use msk::Msk;
pub use rds::Rds;
pub use redshift::Redshift;
pub use redshift_login::{MAX_REDSHIFT_ANSWER_LEN, RedshiftLogin};
pub use vault::VaultLogin;
pub use websocket::WebSocketConnect;
pub use websocket_connections::WebSocketConnections;
