// Light or dark? What was chosen here, else what the system wishes.

const NAME = "zhouzhi-theme";

export function current() {
  return document.documentElement.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}

export function choose(theme) {
  document.documentElement.dataset.theme = theme;
  localStorage.setItem(NAME, theme);
}

const kept = localStorage.getItem(NAME);
if (kept === "light" || kept === "dark") document.documentElement.dataset.theme = kept;
