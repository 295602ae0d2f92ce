//! Forward authentication, through the real proxies with the configurations of `examples/authorizer`.

mod attacks;
mod authority;
mod caddy;
mod client;
mod direct;
mod front;
mod haproxy;
mod http2;
mod nginx;
mod service;
mod traefik;
