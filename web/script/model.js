// The language model's brief, where one was asked for: the answer is there already, and this looks after the writing beside it.

const LOOK_AGAIN = 600; // milliseconds
const modelPlace = () => [...element.querySelectorAll(".turn:not(.pending)")].pop()?.querySelector(".beside");
let writing = null; // the key of the brief being written

function lookAfter() {
  const place = modelPlace();
  if (writing && (element.querySelector(".turn.pending") || !place)) {
    trigger("model", { key: writing, leave: true }); // another question was asked
    writing = null;
  } else if (place && !place.dataset.begun && !element.querySelector(".turn.pending")) {
    place.dataset.begun = "yes";
    trigger("model", {});
  }
}

window.rapporteur.wrote = (found) => {
  const place = modelPlace();
  if (!found || !place) return;
  const { turn, html, key } = JSON.parse(found);
  if (turn !== element.querySelectorAll(".turn").length) return;
  place.innerHTML = html; // the server has escaped every word of it
  writing = key;
  if (key) setTimeout(() => key === writing && (element.querySelector(".turn.pending") ? lookAfter() : trigger("model", { key })), LOOK_AGAIN);
};

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-stop]");
  if (!button) return;
  writing = null;
  trigger("model", { key: button.dataset.stop, stop: true });
});

new MutationObserver(lookAfter).observe(element, { childList: true, subtree: true });
