//! The shell towards Discord: what comes in, against frames shaped like
//! Discord's and a scripted gateway; what goes out, against scripted servers and
//! by its words.

mod capture;
mod convert;
mod convert_guild;
mod convert_odd;
mod frames;
mod gateway;
mod gateway_server;
mod gather;
mod look;
mod render;
mod render_notice;
mod render_text;
mod rest;
mod rest_deletes;
mod rest_direct;
mod rest_limits;
mod rest_posts;
mod rest_sandbox;
mod server;
pub mod shown;
