// What happens behind the looks? The next push, what is broken, the ledger's rows, the pace.

import { h, roving } from "/page/dom.js";
import { span } from "./clock.js";
import { segments } from "./head.js";

const FAULTS = ["outage", "flood_short", "flood_long", "lost_answer", "blocked", "forbidden", "killed"];
const LASTING = new Set(["outage", "blocked", "forbidden"]);

export class Happens {
  constructor({ words, control }) {
    this.words = words;
    this.control = control;
    this.coming = null;
    this.when = h("p", { class: "when" });
    this.series = h("span", {});
    this.countdown = h("p", { class: "countdown" });
    this.life = h("p", { class: "life" });
    this.campaigns = h("div", { class: "campaigns" });
    this.pace = h("div", { class: "pace" });
    this.shown = "";
    this.element = h(
      "div",
      { class: "card happens", tabindex: "0", "aria-label": words.happens },
      h("section", { class: "next" }, h("div", {}, h("h3", {}, words.next_push, this.series), this.when), this.countdown),
      this.faultMenu(),
      h("section", { class: "ledger" }, h("h3", {}, words.ledger, this.life), this.campaigns),
      h("section", { class: "pace-box" }, h("h3", {}, words.pace), this.pace),
    );
  }

  // --- what is broken

  faultMenu() {
    this.faultButtons = {};
    const hint = h("p", { class: "hint", id: "fault-hint" }, this.words.break_hint);
    const groups = {};
    const choose = segments(
      this.words.break,
      [
        { name: "telegram", label: "Telegram" },
        { name: "discord", label: "Discord" },
      ],
      "telegram",
      (wanted) => {
        choose.mark(wanted);
        for (const [look, group] of Object.entries(groups)) group.hidden = look !== wanted;
      },
    );
    for (const look of ["telegram", "discord"]) {
      const buttons = FAULTS.map((fault) => this.fault(look, fault, hint));
      groups[look] = roving(h("div", { class: "faults", role: "group", hidden: look !== "telegram", "aria-label": `${this.words.break}: ${look}` }, buttons));
    }
    const skip = h("button", { type: "button", class: "quiet", onclick: () => this.control({ do: "skip", hours: 12 }) }, this.words.skip);
    return h("section", { class: "broken" }, h("h3", {}, this.words.break, choose.element), Object.values(groups), hint, skip);
  }

  fault(look, fault, hint) {
    const words = this.words[`fault_${fault}`];
    const button = h("button", { type: "button", class: "fault", "aria-pressed": "false", "aria-describedby": "fault-hint", "data-fault": `${look}-${fault}` }, words);
    const tell = () => {
      const lasts = this.words[LASTING.has(fault) ? "fault_lasting" : "fault_once"];
      hint.replaceChildren(h("b", {}, words), ` · ${lasts} · ${this.words[`cure_${fault}`]}`);
    };
    button.addEventListener("mouseenter", tell);
    button.addEventListener("focus", tell);
    button.addEventListener("click", () => {
      tell();
      this.control({ do: "fault", look, fault, on: button.getAttribute("aria-pressed") !== "true" });
    });
    this.faultButtons[`${look}-${fault}`] = button;
    return button;
  }

  // --- what the server tells

  show(state, clock) {
    if (!this.isTicking) {
      this.isTicking = true;
      clock.onTick((now) => this.count(now));
    }
    this.coming = state.coming;
    this.when.textContent = state.coming ? state.coming.words : this.words.next_none;
    this.series.textContent = state.coming ? state.coming.series : "";
    for (const [name, button] of Object.entries(this.faultButtons)) {
      const [look, ...fault] = name.split("-");
      button.setAttribute("aria-pressed", String(state.faults[look].includes(fault.join("-"))));
    }
    this.life.textContent = state.is_alive ? (state.deaths ? this.words.reborn.replace("{n}", state.deaths) : "") : this.words.dead;
    this.life.classList.toggle("bad", !state.is_alive);
    this.showCampaigns(state.campaigns);
    this.showPace(state);
  }

  count(now) {
    const left = this.coming ? Date.parse(this.coming.at) - now.getTime() : null;
    const words = left === null ? "" : left <= 0 ? this.words.due_now : span(left);
    if (this.countdown.textContent !== words) this.countdown.textContent = words;
    this.countdown.classList.toggle("soon", left !== null && left < 10_000);
  }

