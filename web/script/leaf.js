// The page image beside the text: drawn when somebody wants it, and again for each citation while it stays open.

const leaf = {
  wanted: false,
  at: "", // what the panel shows or was asked for
  panel: () => document.getElementById("leaf"),

  toggle() {
    this.wanted = !this.wanted;
    this.follow();
    article()?.querySelector("mark.quote")?.scrollIntoView({ block: "center" }); // the text has another width now
  },
  // After the reader has changed: the page of what is marked in it, or nothing where there are no pages.
  follow() {
    const shown = article();
    const on = this.wanted && Boolean(shown?.dataset.pages);
    document.body.classList.toggle("leafed", on);
    shown?.querySelector("[data-leafing]")?.setAttribute("aria-pressed", String(on));
    if (!on) return;
    const [start = null, end = null] = shown.dataset.marked?.split(" ").map(Number) ?? [];
    this.ask({ report: shown.dataset.report, start, end, number: null });
  },
  turn(number) {
    const shown = article();
    const [start = null, end = null] = shown.dataset.marked?.split(" ").map(Number) ?? [];
    this.ask({ report: shown.dataset.report, start, end, number });
  },
  ask(data) {
    const at = JSON.stringify(data);
    if (at === this.at) return this.reveal();
    this.at = at;
    this.panel().classList.add("drawing");
    trigger("leaf", data);
  },
  reveal() {
    this.panel().classList.remove("drawing");
    const sheet = this.panel().querySelector(".desk-top");
    const box = sheet?.querySelector(".box");
    if (!sheet) return;
    if (!box) return void (sheet.scrollTop = 0);
    const middle = box.getBoundingClientRect().top - sheet.getBoundingClientRect().top + sheet.scrollTop;
    sheet.scrollTop = Math.max(0, middle - sheet.clientHeight / 3);
  },
  watch() {
    new MutationObserver(() => this.reveal()).observe(this.panel(), { childList: true, subtree: true, attributes: true, attributeFilter: ["src", "data-number", "data-leaf-of"] });
  },
};
