// Memories as a month of work leaves them, as lines for `engram-local import`.
"use strict";

const NEWEST = [
  ["decision", "engram-hook", "Deliver with at most eight requests in flight",
    "More than eight did not raise throughput against a server with 50 ms of latency, and it doubled the refused requests at the rate limit.",
    ["commit", "feat", "net"]],
  ["commitment", "billing", "Move the billing webhooks to idempotent handlers",
    "1. Store the event id with the outcome, in the same transaction.\n2. Answer a replay with the stored outcome.\n3. Delete outcomes after 30 days.\n4. Replay last month's events against staging and compare the ledgers.",
    ["plan"]],
  ["note", "acme-web", "The flaky login test waited for an animation",
    "It clicked while the panel was still sliding in, and failed one run in forty. It now waits for the button to be enabled, which the panel does when it has settled. 500 runs in a row are green.",
    ["turn"]],
  ["blocker", "billing", "The staging database is two major versions behind production",
    "The new partial index cannot be tried there. Asked the platform team for an upgrade window this week.",
    ["remember"]],
  ["preference", "engram-hook", "Table-driven tests beside pure functions",
    "Everything else goes through the real binary, with a home directory of its own.", ["remember"]],
  ["event", "acme-web", "Pull request: retry uploads after a reset connection",
    "An upload that is cut off goes on from the last acknowledged part. A test resets the connection at every part boundary.\n\nhttps://git.example.test/acme/web/pull/482",
    ["pull-request"]],
  ["note", "archive", "Summary of the session: import of the old archive",
    "The import runs end to end. It reads 1.2 million rows in batches of 5,000, keeps the original time of creation, and passes over what is already there by content. Two things are left: the progress display counts skipped rows twice when a batch is tried again, and the memory of the process grows by about 40 MB over the whole run, which looks like the batch buffer being kept alive by the closure that draws the progress.\n\nNext: move the counter behind the retry, drop the buffer, and run the whole import once against a copy of production before Thursday. The way back is a single delete by batch id; on the small archive it took out exactly the 3,412 rows that had come in.",
    ["summary"]],
  ["pattern", "engram-hook", "Parse at the edge, keep enums inside",
    "Read the wire format into types of its own, then turn it into an enum. An event nobody knows is then “nothing to do” and not an error.",
    ["remember"]],
  ["commitment", "acme-web", "Write the migration guide before the release", "Nadia reviews it.", ["remember"]],
  ["fact", "acme-web", "The public API has a cursor nobody may build",
    "Its form has changed twice; clients pass back what they were given.", ["remember"]],
];

const OLDER = [
  ["decision", "engram-hook", "Seal a segment before it is sent"],
  ["note", "acme-web", "The settings page loads in one request"],
  ["note", "billing", "Invoice totals are computed in integer cents"],
  ["event", "acme-web", "Pull request: smaller images on the start page"],
  ["decision", "infra", "One pool of runners for all repositories"],
  ["note", "archive", "Checksums are verified while the archive is read"],
  ["note", "engram-hook", "The lock is held for microseconds"],
];

/** Text that must be shown as text. */
const HOSTILE = `<script>window.hacked = true</script><img src=x onerror="window.hacked = true">`;

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** The same memories every time, counted back from `now`. */
function lines(now) {
  const memories = [];
  const add = (at, [type, project, topic, content, tags]) =>
    memories.push({
      id: `mem_sample_${memories.length}`,
      topic,
      content: `${topic}\n\n${content}`,
      memory_type: type,
      project,
      scope: "work",
      tags: ["claude-code", ...tags],
      source: "hook",
      created_at: new Date(at).toISOString(),
    });
  NEWEST.forEach((memory, age) => add(now - (6 + age * 97) * MINUTE, memory));
  for (let day = 1; day < 30; day += 1) {
    const weekend = [0, 6].includes(new Date(now - day * DAY).getUTCDay());
    const count = weekend ? (day * 5) % 3 : 5 + ((day * 37) % 11);
    for (let number = 0; number < count; number += 1) {
      const [type, project, topic] = OLDER[(day * 3 + number) % OLDER.length];
      add(now - day * DAY - number * 31 * MINUTE, [type, project, topic, `Step ${day}.${number}`, ["turn"]]);
    }
  }
  add(now - 29.5 * DAY, ["note", HOSTILE, `Hostile ${HOSTILE}`, HOSTILE, [HOSTILE.slice(0, 64)]]);
  return memories.map((memory) => `${JSON.stringify(memory)}\n`).join("");
}

module.exports = { lines };
