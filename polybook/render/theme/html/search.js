
// ---- search: asks the index that Pagefind made, and shows sections ------------------------------

const dialog = document.querySelector("dialog.search");
const field = dialog.querySelector("input");
const told = dialog.querySelector("[role=status]");
const found = dialog.querySelector("ol");
const LOOKED_AT = 30; // pages; a book's best hits are among the first
const SECTIONS = 4; // of a page

let pagefind;
function engine() {
  pagefind ??= import(new URL("pagefind/pagefind.js", script.src));
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

// A browser takes the focus from a closed dialog's field with the next frame only: until then keys would go there.
function leave() {
  document.activeElement?.blur();
  dialog.close();
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
    leave();
  }
  if (event.isComposing || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  event.preventDefault();
  const stops = [field, ...found.querySelectorAll("a")];
  const step = event.key === "ArrowDown" ? 1 : -1;
  const next = stops[stops.indexOf(document.activeElement) + step];
  next?.focus();
  if (next === field) field.select();
});
dialog.querySelector(".close").addEventListener("click", leave);
dialog.addEventListener("click", (event) => {
  if (event.target === dialog || event.target.closest("a")) leave();
});
