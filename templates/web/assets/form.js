// What is typed into a form is kept on this device until it is sent, so that no word is lost.
"use strict";

(() => {
  const PREFIX = "visavis:draft:";
  const KEY = PREFIX + location.pathname;
  const LASTS = 30 * 24 * 60 * 60 * 1000;
  const form = document.getElementById("form");

  function read(key) {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null; // no storage here, or not ours
    }
  }

  function forget(key) {
    try {
      localStorage.removeItem(key);
    } catch { /* there is no storage here */ }
  }

  function forgetOld() {
    let keys = [];
    try {
      keys = Object.keys(localStorage);
    } catch { /* there is no storage here */ }
    for (const key of keys.filter((one) => one.startsWith(PREFIX))) {
      const draft = read(key);
      if (!draft || !(Date.now() - draft.at < LASTS)) forget(key);
    }
  }

  function fields() {
    const found = {};
    for (const box of form.querySelectorAll("textarea")) found[box.name] = box.value;
    for (const tap of form.querySelectorAll("input[type=radio]:checked")) found[tap.name] = tap.value;
    return found;
  }

  function fill(values) {
    for (const box of form.querySelectorAll("textarea")) {
      if (typeof values[box.name] === "string") box.value = values[box.name];
      if (box.value && box.closest("details")) box.closest("details").open = true;
    }
    for (const tap of form.querySelectorAll("input[type=radio]")) {
      if (tap.name in values && tap.name !== form.dataset.picked) tap.checked = tap.value === values[tap.name];
    }
  }

  function differs(values) {
    const now = fields();
    return Object.keys({ ...now, ...values }).some(
      (name) => name !== form.dataset.picked && (values[name] || "") !== (now[name] || ""),
    );
  }

  function keep(seen) {
    try {
      localStorage.setItem(KEY, JSON.stringify({ at: Date.now(), seen, fields: fields() }));
      document.getElementById("saved").hidden = false;
    } catch { /* no room, or no storage: then it is kept in the page alone */ }
  }

  function start() {
    const seen = form.elements.seen;
    const shown = { seen: seen.value, fields: fields() };
    const line = document.getElementById("draft");
    const draft = read(KEY);
    if (draft && draft.fields && differs(draft.fields)) {
      fill(draft.fields);
      seen.value = draft.seen || ""; // what came in since is then added to, not replaced
      line.hidden = false;
    }
    let wait = 0;
    const keepNow = () => {
      clearTimeout(wait);
      wait = 0;
      keep(seen.value);
    };
    document.getElementById("drop").addEventListener("click", () => {
      clearTimeout(wait);
      wait = 0;
      forget(KEY);
      form.reset();
      seen.value = shown.seen;
      line.hidden = true;
      document.getElementById("saved").hidden = true;
      form.querySelector("input, textarea").focus();
    });
    form.addEventListener("input", () => {
      clearTimeout(wait);
      wait = setTimeout(keepNow, 300);
    });
    addEventListener("pagehide", () => {
      if (wait) keepNow();
    });
    let sending = false;
    form.addEventListener("submit", (event) => {
      if (sending) event.preventDefault(); // a second tap while the first is under way
      sending = true;
    });
    addEventListener("pageshow", () => { sending = false; });
  }

  forgetOld();
  if (document.getElementById("sent")) forget(KEY);
  if (form) start();
})();