  showCampaigns(campaigns) {
    const spelled = JSON.stringify(campaigns);
    if (spelled === this.shown) return;
    this.shown = spelled;
    const focused = document.activeElement?.dataset?.keep;
    const opened = new Map([...this.campaigns.querySelectorAll("details")].map((one) => [one.dataset.id, one.open]));
    this.campaigns.replaceChildren(
      ...(campaigns.length ? campaigns.map((one, index) => this.campaign(one, opened.get(String(one.id)) ?? index === 0)) : [h("p", { class: "empty" }, this.words.ledger_empty)]),
    );
    if (focused) this.campaigns.querySelector(`[data-keep="${CSS.escape(focused)}"]`)?.focus();
  }

  campaign(one, isOpen) {
    const total = one.planned ?? one.sum.reduce((sum, part) => sum + part.n, 0);
    const bar = h("div", { class: "sum-bar", "aria-hidden": "true" }, one.sum.map((part) => {
      const piece = h("i", { class: part.state });
      piece.style.flexGrow = part.n;
      return piece;
    }));
    const sums = h("p", { class: "sums" }, one.sum.map((part, index) => [index ? " · " : "", h("span", { class: part.state }, `${part.n} ${part.words}`)]), one.planned === null ? "" : ` ＝ ${one.planned}`);
    const retry = one.can_retry ? h("button", { type: "button", class: "quiet", "data-keep": `retry-${one.id}`, onclick: () => this.control({ do: "retry", campaign: one.id }) }, this.words.retry) : null;
    return h(
      "details",
      { class: `campaign ${one.state}`, open: isOpen, "data-id": one.id },
      h("summary", {}, h("span", { class: "kind" }, one.kind), h("b", {}, one.title), h("span", { class: "campaign-state" }, one.state_words)),
      total ? bar : null,
      sums,
      one.excluded ? h("p", { class: "note" }, this.words.excluded.replace("{n}", one.excluded)) : null,
      retry,
      one.rows.length ? this.table(one) : null,
    );
  }

  table(one) {
    const head = h("tr", {}, h("th", { scope: "col" }, this.words.column_place), h("th", { scope: "col" }, this.words.column_part), h("th", { scope: "col" }, this.words.column_state));
    let last = "";
    const rows = one.rows.map((row) => {
      const name = `${row.platform}-${row.place}`;
      const isFirst = name !== last;
      last = name;
      return h(
        "tr",
        { class: isFirst ? "first" : null },
        h("th", { scope: "row" }, isFirst ? [h("span", { class: `platform ${row.platform}` }, label(row.platform)), row.place] : h("span", { class: "again" }, row.place)),
        h("td", { class: "part" }, `${row.part}/${row.parts}`),
        h("td", { class: `state ${row.state}` }, h("i", { "aria-hidden": "true" }), row.words, row.attempts > 1 ? ` · ${this.words.attempts.replace("{n}", row.attempts)}` : "", row.reason ? h("small", {}, row.reason) : null, row.state === "unknown" ? this.doubt(one, row) : null),
      );
    });
    return h("table", {}, h("thead", {}, head), h("tbody", {}, rows));
  }

  doubt(one, row) {
    const settle = (arrived) => this.control({ do: "settle", campaign: one.id, channel: row.channel, part: row.part, arrived });
    return h("span", { class: "doubt" }, h("button", { type: "button", class: "tiny", onclick: () => settle(true) }, this.words.it_arrived), h("button", { type: "button", class: "tiny", onclick: () => settle(false) }, this.words.send_again));
  }

  showPace(state) {
    const made = Object.entries(state.pace).map(([name, { free, most }]) => {
      const words = this.words.pace_words.replace("{free}", free).replace("{most}", most);
      const isUp = state.platforms[name] === "up";
      return h(
        "p",
        { class: "pace-line" },
        h("span", { class: `platform ${name}` }, label(name)),
        h("meter", { min: 0, max: most, value: free, "aria-hidden": "true" }),
        h("span", {}, words),
        h("span", { class: isUp ? "up" : "down" }, isUp ? this.words.up : this.words.down),
      );
    });
    this.pace.replaceChildren(...made);
  }
}

function label(platform) {
  return { telegram: "T", discord: "D", web: "W" }[platform];
}
