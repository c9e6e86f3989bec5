// The preview's own script; no page of a published book holds it.
"use strict";
(() => {
  const PLACE = "polybook-preview-place";
  const blocks = () => [...document.querySelectorAll("main :is(h1, h2, h3, h4, p, li, pre, tr, figure, dt, dd)")];

  const style = document.createElement("style");
  style.textContent = `
    .untranslated { background: color-mix(in srgb, #f59e0b 22%, transparent); }
    .untranslated.fuzzy { background: color-mix(in srgb, #3b82f6 22%, transparent); }
    [data-message] { cursor: help; }
    [data-message]:hover { outline: 1px dashed currentColor; outline-offset: 3px; }
    .preview-panel { position: fixed; inset: auto 1rem 1rem 1rem; max-width: 44rem; max-height: 60vh; overflow: auto;
      margin-inline: auto; z-index: 99; padding: 1rem 1.2rem; border-radius: 6px; font: 15px/1.5 system-ui, sans-serif;
      background: #1f2937; color: #f9fafb; box-shadow: 0 6px 30px #0006; direction: ltr; text-align: left; }
    .preview-panel pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0.3rem 0 0.8rem; font: inherit; color: inherit;
      background: none; border: 0; padding: 0; }
    .preview-panel .where { font-family: ui-monospace, monospace; font-size: 13px; color: #cbd5e1; }
    .preview-panel .finding { color: #fcd34d; margin: 0.2rem 0; }
    .preview-panel button { float: right; font: inherit; color: inherit; background: none; border: 1px solid #6b7280;
      border-radius: 4px; cursor: pointer; }
    .preview-problem { background: #7f1d1d; }`;
  document.head.append(style);

  // The place: which block is at the top of the window, and how far from its edge.
  function keepPlace() {
    const found = blocks();
    const index = found.findIndex((one) => one.getBoundingClientRect().bottom > 0);
    if (index < 0) return;
    const place = { path: location.pathname, index, of: found.length, top: found[index].getBoundingClientRect().top };
    sessionStorage.setItem(PLACE, JSON.stringify(place));
  }

  function returnToPlace() {
    const place = JSON.parse(sessionStorage.getItem(PLACE) || "null");
    sessionStorage.removeItem(PLACE);
    if (!place || place.path !== location.pathname) return;
    const block = blocks()[place.index];
    if (block) scrollBy({ top: block.getBoundingClientRect().top - place.top, behavior: "instant" });
  }

  function panel(kind, ...parts) {
    document.querySelectorAll(`.preview-panel.${kind}`).forEach((one) => one.remove());
    if (!parts.length) return;
    const box = document.createElement("div");
    box.className = `preview-panel ${kind}`;
    box.setAttribute("role", kind === "preview-problem" ? "alert" : "dialog");
    box.setAttribute("aria-label", kind === "preview-problem" ? "The last build failed" : "Message");
    const close = document.createElement("button");
    close.textContent = "close";
    close.addEventListener("click", () => box.remove());
    box.append(close, ...parts);
    document.body.append(box);
  }

  function part(name, text, kind = "") {
    const element = document.createElement(name);
    element.textContent = text;
    element.className = kind;
    return element;
  }

  let build = null;
  new EventSource("/_preview/events").addEventListener("message", (event) => {
    const state = JSON.parse(event.data);
    if (state.problem) panel("preview-problem", part("pre", state.problem));
    else panel("preview-problem");
    if (build !== null && state.build !== build) {
      keepPlace();
      location.reload();
    }
    build = state.build;
  });

  document.addEventListener("click", async (event) => {
    const target = event.target.closest("[data-message]");
    if (!target || event.target.closest("a, button, .preview-panel") || String(getSelection())) return;
    const answer = await fetch(`/_preview/message/${encodeURIComponent(target.dataset.message)}`);
    if (!answer.ok) return;
    const found = await answer.json();
    panel(
      "preview-message",
      part("div", found.where, "where"),
      part("pre", found.message),
      part("div", found.state, "where"),
      part("pre", found.translation),
      ...found.findings.map((one) => part("p", one, "finding")),
    );
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") panel("preview-message");
  });

  history.scrollRestoration = "manual";
  returnToPlace();
  addEventListener("load", returnToPlace);
})();
