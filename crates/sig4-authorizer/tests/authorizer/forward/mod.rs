//! Forward authentication, through the real proxies with the configurations of `examples/authorizer`.

mod attacks;
mod authority;
mod caddy;
mod client;
mod direct;
mod front;
mod haproxy;
mod nginx;
mod service;
mod traefik;
