// The library: finding reports, facts with their proofs and corrections, uploads, updates with their progress, what is new.
// It speaks to the routes of web/routes.py. Names and reasons are put in as text; only HTML that the server has escaped is put in as HTML.
{
  const panel = () => document.querySelector("#reader .library");
  const ask = (path, given = {}) => fetch(`rapporteur/${path}`, { credentials: "same-origin", ...given });
  const change = (path, body) => ask(path, { method: "POST", headers: { "x-rapporteur": "1" }, body });
  const OUT = "Rapporteur does not answer. If it was stopped, start it again.";
  let state = null; // of the update, as the server tells it
  let uploads = []; // [name, what became of it, "" | "bad" | "on"]
  let dismissed = 0; // the run whose outcome was put away
  let news = null; // { when, reports: Map of report -> "New" | "Changed", titles, gone }
  let changes = 0; // counts what the panel has to show anew

  const make = (tag, properties = {}, ...inside) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...inside);
    return made;
  };
  const words = (text) => make("bdi", { textContent: text });
  const counted = (number, one, many = `${one}s`) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

  // What the panel shows besides what the server drew. It is put in again whenever the panel is drawn anew.
  function tend() {
    const shown = panel();
    if (!shown) return;
    const tools = shown.querySelector(".tools");
    tools.hidden = !state?.may;
    const may = shown.querySelector(".may");
    if (may) may.hidden = !state?.may;
    const now = String(changes);
    const progress = shown.querySelector(".progress");
    if (progress.dataset.now !== now) {
      progress.dataset.now = now;
      drawProgress(progress);
    }
    const fresh = shown.querySelector(".news");
    if (fresh.dataset.now !== now) {
      fresh.dataset.now = now;
      drawNews(fresh);
    }
    for (const entry of shown.querySelectorAll(".entry[data-report]")) {
      const what = news?.reports.get(entry.dataset.report);
      if (what && entry.dataset.news !== what && !entry.closest(".news")) entry.dataset.news = what;
    }
  }

  function changed() {
    changes += 1;
    const button = document.querySelector("#head .state");
    if (button) {
      if (state?.running) button.dataset.progress = state.total ? `reading ${state.done + 1 > state.total ? state.total : state.done + 1} of ${state.total}` : "looking for changes";
      else delete button.dataset.progress;
    }
    tend();
  }

  function drawProgress(box) {
    const parts = [];
    if (uploads.length) parts.push(make("ul", { className: "taken" }, ...uploads.map(([name, what, kind]) => make("li", { className: kind }, words(name), ` ${what}`))));
    if (state?.running) parts.push(...running());
    else if (state?.run && state.run !== dismissed) parts.push(...outcome());
    box.hidden = !parts.length;
    box.replaceChildren(...parts);
  }

  function running() {
    if (!state.total) return [make("p", {}, "Looking through the documents folder…")];
    const done = Math.min(state.done, state.total);
    const bar = make("progress", { max: state.total, value: done });
    bar.setAttribute("aria-label", "Files read");
    const line = state.file ? [`Reading ${done + 1} of ${state.total}: `, words(state.file)] : [`${counted(done, "file")} read. Putting them in order…`];
    return [make("p", {}, ...line), bar, make("p", { className: "hint" }, "Ask meanwhile: what is finished answers at once.")];
  }

  function outcome() {
    const away = make("button", { type: "button", className: "quiet", textContent: "Put away" });
    away.dataset.away = "";
    if (state.error) return [make("p", { className: "bad" }, state.error), away];
    const { added, changed: other, removed, skipped, duplicates, seconds } = state.built;
    const said = [[added, "added"], [other, "changed"], [removed, "removed"]].filter(([list]) => list.length);
    const sum = said.length ? `${said.map(([list, what]) => `${list.length.toLocaleString("en")} ${what}`).join(", ")} in ${Math.max(1, Math.round(seconds))} s.` : "Nothing is new in the documents folder.";
    const row = (what, path, reason = "") => make("li", {}, make("span", { className: "what", textContent: what }), " ", words(path), reason && make("span", { className: "reason" }, " – ", words(reason)));
    const parts = [make("p", {}, sum)];
    if (skipped.length) {
      parts.push(make("p", { className: "bad" }, `${counted(skipped.length, "file")} could not be read:`));
      parts.push(make("ul", {}, ...skipped.map(({ path, reason }) => row("", path, reason))));
    }
    const rows = [...said.flatMap(([list, what]) => list.map((path) => row(what, path))), ...duplicates.map(({ path, same_as: same }) => row("same", path, `has the content of ${same}, which is in the library`))];
    if (rows.length) parts.push(make("details", {}, make("summary", { className: "quiet", textContent: "Each file" }), make("ul", {}, ...rows.slice(0, 2000))));
    return [...parts, away];
  }

  function drawNews(box) {
    const found = news ? [...news.reports] : [];
    box.hidden = !found.length && !news?.gone.length;
    if (box.hidden) return box.replaceChildren();
    const item = ([report, what]) => {
      const button = make("button", { type: "button", className: "entry" }, make("span", { className: "title" }, words(news.titles.get(report))));
      button.dataset.report = report;
      button.dataset.news = what;
      return make("li", {}, button);
    };
    const parts = [make("h3", { textContent: `Since your last visit${news.when ? ` on ${news.when}` : ""}` })];
    if (found.length) parts.push(make("ul", {}, ...found.slice(0, 12).map(item)));
    if (found.length > 12) parts.push(make("p", { className: "hint" }, `and ${counted(found.length - 12, "more report")}, marked in the list.`));
    if (news.gone.length) parts.push(make("p", { className: "hint" }, "No longer here: ", ...news.gone.slice(0, 5).flatMap((name, n) => [n ? ", " : "", words(name)]), news.gone.length > 5 ? ` and ${news.gone.length - 5} more.` : "."));
    box.replaceChildren(...parts);
  }

  // What this browser knew when it was last here stays what is compared with, until the tab is closed.
  async function learn() {
    try {
      const known = await (await ask("known")).json();
      const key = `rapporteur-known-${state.library}`;
      const now = Object.fromEntries(known.map(([report, , sha]) => [report, sha]));
      const kept = sessionStorage.getItem(key) ?? localStorage.getItem(key);
      const before = kept && JSON.parse(kept);
      const first = before ?? { when: "", reports: now };
      sessionStorage.setItem(key, JSON.stringify(first));
      localStorage.setItem(key, JSON.stringify({ when: new Date().toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" }), reports: now }));
      const reports = new Map(known.filter(([report, , sha]) => first.reports[report] !== sha).map(([report]) => [report, report in first.reports ? "Changed" : "New"]));
      news = { when: first.when, reports, titles: new Map(known), gone: Object.keys(first.reports).filter((report) => !(report in now)) };
      count(known.length);
    } catch {
      news = null; // storage is full or forbidden, or another program wrote there: then nothing is called new
    }
    changed();
  }

  function count(number) {
    const heading = panel()?.querySelector(".shelf h2");
    if (heading) heading.textContent = number ? `${counted(number, "report")} at hand` : "No reports yet";
    const button = document.querySelector("#head .state");
    if (button?.firstChild) button.firstChild.nodeValue = counted(number, "report");
  }

  async function list(first = 0) {
    const shown = panel();
    if (!shown) return;
    const find = shown.querySelector("[data-find]")?.value ?? "";
    const answer = await ask(`library?${new URLSearchParams({ find, from: first })}`);
    const entries = shown.querySelector(".entries");
    if (!answer.ok || !entries) return;
    const html = await answer.text();
    if ((shown.querySelector("[data-find]")?.value ?? "") !== find) return; // typed on meanwhile
    const open = [...entries.querySelectorAll("details.about[open]")].map((about) => about.dataset.of);
    if (first) {
      entries.querySelector("[data-more]")?.closest("p").remove();
      entries.insertAdjacentHTML("beforeend", html);
    } else entries.innerHTML = html;
    for (const about of entries.querySelectorAll("details.about")) if (open.includes(about.dataset.of)) about.open = true;
    tend();
  }

  async function facts(about) {
    const sheet = about.querySelector(".sheet-of-facts");
    try {
      sheet.innerHTML = await (await ask(`facts?${new URLSearchParams({ report: about.dataset.of })}`)).text();
    } catch {
      sheet.textContent = OUT;
    }
  }

  async function follow() {
    try {
      const answer = await ask("update");
      if (!answer.ok) return;
      const before = state;
      state = await answer.json();
      if (!before && !state.running) dismissed = state.run; // it ended before this visit
      if (before?.running && (!state.running || state.run !== before.run)) await finished();
    } catch {
      // The server is gone or the line is down: what was shown stays, and it is tried again.
    }
    changed();
    if (state?.running) setTimeout(follow, 500);
  }

  async function finished() {
    if (panel() && !panel().querySelector("[data-find]") && state.built) trigger("open", {}); // the first reports: the panel is another one
    await list();
    await learn();
  }

  async function update() {
    dismissed = 0;
    try {
      const answer = await change("update");
      if (answer.ok) state = await answer.json();
      else uploads = [["", await answer.text(), "bad"]];
    } catch {
      uploads = [["", OUT, "bad"]];
    }
    changed();
    setTimeout(follow, 200);
  }

  async function upload(files) {
    uploads = [...files].map((file) => [file.name, "waits", ""]);
    dismissed = state.run;
    let some = false;
    for (const [number, file] of [...files].entries()) {
      uploads[number] = [file.name, "is coming in…", "on"];
      changed();
      try {
        const answer = await change(`upload?${new URLSearchParams({ name: file.name })}`, file);
        if (answer.status === 201) uploads[number] = [file.name, "is here.", ""];
        else if (answer.ok) uploads[number] = [file.name, "is here already, with the same content.", ""];
        else uploads[number] = [file.name, `– ${await answer.text()}`, "bad"];
        some ||= answer.status === 201;
      } catch {
        uploads[number] = [file.name, `– ${OUT}`, "bad"];
      }
      changed();
    }
    if (some) await update();
  }

  async function correct(form, given) {
    const said = form.querySelector(".said");
    said.textContent = "Keeping it…";
    try {
      const answer = await change("correct", JSON.stringify({ report: form.dataset.of, facts: given }));
      if (!answer.ok) {
        said.textContent = await answer.text();
        return;
      }
      said.textContent = "Kept. It is being taken over…";
      dismissed = (state?.run ?? 0) + 1; // the fact itself shows that it is done
      state = await answer.json();
    } catch {
      said.textContent = OUT;
    }
    setTimeout(follow, 200);
  }

  document.addEventListener("toggle", (event) => {
    if (event.target.matches?.("details.about") && event.target.open) facts(event.target);
  }, true);
  document.addEventListener("submit", (event) => {
    if (!event.target.matches?.("form.correction")) return;
    event.preventDefault();
    correct(event.target, Object.fromEntries(new FormData(event.target)));
  });
  document.addEventListener("click", (event) => {
    const data = event.target.closest?.("button")?.dataset;
    if (!data) return;
    if ("update" in data) {
      uploads = [];
      update();
    } else if ("away" in data) {
      dismissed = state.run;
      uploads = [];
      changed();
    } else if ("more" in data) list(Number(data.more));
    else if ("uncorrect" in data) correct(event.target.closest("form"), null);
  });
  window.rapporteur.library = async () => state?.library ?? (await (await ask("update")).json()).library;
  let typing = 0;
  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("[data-find]")) return;
    clearTimeout(typing);
    typing = setTimeout(list, 150);
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches?.("[data-upload]")) return;
    const files = [...event.target.files];
    event.target.value = "";
    upload(files);
  });
  for (const kind of ["dragover", "drop"])
    document.addEventListener(kind, (event) => {
      if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
      event.preventDefault(); // a file dropped beside the panel must not take the page's place
      const here = state?.may && event.target.closest?.("#reader .library");
      if (kind === "dragover") event.dataTransfer.dropEffect = here ? "copy" : "none";
      else if (here) upload(event.dataTransfer.files);
    });

  (async function begin() {
    const shown = document.getElementById("reader");
    if (!shown) return requestAnimationFrame(begin);
    new MutationObserver(tend).observe(shown, { childList: true, subtree: true });
    await follow();
    if (state) await learn();
  })();
}
