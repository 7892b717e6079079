//! Registered commands of an application.

use serde_json::{Value, json};

use super::refusal::*;
use super::{Id, World};

const COMMANDS_AT_MOST: usize = 100;

impl World {
    /// Replaces all commands an application has in a server. A command that
    /// keeps its name and type keeps its id.
    pub fn register_commands(&mut self, app: Id, guild: Id, wish: &Value) -> Answer<Value> {
        if !self.guilds.get(&guild).ok_or(UNKNOWN_GUILD)?.members.contains_key(&app) {
            return Err(MISSING_ACCESS);
        }
        let list = wish.as_array().ok_or(NOT_JSON)?;
        if list.len() > COMMANDS_AT_MOST {
            return Err(Refusal::new(400, 30032, "Maximum number of application commands reached (100)."));
        }
        let mut commands = Vec::new();
        for (n, wish) in list.iter().enumerate() {
            let at = n.to_string();
            let kind = wish["type"].as_u64().unwrap_or(1);
            let name = wish["name"].as_str().unwrap_or("");
            let plain = name.chars().all(|c| !c.is_uppercase() && (c.is_alphanumeric() || "-_'".contains(c)));
            if name.is_empty() || name.chars().count() > 32 || (kind == 1 && !plain) {
                return Err(Refusal::form(
                    &[&at, "name"],
                    "APPLICATION_COMMAND_INVALID_NAME",
                    "Command name is invalid",
                ));
            }
            let description = wish["description"].as_str().unwrap_or("");
            if kind == 1 && description.is_empty() {
                return Err(Refusal::missing(&[&at, "description"]));
            }
            if description.chars().count() > 100 {
                return Err(Refusal::too_long(&[&at, "description"], 100));
            }
            if commands.iter().any(|c: &Value| c["name"] == name && c["type"] == kind) {
                return Err(Refusal::form(
                    &[&at, "name"],
                    "APPLICATION_COMMANDS_DUPLICATE_NAME",
                    "Application command names must be unique",
                ));
            }
            let known = self.guilds.get(&guild).and_then(|g| g.commands.get(&app));
            let known = known.and_then(|all| all.iter().find(|c| c["name"] == name && c["type"] == kind));
            let id = match known {
                Some(command) => command["id"].clone(),
                None => json!(self.new_id().to_string()),
            };
            let mut command = json!({
                "id": id,
                "application_id": app.to_string(),
                "guild_id": guild.to_string(),
                "version": self.new_id().to_string(),
                "type": kind,
                "name": name,
                "description": description,
                "default_member_permissions": wish["default_member_permissions"],
                "name_localizations": wish["name_localizations"],
                "description_localizations": wish["description_localizations"],
                "nsfw": wish["nsfw"].as_bool().unwrap_or(false),
            });
            if kind == 1 {
                command["options"] = match wish["options"].as_array() {
                    Some(options) => json!(options),
                    None => json!([]),
                };
            }
            commands.push(command);
        }
        let answer = json!(commands);
        if let Some(server) = self.guilds.get_mut(&guild) {
            server.commands.insert(app, commands);
        }
        Ok(answer)
    }

    pub fn commands_value(&self, app: Id, guild: Id) -> Value {
        let known = self.guilds.get(&guild).and_then(|g| g.commands.get(&app));
        json!(known.map_or(&[][..], |c| c))
    }
}
