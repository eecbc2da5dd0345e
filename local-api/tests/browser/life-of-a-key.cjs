// The whole life of a key, through the page, in a real browser. See run.sh for how it is started.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const samples = require("./samples.cjs");
const { hook } = require("./hook.cjs");
const { start, filesHolding } = require("./service.cjs");

const BINARY = process.env.ENGRAM_LOCAL_BIN;
const HOOK = process.env.ENGRAM_HOOK_BIN;
const SCREENSHOTS = process.env.ENGRAM_SCREENSHOTS;
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

let passed = 0;
async function step(name, check) {
  try {
    await check();
  } catch (error) {
    console.error(`failed: ${name}`);
    throw error;
  }
  passed += 1;
  console.log(`ok: ${name}`);
}

/** A window that notes every request to somebody else and every complaint of the browser. */
async function open(browser, service, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1120, height: 860 }, locale: "en-GB", ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(`${service.url}/`)) complaints.push(`request to ${request.url()}`);
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  return { context, page, complaints };
}

async function accessibility(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
}

function postMemory(service, key, content) {
  return fetch(`${service.url}/api/memories`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ topic: "From the browser test", content, memory_type: "note" }),
  });
}

async function lifeOfAKey(service, browser) {
  const keysUrl = `${service.url}/settings/api-keys`;
  const { context, page, complaints } = await open(browser, service);
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: service.url });

  await step("without a session the pages show nothing", async () => {
    const response = await page.goto(keysUrl);
    assert.equal(response.status(), 401);
    assert.match(await page.textContent("main"), /admin-url/);
    complaints.length = 0;
  });

  await step("the one-time link signs in, once", async () => {
    assert.equal((await page.goto(service.adminUrl)).status(), 200);
    assert.equal(page.url(), `${service.url}/`);
    assert.equal((await fetch(service.adminUrl, { redirect: "manual" })).status, 401);
  });

  let key;
  await step("a new key is shown in full in a banner", async () => {
    await page.click("nav >> text=API keys");
    await page.fill("#name", "laptop");
    await page.keyboard.press("Enter");
    key = await page.textContent("#fresh-key");
    assert.match(key, /^eng_[0-9A-Za-z]{40}$/);
    assert.equal(await page.getAttribute(".banner", "role"), "status");
    assert.equal(page.url(), keysUrl, "the address offers no way back to the key");
  });

  await step("the copy button copies it", async () => {
    await page.click(".banner button");
    await page.waitForSelector(".banner button:has-text('Copied')");
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), key);
  });

  await step("dismissed, reloaded and gone back to, the page does not show it again", async () => {
    await page.click("text=I have copied it");
    const never = async () => assert.ok(!(await page.content()).includes(key));
    await never();
    await page.reload();
    await never();
    await page.goBack();
    await never();
    await page.goto(keysUrl);
    assert.equal(await page.locator("tbody tr").count(), 1, "no second key was made");
  });

  await step("neither the database nor any other file of the service holds it", async () => {
    assert.ok(fs.readdirSync(service.data).length >= 1);
    assert.deepEqual(filesHolding(service.directory, key), []);
    assert.ok(filesHolding(service.directory, "laptop").length > 0, "the search does find what is there");
  });

  const used = () => page.getAttribute("td.used time", "datetime");
  await step("every use of the key moves its last use", async () => {
    assert.match(await page.textContent("td.used"), /never/);
    assert.equal((await postMemory(service, key, "the first")).status, 201);
    await page.reload();
    const first = await used();
    assert.equal((await postMemory(service, key, "the second")).status, 201);
    await page.reload();
    assert.ok((await used()) > first);
  });

  const guest = HOOK && hook(HOOK, path.join(service.directory, "home"), service.url, key);
  if (guest) {
    await step("the hook delivers with it, and its last use moves", async () => {
      const before = await used();
      const text = "The hook sends this sentence through the key that the browser has just made.";
      assert.equal(guest.capture(text).status, 0);
      assert.equal(guest.flush().status, 0);
      await page.goto(`${service.url}/?q=sentence`);
      assert.ok((await page.textContent("article")).includes(text));
      await page.goto(keysUrl);
      assert.ok((await used()) > before);
    });
  }

  await step("the key page is accessible", async () => assert.deepEqual(await accessibility(page), []));

  await step("revoking asks first", async () => {
    await page.focus("summary");
    await page.keyboard.press("Enter");
    await page.waitForSelector("text=Confirm revoke");
    assert.equal((await postMemory(service, key, "still alive")).status, 201);
    await page.click("text=Confirm revoke");
    await page.waitForSelector("text=Revoked keys");
    assert.equal((await postMemory(service, key, "too late")).status, 401);
  });

  if (guest) {
    await step("the hook is told, and erases what waits", async () => {
      assert.equal(guest.capture("This sentence waits for a key that has been revoked by now.").status, 0);
      assert.equal(guest.flush().status, 77);
      assert.deepEqual(filesHolding(path.join(service.directory, "home"), "revoked by now"), []);
    });
  }

  await step("the browser had nothing to complain about", async () => assert.deepEqual(complaints, []));
  await context.close();
}

