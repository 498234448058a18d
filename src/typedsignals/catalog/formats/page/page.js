"use strict";

const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");

function remembered() {
  try { return localStorage.getItem("theme"); } catch { return null; }
}

function remember(theme) {
  try { localStorage.setItem("theme", theme); } catch { /* it lasts as long as the page, then */ }
}

function currentTheme() {
  return root.dataset.theme || (dark.matches ? "dark" : "light");
}

const before = remembered();
if (before === "dark" || before === "light") root.dataset.theme = before;

document.addEventListener("DOMContentLoaded", () => {
  const search = document.getElementById("search");
  const found = document.getElementById("found");
  const button = document.getElementById("theme");
  const signals = [...document.querySelectorAll("[data-find]")];
  const entries = [...document.querySelectorAll("nav li")];
  const modules = [...document.querySelectorAll("main > .module")];
  const groups = [...document.querySelectorAll(".index")];
  const besides = [...document.querySelectorAll("main > .besides")];

  function show(words) {
    let count = 0;
    const filled = new Set();
    signals.forEach((signal, place) => {
      const matches = words.every((word) => signal.dataset.find.includes(word));
      signal.hidden = entries[place].hidden = !matches;
      if (matches) { count += 1; filled.add(signal.parentElement); }
    });
    modules.forEach((module, place) => { module.hidden = groups[place].hidden = !filled.has(module); });
    for (const other of besides) other.hidden = words.length > 0;
    document.getElementById("nothing").hidden = count > 0 || words.length === 0;
    found.textContent = words.length ? `${count} of ${signals.length}` : "";
  }

  function searchFor(text) {
    search.value = text;
    show(text.toLowerCase().split(/\s+/).filter(Boolean));
  }

  function nameTheme() {
    button.textContent = currentTheme() === "dark" ? "Light" : "Dark";
    button.setAttribute("aria-label", `Use ${button.textContent.toLowerCase()} colours`);
  }

  document.querySelector(".tools").hidden = false;
  nameTheme();
  dark.addEventListener("change", nameTheme);
  button.addEventListener("click", () => {
    root.dataset.theme = currentTheme() === "dark" ? "light" : "dark";
    remember(root.dataset.theme);
    nameTheme();
  });

  search.addEventListener("input", () => searchFor(search.value));
  document.getElementById("clear").addEventListener("click", () => { searchFor(""); search.focus(); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, textarea")) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "Escape" && event.target === search) {
      searchFor("");
    }
  });
  addEventListener("hashchange", () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.closest("[hidden]")) { searchFor(""); target.scrollIntoView(); }
  });
});
