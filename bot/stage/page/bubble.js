// What stands in and with a bubble on both platforms? Its budgets, its pictures, its file, and that it came twice.

import { h } from "/page/dom.js";

// The budgets of a message, each as used of its limit.
export function meter(bubble, words, spelled = String) {
  if (!bubble.meter.length) return null;
  return h(
    "dl",
    { class: "meter", "aria-label": words.meter },
    bubble.meter.map(([name, used, limit]) => {
      const bar = h("dd", { class: used > limit ? "level over" : used > limit * 0.9 ? "level near" : "level", "aria-hidden": "true" });
      bar.style.setProperty("--used", Math.min(1, used / limit));
      return h("div", {}, h("dt", {}, words[`meter_${name}`]), h("dd", { class: "figure" }, `${spelled(used)}/${spelled(limit)}`), bar);
    }),
  );
}

export function copies(bubble, words) {
  return bubble.copies > 1 ? h("p", { class: "copies" }, words.twice.replace("{n}", bubble.copies)) : null;
}

export function fileLink(bubble, words) {
  return h("a", { class: "file", href: `/stage/file/${bubble.scene}/${bubble.id}`, download: bubble.file }, h("span", { "aria-hidden": "true" }, "📄 "), bubble.file, h("small", {}, ` ${words.download}`));
}

// Where its bytes are not to be had, a picture is its words.
export function picture(sha, about, look) {
  const address = look.picture(sha);
  if (!address) return h("span", { class: "gone" }, about);
  return h("img", { src: address, alt: about, title: about === look.words.picture ? null : about });
}
