// What a page cannot have without a script. All text can be read, and all pages reached, without this file.
"use strict";

const say = document.currentScript.dataset;
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

// ---- search ----------------------------------------------------------------------------------

const dialog = document.querySelector("dialog.search");
const field = dialog.querySelector("input");
const told = dialog.querySelector("[role=status]");
const found = dialog.querySelector("ol");
const LOOKED_AT = 30; // pages; a book's best hits are among the first
const SECTIONS = 4; // of a page

let pagefind;
function engine() {
  pagefind ??= import(new URL("pagefind/pagefind.js", document.baseURI));
  return pagefind;
}

const plain = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").normalize("NFC");

// Pagefind is generous: where there is no such word it takes the beginning of one, and of a Japanese or Chinese
// word any of its parts. So a page stays only if it has each term as it was typed, or if Pagefind finds the term
// in quotation marks too, which is another form of the same word.
async function pagesWith(terms) {
  const { search } = await engine();
  const [all, ...exact] = await Promise.all([terms.join(" "), ...terms.map((term) => `"${term}"`)].map((one) => search(one)));
  const forms = exact.map((answer) => new Set(answer.results.map((result) => result.id)));
  const results = all.results.slice(0, LOOKED_AT);
  const pages = await Promise.all(results.map((result) => result.data()));
  return pages.filter((page, place) => {
    const text = plain(page.content);
    return terms.every((term, which) => text.includes(plain(term)) || forms[which].has(results[place].id));
  });
}

// The sections of a page that have a term as it was typed, or else all that Pagefind names; first those that have
// the most terms, then those that have them in their title, then those that Pagefind gives most weight.
function sectionsWith(page, terms) {
  const joint = page.raw_content.includes("\u200b") ? "\u200b" : /\s+/;
  const words = page.raw_content.split(joint);
  const starts = page.anchors.filter((one) => /^h\d$/i.test(one.element)).map((one) => one.location);
  const held = (text) => terms.filter((term) => plain(text).includes(plain(term))).length;
  const weighed = page.sub_results.map((section) => {
    const start = section.anchor?.location ?? 0;
    const end = Math.min(...starts.filter((one) => one > start));
    const text = words.slice(start, end).join(joint === "\u200b" ? "" : " ");
    const weight = section.weighted_locations.reduce((sum, one) => sum + one.balanced_score, 0);
    return { section, order: [held(text), held(section.title), weight] };
  });
  weighed.sort((one, other) => other.order.map((value, place) => value - one.order[place]).find(Boolean) ?? 0);
  const best = weighed.some((one) => one.order[0]) ? weighed.filter((one) => one.order[0]) : weighed;
  return best.slice(0, SECTIONS).map((one) => one.section);
}

// An excerpt with the terms marked, or what Pagefind marks. It writes two signs as HTML does, and no others.
function excerpt(section, terms) {
  const text = section.plain_excerpt;
  const pattern = new RegExp(`(${terms.map((term) => term.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")).join("|")})`, "giu");
  const parts = pattern.test(text) ? text.split(pattern) : section.excerpt.split(/<\/?mark>/);
  const paragraph = document.createElement("p");
  parts.forEach((part, place) => {
    const words = part.replaceAll("&lt;", "<").replaceAll("&gt;", ">");
    if (place % 2) paragraph.append(Object.assign(document.createElement("mark"), { textContent: words }));
    else paragraph.append(words);
  });
  return paragraph;
}

function entry(section, chapter, terms) {
  const link = Object.assign(document.createElement("a"), { href: section.url });
  link.append(Object.assign(document.createElement("b"), { textContent: section.title }));
  if (section.title !== chapter) link.append(Object.assign(document.createElement("small"), { textContent: chapter }));
  link.append(excerpt(section, terms));
  const item = document.createElement("li");
  item.append(link);
  return item;
}

let latest = 0;
async function look() {
  const turn = ++latest;
  const query = field.value.trim();
  const terms = query.replaceAll('"', " ").split(/\s+/).filter(Boolean);
  if (!terms.length) {
    found.replaceChildren();
    told.textContent = "";
    return;
  }
  try {
    const pages = await pagesWith(terms);
    if (turn !== latest) return; // another key was pressed meanwhile
    const entries = pages.flatMap((page) => sectionsWith(page, terms).map((one) => entry(one, page.meta.title, terms)));
    found.replaceChildren(...entries);
    told.textContent = entries.length ? say.results.replace("#", entries.length) : say.nothing.replace("#", query);
  } catch {
    pagefind = undefined;
    told.textContent = say.failed;
  }
}

function ask() {
  if (dialog.open) return;
  dialog.showModal();
  field.select();
  if (location.protocol === "file:") {
    field.disabled = true;
    told.textContent = say.file;
  } else {
    engine().catch(() => {});
  }
}

document.querySelector(".to-search").addEventListener("click", ask);
addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  const asked = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (asked || (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey))) {
    event.preventDefault();
    ask();
  }
});

let pause;
field.addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(look, 120);
});
field.addEventListener("keydown", async (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  clearTimeout(pause);
  await look();
  found.querySelector("a")?.click();
});
dialog.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.isComposing) {
    event.preventDefault(); // a search field would only empty itself
    dialog.close();
  }
  if (event.isComposing || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  event.preventDefault();
  const stops = [field, ...found.querySelectorAll("a")];
  const step = event.key === "ArrowDown" ? 1 : -1;
  const next = stops[stops.indexOf(document.activeElement) + step];
  next?.focus();
  if (next === field) field.select();
});
dialog.querySelector(".close").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => {
  if (event.target === dialog || event.target.closest("a")) dialog.close();
});
