// What the pages do better with a script: copy a key, show times as the reader's clock has them.
"use strict";

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = "Copied";
    } catch {
      // Without the permission, selecting is the next best thing.
      getSelection().selectAllChildren(source);
      button.textContent = "Press Ctrl+C";
    }
  });
}

// The address must not offer to come back to a key that is shown once.
if (location.search.startsWith("?created=")) {
  history.replaceState(null, "", location.pathname);
}

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
const units = [["minute", 60], ["hour", 3600], ["day", 86400]];

for (const time of document.querySelectorAll("time")) {
  const at = new Date(time.dateTime);
  const seconds = (Date.now() - at) / 1000;
  time.title = exact.format(at);
  if (seconds < 60) {
    time.textContent = "just now";
  } else if (seconds < 7 * 86400) {
    const [unit, length] = units.findLast(([, length]) => seconds >= length);
    time.textContent = relative.format(-Math.floor(seconds / length), unit);
  } else {
    time.textContent = exact.format(at);
  }
}
