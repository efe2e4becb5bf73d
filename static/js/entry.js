/*
 * A form that fits the keyboard: Enter and arrows walk through a grid, a block copied from a spreadsheet is pasted whole,
 * and whatever was typed and not saved waits in this browser. Without it the page still reads and saves.
 */
(function () {
  "use strict";

  const root = document.querySelector("[data-entry]");
  if (!root) {
    return;
  }
  const prefix = "opora-entry-" + root.dataset.entry + "-";
  const lost = document.getElementById("entry-lost");

  function store(action) {
    try {
      return action(window.localStorage);
    } catch (refused) {
      return null; // a browser may refuse to keep anything
    }
  }

  function fields() {
    return root.querySelectorAll("input:not([type=hidden]), select");
  }

  function keyOf(name) {
    return name.replace(/^[a-z]+-/, "");
  }

  // --- what was typed and not saved, with the entry that stood there then ---
  function seenOf(field) {
    return root.querySelector('[name="seen-' + keyOf(field.name) + '"]');
  }

  root.addEventListener("input", function (event) {
    const field = event.target;
    if (field.name) {
      const seen = seenOf(field);
      const draft = JSON.stringify([field.value, seen ? seen.value : ""]);
      store((kept) => kept.setItem(prefix + field.name, draft));
    }
  });

  function forget(key) {
    for (const field of fields()) {
      if (keyOf(field.name) === key) {
        store((kept) => kept.removeItem(prefix + field.name));
      }
    }
  }

  // A draft is put back as if it had never left: if somebody else saved meanwhile, both values are shown.
  function restore() {
    const rows = new Set();
    for (const field of fields()) {
      const draft = store((kept) => JSON.parse(kept.getItem(prefix + field.name)));
      if (draft && draft[0] !== field.value) {
        field.value = draft[0];
        seenOf(field).value = draft[1];
        rows.add(field.closest("[hx-post]"));
      } else if (draft) {
        store((kept) => kept.removeItem(prefix + field.name));
      }
    }
    rows.forEach((row) => row && row.dispatchEvent(new Event("change", { bubbles: true })));
  }

  function settle(keys) {
    keys.forEach(function (key) {
      const field = root.querySelector('[name="value-' + key + '"]');
      const state = document.getElementById("state-" + key);
      const isWrong = Boolean(state && state.querySelector("[data-problem]"));
      if (field) {
        field.setAttribute("aria-invalid", String(isWrong));
        const folded = isWrong && field.closest("tr").querySelector("details");
        if (folded) {
          folded.open = true; // a comment or a document may be what is missing
        }
      }
      if (!isWrong) {
        forget(key);
      }
    });
  }

  document.body.addEventListener("htmx:afterRequest", function (event) {
    if (!root.contains(event.detail.elt)) {
      return;
    }
    const answer = event.detail.xhr;
    const isKept = Boolean(answer && answer.getResponseHeader("X-Entry") === "kept");
    lost.hidden = isKept;
    if (isKept) {
      const names = Object.keys(event.detail.requestConfig.parameters).filter((name) => name.startsWith("value-"));
      window.setTimeout(() => settle(names.map(keyOf)), 50); // the answer is swapped in after this event
    }
  });

  // --- walking through a grid ---
  // Column by column as it is seen: where nothing is typed, in a total or what is accepted, there is no field.
  function cellsOf(table) {
    return Array.from(table.tBodies[0].rows).map((row) =>
      Array.from(row.cells).map((cell) => cell.querySelector("input[name^=value-]")),
    );
  }

  function placeOf(cells, field) {
    for (let row = 0; row < cells.length; row += 1) {
      const column = cells[row].indexOf(field);
      if (column >= 0) {
        return [row, column];
      }
    }
    return null;
  }

  function go(field, down) {
    const cells = cellsOf(field.closest("table"));
    const place = placeOf(cells, field);
    for (let row = place ? place[0] + down : -1; cells[row]; row += down) {
      const next = cells[row][place[1]];
      if (next) {
        next.focus();
        next.select();
        return;
      }
    }
  }

  root.addEventListener("keydown", function (event) {
    const field = event.target;
    if (!field.closest("[data-grid]")) {
      if (event.key === "Enter" && field.tagName === "INPUT") {
        event.preventDefault();
        field.dispatchEvent(new Event("change", { bubbles: true }));
      }
      return;
    }
    const steps = { Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      go(field, steps[event.key]);
    }
  });

  // --- pasting a block ---
  root.addEventListener("paste", function (event) {
    const field = event.target;
    const table = field.closest("[data-grid]");
    const text = event.clipboardData ? event.clipboardData.getData("text/plain") : "";
    if (!table || !/[\t\n\r]/.test(text.replace(/\s+$/, ""))) {
      return;
    }
    event.preventDefault();
    const cells = cellsOf(table);
    const place = placeOf(cells, field);
    const sent = {};
    text.replace(/\s+$/, "").split(/\r\n|\n|\r/).forEach(function (line, down) {
      line.split("\t").forEach(function (value, across) {
        const row = cells[place[0] + down];
        const target = row && row[place[1] + across];
        if (target) {
          target.value = value.trim();
          target.dispatchEvent(new Event("input", { bubbles: true }));
          target.closest("td").querySelectorAll("input").forEach(function (each) {
            sent[each.name] = each.value;
          });
        }
      });
    });
    window.htmx.ajax("POST", table.dataset.grid, { source: table, values: sent, swap: "none" });
  });

  window.addEventListener("load", restore);
})();
