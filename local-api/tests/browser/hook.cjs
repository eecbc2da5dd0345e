// Sends a real payload through the hook, when a hook is there to be tried.
"use strict";

const { spawnSync } = require("node:child_process");
const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const PAYLOAD = path.join(__dirname, "../../../tests/fixtures/payloads/Stop.json");

/** The hook with a home, a key and a service of its own. */
function hook(binary, home, url, key) {
  fs.mkdirSync(home, { recursive: true });
  const env = { HOME: home, PATH: process.env.PATH, ENGRAM_API_KEY: key, ENGRAM_API_URL: url };
  const run = (args, input) => spawnSync(binary, args, { env, input, cwd: home, encoding: "utf8" });
  return {
    capture(text) {
      const payload = JSON.parse(fs.readFileSync(PAYLOAD, "utf8"));
      payload.prompt_id = crypto.randomUUID();
      payload.cwd = home;
      payload.last_assistant_message = text;
      return run(["capture"], `${JSON.stringify(payload)}\n`);
    },
    flush: () => run(["flush"], ""),
  };
}

module.exports = { hook };
