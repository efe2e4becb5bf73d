/*
 * Words of a formula while it is written: the script asks which fit at the caret, the keyboard chooses among them.
 * Without it the form is a plain field with the list of words on a page of its own.
 */
(function () {
  "use strict";

  const root = document.querySelector("[data-formula-editor]");
  const area = root && root.querySelector("textarea");
  if (!area) {
    return;
  }
  const list = root.querySelector("[role=listbox]");
  const said = root.querySelector("[data-formula-said]");
  let words = [];
  let active = -1;
  let waiting = 0;
  let asked = 0;

  root.querySelector("[data-formula-help]").hidden = false;
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);

  // --- what stands at the caret: the piece typed, the word before the open bracket, which parameter it is, the first ---
  function here() {
    const before = area.value.slice(0, area.selectionStart);
    const quoted = before.match(/«([^»]*)$/);
    const piece = quoted ? quoted[1] : before.match(/[\p{L}\p{N}_]*$/u)[0];
    const from = before.length - piece.length - (quoted ? 1 : 0);
    let depth = 0;
    let place = 0;
    for (let at = from - 1; at >= 0; at -= 1) {
      const letter = before[at];
      if (letter === ")") {
        depth += 1;
      } else if (letter === "(" && depth > 0) {
        depth -= 1;
      } else if (letter === "(") {
        const first = before.slice(at + 1).match(/^\s*[«"]([^»"]*)[»"]/u);
        return {
          piece: piece,
          from: from,
          inside: before.slice(0, at).match(/[\p{L}\p{N}_]*$/u)[0],
          place: place,
          first: first ? first[1] : "",
        };
      } else if ((letter === "," || letter === ";") && depth === 0) {
        place += 1;
      }
    }
    return { piece: piece, from: from, inside: "", place: 0, first: "" };
  }

  function close() {
    list.hidden = true;
    list.replaceChildren();
    words = [];
    active = -1;
    area.removeAttribute("aria-activedescendant");
  }

  function mark(next) {
    active = next;
    Array.from(list.children).forEach(function (item, place) {
      item.setAttribute("aria-selected", String(place === active));
      if (place === active) {
        area.setAttribute("aria-activedescendant", item.id);
        item.scrollIntoView({ block: "nearest" });
      }
    });
    if (active < 0) {
      area.removeAttribute("aria-activedescendant");
    }
  }

  function show(found) {
    close();
    words = found;
    found.forEach(function (word, place) {
      const item = document.createElement("li");
      item.id = "formula-word-" + place;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      const name = document.createElement("b");
      name.textContent = word.word;
      const title = document.createElement("span");
      title.textContent = word.title + " · " + word.sort;
      item.append(name, " ", title);
      item.addEventListener("mousedown", function (event) {
        event.preventDefault();
        insert(word);
      });
      list.append(item);
    });
    list.hidden = found.length === 0;
    said.textContent = found.length ? "Подходит слов: " + found.length : "";
  }

  function ask(always) {
    const at = here();
    if (!always && at.piece.length < 2 && !(at.inside && at.piece.length > 0)) {
      close();
      said.textContent = "";
      return;
    }
    asked += 1;
    const mine = asked;
    const query = new URLSearchParams({
      text: at.piece,
      inside: at.inside,
      place: String(at.place),
      first: at.first,
    });
    fetch(root.dataset.words + "?" + query, { headers: { Accept: "application/json" }, credentials: "same-origin" })
      .then((answer) => (answer.ok ? answer.json() : { words: [] }))
      .then(function (answer) {
        if (mine === asked && document.activeElement === area) {
          const only = answer.words.length === 1 && answer.words[0].insert === at.piece;
          show(only ? [] : answer.words);
        }
      })
      .catch(close);
  }

  function insert(word) {
    const at = here();
    let to = area.selectionStart;
    if (area.value[to] === "»" && word.insert.endsWith("»")) {
      to += 1;
    }
    area.setRangeText(word.insert, at.from, to, "end");
    close();
    asked += 1;
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
    window.clearTimeout(waiting);
  }

  area.addEventListener("input", function () {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(ask, 150);
  });

  area.addEventListener("keydown", function (event) {
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      ask(true);
    } else if (list.hidden) {
      return;
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark((active + step + words.length) % words.length);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      insert(words[active]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
  });

  area.addEventListener("blur", () => window.setTimeout(close, 150));

  // --- to the letter where a formula goes wrong ---
  document.addEventListener("click", function (event) {
    const link = event.target.closest("[data-formula-at]");
    if (link) {
      const at = Array.from(area.value.replace(/\r\n/g, "\n")).slice(0, Number(link.dataset.formulaAt)).join("").length;
      area.focus();
      area.setSelectionRange(at, at + 1);
    }
  });
})();
