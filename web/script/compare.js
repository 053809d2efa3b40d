// The comparison takes the conversation's place; a citation of it opens the reader beside it.

const compare = {
  panel: () => document.getElementById("compare"),
  shown: () => document.body.classList.contains("comparing"),
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
    this.wonder();
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
    const line = this.panel().querySelector(".asking") ?? this.panel().querySelector(".ask-topic").appendChild(Object.assign(document.createElement("p"), { className: "asking" }));
    line.setAttribute("role", "status");
    line.textContent = "Setting the meetings side by side…";
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
  // Where nothing stands side by side yet: topics that can, once they have been looked for.
  wonder() {
    if (this.panel().querySelector(".topics:empty")) trigger("topics", {});
  },
  offer(html) {
    const place = this.panel().querySelector(".topics:empty");
    if (place) place.innerHTML = html; // the server has escaped every word of it
  },
  done() {
    this.panel().querySelector(".asking")?.remove();
    this.panel().classList.remove("pending");
    this.panel().scrollTop = 0;
    this.wonder();
  },
  watch() {
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
