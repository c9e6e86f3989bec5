// The reader's own language stands first and is marked; nobody is sent anywhere.
"use strict";
const editions = [...document.querySelectorAll(".editions > li")];
const first = (tag) => tag.toLowerCase().split("-")[0];
for (const wanted of navigator.languages ?? []) {
  const mine = editions.find((one) => one.lang.toLowerCase() === wanted.toLowerCase())
    ?? editions.find((one) => first(one.lang) === first(wanted));
  if (mine) {
    mine.classList.add("mine");
    mine.parentElement.prepend(mine);
    break;
  }
}
