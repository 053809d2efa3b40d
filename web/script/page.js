// What HTML alone cannot do: clicks on quotes, the phone's sheet, keys, copying, links to a citation.
// gradio runs this once, with `element` (the conversation) and `trigger` ('ask', 'open', 'keep', 'fresh' reach Python).

const wide = window.matchMedia("(min-width: 60rem)");
const reader = () => document.getElementById("reader");
const box = () => document.querySelector("#question textarea");
const seen = (within) => [...within.querySelectorAll(".cite:not(.changes .cite)")].filter((cite) => cite.offsetParent); // an answer holds them in two orders
const stage = () => (compare.shown() ? compare.panel() : element); // where citations are read from
const cites = () => seen(stage());
const article = () => reader()?.querySelector("article.report");
// What a person set is kept where the browser keeps anything; some keep nothing.
function remembered(name, value) {
  try {
    return value === undefined ? localStorage.getItem(name) : localStorage.setItem(name, value);
  } catch {
    return null;
  }
}
document.body.classList.toggle("show-said", remembered("rapporteur-said") !== "off");
let lastTurn = null;
let trying = 0;
let current = null; // the citation button being read

const PARTS = ["report", "start", "end", "antecedent", "sha256"]; // of a citation's address
const address = (data) => "#" + new URLSearchParams(PARTS.filter((name) => data[name] ?? false).map((name) => [name, data[name]]));

function fromAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  if (!given.get("report")) return null;
  const number = (name) => (/^\d{1,9}$/.test(given.get(name) ?? "") ? Number(given.get(name)) : null);
  const words = Object.fromEntries(["report", "antecedent", "sha256"].map((name) => [name, given.get(name)]));
  return { ...words, start: number("start"), end: number("end") };
}

function fromButton(button) {
  const { report, start, end, antecedent = null, sha256 = null } = button.dataset;
  const quote = button.closest(".statement")?.querySelector("blockquote p")?.textContent ?? null;
  return { report, start: start ? Number(start) : null, end: end ? Number(end) : null, antecedent, sha256, quote };
}

const same = (shown, data) => shown && ["report", "start", "end"].every((name) => (shown.dataset[name] ?? "") === String(data[name] ?? ""));

function open(data, { record = true } = {}) {
  window.rapporteur.opened = true;
  if (record) history.pushState(null, "", location.pathname + location.search + address(data));
  reading(true);
  if (same(article(), data)) reveal();
  else trigger("open", data);
}

// On a phone the report covers the answer; the keyboard must not wander beneath it.
function reading(on) {
  document.body.classList.toggle("reading", on);
  for (const id of ["head", "talk"]) document.getElementById(id).inert = on && !wide.matches;
}
wide.addEventListener("change", () => reading(document.body.classList.contains("reading")));

function close() {
  reading(false);
  history.replaceState(null, "", location.pathname + location.search + (compare.shown() ? compare.address() : ""));
  current?.offsetParent && current.focus({ preventScroll: wide.matches });
}

function reveal() {
  const shown = article();
  if (!shown) return;
  for (const box of shown.querySelectorAll("[data-show]")) box.checked = document.body.classList.contains(`show-${box.dataset.show}`);
  const mark = shown.querySelector("mark.quote");
  if (mark) mark.scrollIntoView({ block: "center" });
  else shown.querySelector(".sheet").scrollTop = 0;
  if (!wide.matches) (mark ?? shown.querySelector(".back")).focus({ preventScroll: true });
  pointOut();
  leaf.follow();
}

function pointOut() {
  const shown = article();
  const all = cites();
  for (const cite of all) {
    const open = shown && same(shown, fromButton(cite)) && (!current?.offsetParent || current === cite);
    if (open) cite.setAttribute("aria-current", "true");
    else cite.removeAttribute("aria-current");
  }
  if (!shown) return;
  const here = all.includes(current) && same(shown, fromButton(current)) ? current : all.find((cite) => same(shown, fromButton(cite)));
  const turn = here ? seen(here.closest(".turn, .comparison")) : [];
  const at = turn.indexOf(here);
  const steps = shown.querySelector(".steps");
  steps.hidden = turn.length < 2;
  steps.querySelector(".place").textContent = at < 0 ? "" : `${at + 1} of ${turn.length}`;
  steps.querySelector('[data-step="-1"]').disabled = at <= 0;
  steps.querySelector('[data-step="1"]').disabled = at < 0 || at === turn.length - 1;
}

