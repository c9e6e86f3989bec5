// The only script of the site: it adds what a page cannot have without one. All text is readable without it.
"use strict";

// A link to another language leads to the same heading there: identifiers are the same in every language.
for (const link of document.querySelectorAll(".languages a")) {
  link.addEventListener("click", () => {
    const headings = [...document.querySelectorAll("main section[id]")];
    const here = headings.filter((one) => one.getBoundingClientRect().top < 120).pop();
    if (here && here !== headings[0]) link.hash = here.id;
  });
}
