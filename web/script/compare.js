// The comparison takes the conversation's place; a citation of it opens the reader beside it.

const compare = {
  panel: () => document.getElementById("compare"),
  shown: () => document.body.classList.contains("comparing"),
  started: false,
  asked: null,

  show(on) {
    if (on !== this.shown()) reading(false);
    document.body.classList.toggle("comparing", on);
    current = null;
    this.point();
    if (!on) {
      if (this.fromAddress()) history.replaceState(null, "", location.pathname + location.search);
      return pointOut();
    }
    if (!this.started) this.ask("", "");
    if (wide.matches) this.panel().querySelector("[name=topic]")?.focus({ preventScroll: true });
  },
  // A header drawn anew forgets which view is shown.
  point() {
    for (const tab of document.querySelectorAll("#head [data-view]")) {
      const here = (tab.dataset.view === "compare") === this.shown();
      if (here) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    }
  },
  ask(topic, series) {
    this.started = true;
    const line = this.panel().querySelector(".asking") ?? this.panel().querySelector(".ask-topic").appendChild(Object.assign(document.createElement("p"), { className: "asking" }));
    line.setAttribute("role", "status");
    line.textContent = topic ? "Setting the meetings side by side…" : "Looking for topics that came up again…";
    this.panel().classList.add("pending");
    trigger("compare", { topic, series });
  },
  address() {
    return this.asked ? "#" + new URLSearchParams(this.asked) : "";
  },
  // From an answer or the form: shown, and kept in the address, so that it can be sent on.
  open(topic, series = "", { record = true } = {}) {
    this.asked = { compare: topic, ...(series && { series }) };
    if (record) history.pushState(null, "", location.pathname + location.search + this.address());
    this.show(true);
    this.panel().querySelector("[name=topic]").value = topic;
    this.ask(topic, series);
  },
  fromAddress() {
    const given = new URLSearchParams(location.hash.slice(1));
    return given.get("compare") === null ? null : { topic: given.get("compare"), series: given.get("series") ?? "" };
  },
  watch() {
    new MutationObserver(() => {
      const now = this.panel().querySelector(".comparison")?.textContent.length;
      if (now === this.length) return;
      this.length = now;
      this.panel().querySelector(".asking")?.remove();
      this.panel().classList.remove("pending");
      this.panel().scrollTop = 0;
    }).observe(this.panel(), { childList: true, subtree: true, characterData: true });
    new MutationObserver(() => this.point()).observe(document.getElementById("head"), { childList: true, subtree: true });
    document.addEventListener("submit", (event) => {
      if (!event.target.matches?.(".topic-form")) return;
      event.preventDefault();
      const { topic, series } = Object.fromEntries(new FormData(event.target));
      if (topic.trim()) this.open(topic.trim(), series ?? "");
    });
    this.point();
  },
};