function step(by) {
  const shown = article();
  const here = cites().includes(current) ? current : cites().find((cite) => shown && same(shown, fromButton(cite)));
  const turn = here ? seen(here.closest(".turn, .comparison")) : cites();
  const next = turn[here ? turn.indexOf(here) + by : 0];
  if (!next) return;
  current = next;
  if (wide.matches) next.scrollIntoView({ block: "nearest" });
  open(fromButton(next));
}

async function copy(button, text = button.dataset.copy) {
  const label = button.dataset.label ?? (button.dataset.label = button.textContent);
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Browsers give the clipboard to https and localhost only; over plain http this older way still works.
    const area = Object.assign(document.createElement("textarea"), { value: text, readOnly: true });
    area.style.position = "fixed";
    area.style.opacity = "0";
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    button.focus();
  }
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = label), 1600);
}

// A sentence that belongs to no panel, for a while, in the place where screen readers listen.
function say(sentence) {
  const line = document.querySelector(".say") ?? document.body.appendChild(Object.assign(document.createElement("p"), { className: "say" }));
  line.setAttribute("role", "status");
  line.textContent = sentence;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => line.remove(), 9000);
}

const form = () => document.querySelector("#narrow form");

function filters() {
  return Object.fromEntries([...(form() ? new FormData(form()) : [])].filter(([, value]) => value));
}

function showFilters() {
  const list = document.querySelector("#narrow .in-force");
  if (!list) return;
  const chips = [...form().elements].filter((field) => field.value).map((field) => {
    const chip = Object.assign(document.createElement("button"), { type: "button", className: "force" });
    const label = field.closest("label").firstChild.textContent.trim();
    chip.textContent = `${label}: ${field.selectedOptions?.[0]?.textContent ?? field.value}`;
    chip.setAttribute("aria-label", `Remove ${chip.textContent}`);
    chip.dataset.lift = field.name;
    const item = document.createElement("li");
    item.append(chip);
    return item;
  });
  list.replaceChildren(...chips);
}

function type(text) {
  const area = box();
  area.value = text;
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
}

window.rapporteur = {
  asked: false, // whether a question or a report came before what was found on arrival
  opened: false,
  arrived(found, conversation, shown) {
    const { conversation: left, shelf } = JSON.parse(found);
    return [this.asked ? conversation : left, this.opened ? shown : shelf];
  },
  asking(question, turns) {
    this.pending(question);
    return [question, turns, filters()];
  },
  pending(question) {
    this.asked = this.opened = true;
    if (!question.trim()) return;
    element.querySelectorAll(".pending").forEach((old) => old.remove());
    const turn = document.createElement("article");
    turn.className = "turn pending";
    const heading = Object.assign(document.createElement("h2"), { className: "question", dir: "auto", textContent: question });
    const line = Object.assign(document.createElement("p"), { className: "waiting", textContent: "Reading the reports…" });
    turn.append(heading, line);
    element.querySelector(".turns").append(turn);
    turn.scrollIntoView({ block: "start" });
    setTimeout(() => {
      if (line.isConnected && line.parentElement.matches(".pending") && line.textContent.startsWith("Reading"))
        line.textContent = "Still no answer. If Rapporteur was stopped, start it again and ask once more.";
    }, 15000);
  },
  more(found) {
    if (!found) return;
    const { turn, html } = JSON.parse(found);
    const place = element.querySelectorAll(".turn:not(.pending)")[turn - 1]?.querySelector(".more");
    if (place && turn === element.querySelectorAll(".turn").length) place.innerHTML = html; // the server has escaped every word of it
  },
  compared: () => compare.done(),
  topics: (html) => compare.offer(html),
  save(file) {
    if (!file) return;
    const { name, content, problem } = JSON.parse(file);
    if (problem) return say(problem);
    const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob([bytes])), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  },
  answered(turns, why) {
    return why ? this.refused(why) : this.remember(turns);
  },
  // The question stays where it was typed; the next one takes this turn's place.
  refused(why) {
    const sign = Object.assign(document.createElement("p"), { className: "sign", textContent: "Something is in the way" });
    const line = Object.assign(document.createElement("p"), { className: "line", textContent: why });
    const verdict = Object.assign(document.createElement("div"), { className: "verdict problem", role: "alert" });
    verdict.append(sign, line);
    element.querySelector(".pending .waiting")?.replaceWith(verdict);
  },
  failed() {
    const line = stage().querySelector(".pending .waiting, .asking");
    if (line) line.textContent = "That did not work, and the fault is ours: the terminal where Rapporteur runs says more. Please ask again.";
  },
};

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button");
  if (!button) return;
  const data = button.dataset;
  if ("copy" in data) copy(button);
  else if ("link" in data) copy(button, location.origin + location.pathname + address(fromButton(button.closest(".statement").querySelector(".cite"))));
  else if ("ask" in data) {
    window.rapporteur.pending(data.ask);
    trigger("ask", { question: data.ask, filters: filters() });
  } else if ("edit" in data) type(data.edit);
  else if ("keep" in data) trigger("keep", { form: data.keep, turn: Number(data.turn) });
  else if ("view" in data) compare.show(data.view === "compare");
  else if ("compareTopic" in data) compare.open(data.compareTopic);
  else if ("topic" in data) compare.open(data.topic);
  else if ("leafing" in data) leaf.toggle();
  else if ("turnTo" in data) leaf.turn(Number(data.turnTo));
  else if ("take" in data) trigger("take", { report: data.take });
  else if ("step" in data) step(Number(data.step));
  else if ("report" in data) {
    current = button.matches(".cite") ? button : null;
    open(fromButton(button));
  } else if ("shelf" in data) {
    compare.show(false);
    reading(true);
    trigger("open", {});
  } else if ("close" in data) {
    close();
    if (wide.matches && !compare.shown()) trigger("open", {});
  } else if ("lift" in data) {
    form().elements[data.lift].value = "";
    showFilters();
    box().focus();
  } else if ("fresh" in data) {
    compare.show(false);
    close();
    form()?.reset();
    showFilters();
    trigger("fresh", {});
    trigger("open", {});
    box().focus();
  }
});