async function signedIn(browser, service, options) {
  const opened = await open(browser, service, options);
  await opened.page.goto(service.run("admin-url", "--port", new URL(service.url).port).stdout.trim());
  return opened;
}

async function reading(service, browser) {
  const light = await signedIn(browser, service, {});
  const dark = await signedIn(browser, service, { colorScheme: "dark" });
  const phone = await signedIn(browser, service, { viewport: { width: 360, height: 740 }, colorScheme: "dark" });
  const plain = await signedIn(browser, service, { javaScriptEnabled: false });

  await step("search finds, and says when it does not", async () => {
    await light.page.fill("#q", "webhooks idempot");
    await light.page.keyboard.press("Enter");
    await light.page.waitForURL(/q=webhooks/);
    assert.equal(await light.page.locator("article").count(), 1);
    await light.page.goto(`${service.url}/?q=nothingofthekind`);
    assert.match(await light.page.textContent(".list"), /Nothing matches/);
  });

  await step("older memories are a link away, and a long one unfolds", async () => {
    await light.page.goto(service.url);
    const newest = await light.page.textContent("article h2");
    await light.page.click("details.text summary");
    assert.ok(await light.page.isVisible("text=The way back is a single delete"));
    await light.page.click("text=Older");
    await light.page.waitForURL(/cursor=/);
    assert.notEqual(await light.page.textContent("article h2"), newest);
  });

  await step("hostile text is shown as text", async () => {
    await light.page.goto(`${service.url}/?q=hostile`);
    assert.match(await light.page.textContent("article h2"), /<script>window\.hacked/);
    assert.equal(await light.page.evaluate(() => window.hacked), undefined);
    assert.equal(await light.page.locator("article img, article script").count(), 0);
  });

  for (const [name, { page }] of Object.entries({ light, dark, phone })) {
    await step(`both pages are accessible: ${name}`, async () => {
      for (const place of ["/", "/settings/api-keys", "/?q=archive"]) {
        await page.goto(service.url + place);
        assert.deepEqual(await accessibility(page), [], place);
      }
    });
  }

  await step("nothing sticks out of a phone", async () => {
    for (const place of ["/", "/settings/api-keys", "/?q=hostile"]) {
      await phone.page.goto(service.url + place);
      assert.equal(await phone.page.evaluate(() => document.documentElement.scrollWidth), 360, place);
    }
  });

  await step("without scripts everything can be read, and a key made and revoked", async () => {
    await plain.page.goto(service.url);
    assert.equal(await plain.page.locator("article").count(), 20);
    await plain.page.goto(`${service.url}/settings/api-keys`);
    await plain.page.fill("#name", "no scripts");
    await plain.page.click("text=Create key");
    assert.match(await plain.page.textContent("#fresh-key"), /^eng_/);
    assert.ok(!(await plain.page.isVisible(".banner button")));
    await plain.page.reload();
    assert.equal(await plain.page.locator("#fresh-key").count(), 0);
    await plain.page.click("summary");
    await plain.page.click("text=Confirm revoke");
    assert.match(await plain.page.textContent(".dead"), /no scripts/);
  });

  await step("the reading browsers had nothing to complain about", async () =>
    assert.deepEqual([light, dark, phone, plain].flatMap(({ complaints }) => complaints), []));

  for (const { context } of [light, dark, phone, plain]) await context.close();
}

/** Pictures of a service in which nothing was tried out. */
async function pictures(service, browser) {
  service.run("keys", "create", "build server");
  await fetch(`${service.url}/api/memories`, {
    headers: { authorization: `Bearer ${service.run("keys", "create", "laptop").stdout.trim()}` },
  });
  const windows = [
    ["", { viewport: { width: 1120, height: 860 } }],
    ["-dark", { colorScheme: "dark" }],
    ["-phone", { viewport: { width: 360, height: 740 } }],
  ];
  for (const [suffix, options] of windows) {
    const { context, page } = await signedIn(browser, service, options);
    await page.screenshot({ path: path.join(SCREENSHOTS, `memories${suffix}.png`) });
    await page.goto(`${service.url}/settings/api-keys`);
    await page.fill("#name", "phone");
    await page.click("text=Create key");
    await page.waitForSelector("#fresh-key");
    await page.mouse.move(0, 0);
    await page.screenshot({ path: path.join(SCREENSHOTS, `keys${suffix}.png`) });
    await page.click("summary");
    await page.click("text=Confirm revoke");
    await context.close();
  }
}

/** Runs a check with a service and a browser that both end with it. */
async function withService(check) {
  const service = await start(BINARY);
  const imported = service.import(samples.lines(Date.now()));
  assert.equal(imported.status, 0, imported.stderr);
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  try {
    await check(service, browser);
  } finally {
    await browser.close();
    await step("the service ends well", async () => assert.equal(await service.stop(), 0));
  }
}

async function main() {
  await withService(async (service, browser) => {
    await lifeOfAKey(service, browser);
    await reading(service, browser);
  });
  if (SCREENSHOTS) await withService(pictures);
  console.log(`${passed} passed, 0 failed`);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
