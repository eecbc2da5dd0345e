// Starts and stops the real binary, and runs its other commands.
"use strict";

const { spawn, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

/** A running service in a directory of its own. */
async function start(binary) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "engram-browser-"));
  const data = path.join(directory, "data");
  const child = spawn(binary, ["serve", "--port", "0", "--data", data], { stdio: ["ignore", "pipe", "inherit"] });
  const [url, adminUrl] = await firstUrls(child, 2);
  return {
    url,
    adminUrl,
    data,
    directory,
    pid: child.pid,
    run: (...args) => spawnSync(binary, [...args, "--data", data], { encoding: "utf8" }),
    import: (lines) => spawnSync(binary, ["import", "--data", data], { input: lines, encoding: "utf8" }),
    stop: () =>
      new Promise((resolve) => {
        child.once("exit", (code) => {
          fs.rmSync(directory, { recursive: true });
          resolve(code);
        });
        child.kill("SIGTERM");
      }),
  };
}

function firstUrls(child, count) {
  return new Promise((resolve, reject) => {
    let printed = "";
    child.once("exit", (code) => reject(new Error(`the service ended with ${code} before it said where it listens`)));
    child.stdout.on("data", (chunk) => {
      printed += chunk;
      const urls = printed.match(/http:\/\/\S+(?=\n)/g) ?? [];
      if (urls.length >= count) resolve(urls);
    });
  });
}

/** Every file below a directory that holds the text. */
function filesHolding(directory, text) {
  return fs
    .readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => fs.readFileSync(file).includes(text));
}

module.exports = { start, filesHolding };
