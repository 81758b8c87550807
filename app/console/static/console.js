// Keys press the buttons that stand on the page; drafts of comments outlive an error. Without this file all works by hand.
"use strict";
(() => {
  const page = document.body;
  const dialog = document.getElementById("keys");
  const KEYS_OFF = "otterwatch-keys-off";
  const QUIET_MS = 350; // a key held or pressed twice must not decide about the next case unread
  let ready = false;
  let leaving = false;

  const stored = (storage, name) => { try { return storage.getItem(name); } catch { return null; } };
  const store = (storage, name, value) => {
    try { if (value) storage.setItem(name, value); else storage.removeItem(name); } catch { /* private window */ }
  };
  // What stands in closed <details> has a place on the page, yet nobody sees it.
  const visible = (element) =>
    element.getClientRects().length > 0 && (element.matches("summary") || !element.closest("details:not([open])"));

  // What happened is said aloud: a live region only speaks of what changes after the page was read.
  const live = document.getElementById("live");
  const say = (words) => { live.textContent = ""; setTimeout(() => { live.textContent = words; }, 60); };
  const said = [...document.querySelectorAll("[data-announce]")].map((e) => e.textContent.trim()).join(" ");
  if (said) setTimeout(() => say(said), 300);
  const focusOn = (root) => root.querySelector("[data-focus]")?.focus({ preventScroll: false });
  focusOn(document);

  // Drafts: kept in this tab only, for this person only, and dropped once stored or signed out.
  const draft = document.querySelector("textarea[data-draft]");
  const draftName = draft && `otterwatch-draft-${page.dataset.person}-${draft.dataset.draft}`;
  const SENT = "otterwatch-draft-sent";
  const bar = document.querySelector("form.undo");
  const sent = JSON.parse(stored(sessionStorage, SENT) ?? "null");
  store(sessionStorage, SENT, "");
  if (sent) { // dropped only where the page shows that it was stored
    const commented = draftName === sent.name && location.search.includes("note=commented");
    const decided = bar?.dataset.case === sent.case && bar.dataset.decision !== sent.decision;
    if (commented || decided) store(sessionStorage, sent.name, "");
  }
  if (draft) {
    if (!draft.value) draft.value = stored(sessionStorage, draftName) ?? "";
    draft.addEventListener("input", () => store(sessionStorage, draftName, draft.value));
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.id === "act" && draft) {
      store(sessionStorage, draftName, draft.value);
      const before = { name: draftName, case: draft.dataset.draft, decision: bar?.dataset.decision };
      store(sessionStorage, SENT, JSON.stringify(before));
    }
    if (form.id === "sign-out") {
      try { sessionStorage.clear(); } catch { /* private window */ }
    }
    if (form.method !== "dialog") {
      if (leaving) { event.preventDefault(); return; } // sent once is enough
      leaving = true;
    }
  });
  window.addEventListener("pageshow", () => { leaving = false; });

  // The meanings in the text, as last chosen.
  const glosses = document.getElementById("glosses");
  if (glosses) {
    glosses.checked = stored(localStorage, "otterwatch-glosses-off") === null;
    glosses.addEventListener("change", () => store(localStorage, "otterwatch-glosses-off", glosses.checked ? "" : "1"));
  }

  // Keys
  const on = document.getElementById("keys-on");
  const showKeys = document.getElementById("show-keys");
  on.checked = stored(localStorage, KEYS_OFF) === null;
  on.addEventListener("change", () => store(localStorage, KEYS_OFF, on.checked ? "" : "1"));
  showKeys.hidden = false;
  showKeys.addEventListener("click", () => dialog.showModal());

  const opens = () => [...document.querySelectorAll("[data-open]")];
  const move = (step) => {
    const links = opens();
    const at = links.indexOf(document.activeElement);
    const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step;
    if (next >= links.length) { document.querySelector("[data-next-page]")?.focus(); return; }
    const link = links[Math.max(0, next)];
    link?.focus();
    link?.scrollIntoView({ block: "nearest" });
  };
  const dismiss = document.querySelector(".dismiss");
  document.addEventListener("click", (event) => {
    if (dismiss?.open && !dismiss.contains(event.target)) dismiss.open = false;
  });
  const press = (element) => {
    if (element.matches("summary")) {
      const details = element.parentElement;
      details.open = !details.open;
      (details.open ? details.querySelector("button") : element).focus();
    } else if (element.matches("textarea")) {
      element.focus();
      element.scrollIntoView({ block: "center" });
    } else {
      element.click();
    }
  };
  document.addEventListener("keydown", (event) => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (key === "Escape") {
      if (typing) typing.blur();
      if (dismiss?.open) { dismiss.open = false; dismiss.querySelector("summary").focus(); }
      return;
    }
    if (typing || dialog.open || event.repeat) return;
    if (key === "?") { event.preventDefault(); dialog.showModal(); return; }
    if (!on.checked) return;
    if (opens().length) {
      if (key === "j" || key === "k") { event.preventDefault(); move(key === "j" ? 1 : -1); return; }
      if (key === "o") { event.preventDefault(); (opens().includes(document.activeElement) ? document.activeElement : opens()[0]).click(); return; }
      if ("cdn".includes(key)) { say("Open a case first: with Enter or o."); return; }
    }
    const button = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(visible);
    if (!button || button.disabled) return;
    event.preventDefault();
    if (!ready || leaving) return;
    press(button);
  });
  setTimeout(() => { ready = true; page.dataset.ready = "true"; }, QUIET_MS);

  // Parts of the page that htmx brings in place.
  document.addEventListener("htmx:before:request", (event) => {
    if (document.hidden && event.target.id === "queue-state") event.preventDefault();
  });
  document.addEventListener("htmx:after:swap", (event) => {
    const target = event.detail?.ctx?.target;
    const fresh = target?.id ? document.getElementById(target.id) : null;
    if (fresh && target.id !== "queue-state") focusOn(fresh);
  });
  document.addEventListener("htmx:response:error", (event) => {
    const context = event.detail?.ctx;
    if (context?.response?.status === 401) document.getElementById("queue-state")?.remove();
  });
  document.addEventListener("htmx:error", (event) => {
    const words = "The console does not answer. Is it still running? What you typed stays here.";
    const notice = document.getElementById("notice");
    if (notice.textContent.trim() === words) return;
    const paragraph = document.createElement("p");
    paragraph.className = "problem";
    paragraph.textContent = words;
    notice.replaceChildren(paragraph);
    if (event.target.id !== "queue-state") notice.scrollIntoView({ block: "nearest" });
  });
})();
