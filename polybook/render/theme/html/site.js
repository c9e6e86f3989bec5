// What a page cannot have without a script. All text can be read, and all pages reached, without this file.
"use strict";

const script = document.currentScript;
const say = script.dataset;
const root = document.documentElement;

// ---- colours: the system's, light or dark, remembered ----------------------------------------

const schemes = [...document.querySelectorAll("[name=scheme]")];
for (const choice of schemes) {
  choice.checked = choice.value === (root.dataset.scheme ?? "");
  choice.addEventListener("change", () => {
    if (choice.value) root.dataset.scheme = choice.value;
    else delete root.dataset.scheme;
    try {
      if (choice.value) localStorage.setItem("scheme", choice.value);
      else localStorage.removeItem("scheme");
    } catch { /* not remembered, then */ }
  });
}

// ---- menus close as menus do -----------------------------------------------------------------

const menus = [...document.querySelectorAll("details.menu")];
for (const menu of menus) {
  menu.addEventListener("toggle", () => {
    if (menu.open) for (const other of menus) if (other !== menu) other.open = false;
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
}
addEventListener("click", (event) => {
  for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
});
addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && menus.find((menu) => menu.open);
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

// ---- where am I ------------------------------------------------------------------------------

const side = document.querySelector(".side");
const places = [...(side?.querySelectorAll('a[href^="#"]') ?? [])]
  .map((link) => ({ link, section: document.getElementById(link.hash.slice(1)) }))
  .filter((place) => place.section);
const sections = [...document.querySelectorAll("main section[id]")];
const languages = [...document.querySelectorAll(".languages a")];

function reached(candidates, element) {
  const atEnd = innerHeight + scrollY >= root.scrollHeight - 2 && scrollY > 0;
  return candidates.filter((one) => element(one).getBoundingClientRect().top < (atEnd ? innerHeight : Math.max(130, innerHeight / 4))).pop();
}

function mark() {
  const here = reached(places, (place) => place.section);
  for (const { link } of places) {
    if (link === here?.link) link.setAttribute("aria-current", "location");
    else link.removeAttribute("aria-current");
  }
  // Another language leads to the same heading there: identifiers are the same in every language.
  const section = reached(sections, (one) => one);
  for (const link of languages) link.hash = section && section !== sections[0] ? section.id : "";
}

let waiting = false;
function soon() {
  if (!waiting) requestAnimationFrame(() => { waiting = false; mark(); });
  waiting = true;
}
addEventListener("scroll", soon, { passive: true });
addEventListener("resize", soon);
mark();

// ---- contents: beside the text, or a drawer on a small screen ---------------------------------

// The current chapter and its sections are in sight, without a step further than that takes.
function showCurrent() {
  const current = side.querySelector('[aria-current="page"]');
  const entry = current?.parentElement.getBoundingClientRect();
  const room = side.getBoundingClientRect();
  if (entry && entry.bottom > room.bottom) side.scrollTop += Math.min(entry.bottom - room.bottom + 40, entry.top - room.top - 40);
  return current;
}
if (side) {
  showCurrent();
  side.addEventListener("toggle", (event) => {
    if (event.newState === "open") showCurrent()?.focus({ preventScroll: true });
  });
  side.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !side.contains(event.relatedTarget) && side.matches(":popover-open")) side.hidePopover();
  });
  side.addEventListener("click", (event) => {
    if (event.target.closest("a") && side.matches(":popover-open")) side.hidePopover();
  });
  matchMedia("(min-width: 62rem)").addEventListener("change", () => {
    if (side.matches(":popover-open")) side.hidePopover();
  });
}

// ---- what folds, and tabs: a link opens where it leads, and paper shows all --------------------

function addressed() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch { // somebody's own per cent signs
    return "";
  }
}

function reveal() {
  const target = document.getElementById(addressed());
  for (let box = target; box; box = box.parentElement) {
    if (box.matches("details")) box.open = true;
    else if (box.matches(".tab")) box.querySelector(":scope > .label > input").checked = true;
  }
  target?.scrollIntoView();
}
if (document.querySelector("main details, .tabs")) {
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("main details:not([open])")];
    for (const box of opened) box.open = true;
  });
  addEventListener("afterprint", () => {
    for (const box of opened) box.open = false;
  });
}

// ---- listings: copied, and linked to by the line ----------------------------------------------

const spoken = document.querySelector(".spoken");

function codeOf(figure) {
  const copy = figure.querySelector("pre code").cloneNode(true);
  for (const prompt of copy.querySelectorAll(".gp")) prompt.remove();
  return copy.textContent;
}

async function copied(figure) {
  try {
    await navigator.clipboard.writeText(codeOf(figure));
    return true;
  } catch { // no clipboard on this page: the old way
    const area = document.createElement("textarea");
    area.value = codeOf(figure);
    area.className = "unseen";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

for (const figure of document.querySelectorAll(".listing:not(.transcript)")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.title = say.copy;
  button.setAttribute("aria-label", say.copy);
  button.addEventListener("click", async () => {
    if (!await copied(figure)) return;
    button.focus();
    button.dataset.done = say.copied;
    spoken.textContent = say.copied;
    setTimeout(() => {
      delete button.dataset.done;
      spoken.textContent = "";
    }, 2000);
  });
  (figure.querySelector("figcaption") ?? figure).append(button);
}

// A click on a line's number puts the line into the address.
for (const code of document.querySelectorAll(".program code")) {
  code.addEventListener("click", (event) => {
    const line = event.target.closest(".line");
    if (!line) return;
    const number = parseFloat(getComputedStyle(line, "::before").width);
    if (event.clientX < line.getClientRects()[0].left + number) location.hash = line.id;
  });
}

// What does not scroll needs no stop of the Tab key.
for (const box of document.querySelectorAll("main pre, main .table")) {
  new ResizeObserver(() => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }).observe(box);
}