document.addEventListener("change", (event) => {
  const show = event.target.dataset?.show;
  if (event.target.closest?.(".order")) pointOut();
  if (event.target.closest?.("#narrow")) showFilters();
  if (show) {
    document.body.classList.toggle(`show-${show}`, event.target.checked);
    remembered(`rapporteur-${show}`, event.target.checked ? "on" : "off");
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !wide.matches) close();
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select")) return;
  if (event.key === "/") {
    event.preventDefault();
    box().focus();
  } else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "p") article()?.querySelector("[data-leafing]")?.click();
});

window.addEventListener("popstate", () => {
  const data = fromAddress();
  const side = compare.fromAddress();
  if (side) {
    if (side.topic === compare.panel().querySelector("[name=topic]")?.value) compare.show(true);
    else compare.open(side.topic, side.series, { record: false });
  } else if (data) open(data, { record: false });
  else reading(false);
});

// gradio redraws by changing nodes in place, so what the page does after a change hangs on the change itself.
new MutationObserver(() => {
  const turns = element.querySelectorAll(".turn:not(.pending)");
  const last = turns[turns.length - 1];
  const later = [...(last?.querySelectorAll(".beside, .more") ?? [])]; // what is put in after the answer is no new answer
  const size = last?.textContent.length - later.reduce((sum, part) => sum + part.textContent.length, 0);
  const sign = last ? `${turns.length} ${last.querySelector(".question")?.textContent} ${size}` : null;
  if (sign === lastTurn) return;
  const restored = lastTurn === null && turns.length > 1;
  lastTurn = sign;
  if (!last) return;
  // After the answer is painted: trying questions costs as much as answering them.
  clearTimeout(trying);
  if (last.querySelector(".more")) trying = setTimeout(() => trigger("more", {}), 350);
  last.scrollIntoView({ block: "start" });
  const first = last.querySelector(".cite");
  // Beside the answer its first source lies open; on a phone the answer keeps the screen.
  if (first && wide.matches && !restored) {
    current = first;
    trigger("open", fromButton(first));
  }
  pointOut();
}).observe(element, { childList: true, subtree: true, characterData: true });

function watchReader() {
  const panel = reader();
  if (!panel || !box()) return requestAnimationFrame(watchReader); // gradio is still putting the page together
  let shown = "";
  new MutationObserver(() => {
    const now = article();
    const sign = now ? `${now.dataset.report} ${now.dataset.start} ${now.dataset.end}` : "";
    if (sign !== shown) {
      shown = sign;
      reveal();
      if (!now) pointOut();
    }
    if (!now && document.body.classList.contains("leafed")) leaf.follow();
  }).observe(panel, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-report", "data-start", "data-end"] });
  leaf.watch();
  compare.watch();
  const side = compare.fromAddress();
  if (side) compare.open(side.topic, side.series, { record: false });
  const linked = fromAddress();
  if (linked) open(linked, { record: false });
  if (wide.matches && !linked && !side) box().focus();
}
watchReader();
