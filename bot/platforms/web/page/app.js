// The web platform alone: one chat over the whole page.

import { WebChat } from "./chat.js";
import { get } from "./dom.js";

const { chats, words, language } = await get("/chats?" + new URLSearchParams({ language: navigator.language }));
document.documentElement.lang = language;
document.title = words.title;

const trouble = document.getElementById("trouble");
const chat = new WebChat({
  chat: chats[0].chat,
  words,
  language: () => navigator.language,
  takesFiles: (chat) => chats.some((one) => one.chat === chat && one.takes_files),
  onTrouble: (sentence) => {
    trouble.textContent = sentence;
    trouble.hidden = !sentence;
  },
});
document.getElementById("chat").append(chat.element);
chat.open();
if (matchMedia("(hover: hover)").matches) chat.composer.input.focus();

document.addEventListener("keydown", (event) => {
  const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? "");
  if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    chat.composer.input.focus();
  }
});
