// Conversations, kept in this browser (IndexedDB, which holds far more than the few that gradio's state could) and found again by title.
// Nothing is dropped to make room; only the person deletes.
{
  const FORMS = [["md", "Markdown"], ["docx", "Word"], ["bib", "BibTeX"], ["ris", "RIS"], ["json", "CSL-JSON"]];
  let current = null; // the id of the conversation on the page
  let saving = Promise.resolve(); // one after the other

  const opened = new Promise((resolve, reject) => {
    const request = indexedDB.open("rapporteur", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("talks", { keyPath: "id" }).createIndex("library", "library");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  opened.catch(() => {}); // said where somebody wants it

  async function store(mode, act) {
    const talks = (await opened).transaction("talks", mode).objectStore("talks");
    const request = act(talks);
    return new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }

  const marker = async () => `rapporteur-talk-${await window.rapporteur.library()}`;
  const make = (tag, properties = {}, ...inside) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...inside);
    return made;
  };
  const button = (text, act, name) => {
    const made = make("button", { type: "button", className: "quiet", textContent: text, onclick: act });
    if (name) made.setAttribute("aria-label", name);
    return made;
  };
  const day = (iso) => new Date(iso).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });

  // The server sees the last turns only; here all of them stay.
  async function remember(turns) {
    const last = turns?.[turns.length - 1];
    if (!last) return;
    const library = await window.rapporteur.library();
    current ??= localStorage.getItem(await marker()) || null;
    const known = current && (await store("readonly", (talks) => talks.get(current)));
    const talk = known ?? { id: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, library, title: turns[0].question.trim().slice(0, 120), turns: turns.slice(0, -1) };
    const before = talk.turns[talk.turns.length - 1];
    if (known && before && JSON.stringify(before) === JSON.stringify(last) && talk.sent === turns.length) return; // a refusal: nothing came
    talk.turns.push(last);
    talk.sent = turns.length;
    talk.when = new Date().toISOString();
    current = talk.id;
    localStorage.setItem(await marker(), current);
    await store("readwrite", (talks) => talks.put(talk));
  }
  window.rapporteur.remember = (turns) => (saving = saving.then(() => remember(turns)).catch(() => {}));

  async function begun() {
    await saving;
    current = null;
    localStorage.removeItem(await marker());
  }

  async function resume(talk) {
    await saving;
    current = talk.id;
    localStorage.setItem(await marker(), talk.id);
    talk.sent = Math.min(talk.turns.length, 40);
    await store("readwrite", (talks) => talks.put(talk));
    dialog().close();
    document.querySelector('[data-view="ask"]')?.click();
    trigger("resume", { turns: talk.turns.slice(-40) });
  }

  function dialog() {
    const there = document.querySelector("dialog.talks");
    if (there) return there;
    const made = make("dialog", { className: "talks" });
    made.setAttribute("aria-labelledby", "talks-title");
    made.addEventListener("click", (event) => event.target === made && made.close()); // beside it
    document.body.append(made);
    return made;
  }

  async function show() {
    const shown = dialog();
    const fresh = button("New", () => (shown.close(), document.querySelector("[data-fresh]").click()), "New conversation");
    const head = make("header", {}, make("h2", { id: "talks-title", textContent: "Conversations" }), fresh, button("Close", () => shown.close()));
    let body;
    try {
      await saving;
      const library = await window.rapporteur.library();
      const talks = await store("readonly", (all) => all.index("library").getAll(library));
      talks.sort((a, b) => (a.when < b.when ? 1 : -1));
      body = talks.length
        ? make("ul", {}, ...talks.map(row))
        : make("p", { textContent: "None yet. What you ask is kept in this browser, and found again here." });
    } catch {
      body = make("p", { textContent: "This browser keeps nothing here: its storage is closed (a private window?). What is on the page can be taken away under each answer." });
    }
    shown.replaceChildren(head, body, make("p", { className: "hint", textContent: "Kept in this browser only. On a shared computer, delete what others should not read." }));
    if (!shown.open) shown.showModal();
  }

  function row(talk) {
    const open = make("button", { type: "button", className: "talk", onclick: () => resume(talk) }, make("bdi", { className: "title", textContent: talk.title }), make("span", { className: "where", textContent: `${talk.turns.length} ${talk.turns.length === 1 ? "question" : "questions"} · ${day(talk.when)}` }));
    if (talk.id === current) open.setAttribute("aria-current", "true");
    const item = make("li", {}, open);
    const take = ([form, name]) => button(name, () => trigger("keep", { form, turns: talk.turns }));
    const menu = make("details", {}, make("summary", { className: "quiet", textContent: "More" }), make("p", {}, ...FORMS.map(take)), make("p", {}, button("Rename", () => rename(item, talk)), button("Delete", (event) => remove(event.target, talk))));
    menu.querySelector("summary").setAttribute("aria-label", `Take away, rename or delete: ${talk.title}`);
    item.append(menu);
    return item;
  }

  function rename(item, talk) {
    const field = make("input", { value: talk.title, maxLength: 120 });
    field.setAttribute("aria-label", "Title of the conversation");
    const form = make("form", {}, field, make("button", { className: "quiet", textContent: "Save" }));
    form.onsubmit = async (event) => {
      event.preventDefault();
      if (field.value.trim()) await store("readwrite", (talks) => talks.put({ ...talk, title: field.value.trim() }));
      show();
    };
    item.replaceChildren(form);
    field.select();
  }

  // Asked once more on the same button: what is deleted is gone.
  async function remove(pressed, talk) {
    if (!pressed.dataset.sure) {
      pressed.dataset.sure = "true";
      pressed.textContent = "Delete for good?";
      return;
    }
    await store("readwrite", (talks) => talks.delete(talk.id));
    if (talk.id === current) document.querySelector("[data-fresh]").click();
    show();
  }

  document.addEventListener("click", (event) => {
    const data = event.target.closest?.("button")?.dataset;
    if (!data) return;
    if ("talks" in data) show();
    else if ("fresh" in data) begun();
  });
}
