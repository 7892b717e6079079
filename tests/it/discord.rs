//! What comes from Discord, and how it is understood.

mod convert;
mod convert_guild;
mod convert_odd;
mod frames;
mod gateway;
mod gateway_server;
mod gather;
